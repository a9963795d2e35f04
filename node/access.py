"""Who may call which method of a node: default deny, one line per method."""

from trust.channel.access import NODE, OWN, AccessTable

ACCESS = AccessTable(
    {
        "/lantai.v1.Exchange/Locate": (NODE,),
        "/lantai.v1.Exchange/Submit": (NODE,),
        "/lantai.v1.Exchange/Status": (NODE,),
        "/lantai.v1.Exchange/Deliver": (NODE,),
        "/lantai.v1.Exchange/FetchPages": (NODE,),
        "/lantai.v1.Desk/FileRequest": (OWN,),
        "/lantai.v1.Desk/GetCase": (OWN,),
        "/lantai.v1.Desk/Watch": (OWN,),
    }
)
