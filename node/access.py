"""Who may call which method of a node: default deny, one line per method."""

from trust.channel.access import CERTSVC, NODE, OWN, AccessTable

ACCESS = AccessTable(
    {
        "/lantai.v1.Exchange/Locate": (NODE,),
        "/lantai.v1.Exchange/Submit": (NODE,),
        "/lantai.v1.Exchange/Status": (NODE,),
        "/lantai.v1.Exchange/Deliver": (NODE,),
        "/lantai.v1.Exchange/FetchPages": (NODE,),
        "/lantai.v1.Directory/GetHead": (NODE, CERTSVC),
        "/lantai.v1.Directory/GetLists": (NODE, CERTSVC),
        "/lantai.v1.Directory/GetParts": (NODE, CERTSVC),
        # Parts are handed to a registry; a node hands on what it has.
        "/lantai.v1.Directory/Publish": (),
        "/lantai.v1.Desk/FileRequest": (OWN,),
        "/lantai.v1.Desk/GetCase": (OWN,),
        "/lantai.v1.Desk/Watch": (OWN,),
    }
)
