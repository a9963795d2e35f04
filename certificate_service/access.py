"""Who may call which method: nodes order, nobody else does anything."""

from trust.channel.access import AccessTable

_SERVICE = "/lantai.v1.Certificates/"

ACCESS = AccessTable(
    {
        f"{_SERVICE}{method}": ("node",)
        for method in (
            "Prepare",
            "Issue",
            "Confirm",
            "Revoke",
            "Supersede",
            "ListStatusLists",
            "Typeset",
        )
    }
)
