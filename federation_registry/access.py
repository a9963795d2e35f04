"""Who may call what at the registry: default deny; a test walks the descriptors.

Two listeners: members come in with certificate and key statement; strangers reach the enrolment
listener, where two methods are open to them and nothing else exists.
"""

from trust.channel.access import ANONYMOUS, CERTSVC, NODE, REGISTRY, AccessTable

_NOBODY: frozenset[str] = frozenset()
_MEMBERS = frozenset({NODE, CERTSVC, REGISTRY})

MEMBER_RIGHTS: dict[str, frozenset[str]] = {
    "/lantai.v1.Directory/GetHead": _MEMBERS,
    "/lantai.v1.Directory/GetLists": _MEMBERS,
    "/lantai.v1.Directory/GetParts": _MEMBERS,
    "/lantai.v1.Directory/Publish": frozenset({NODE, CERTSVC}),
    "/lantai.v1.Routing/Route": frozenset({NODE}),
    "/lantai.v1.Liveness/Beat": frozenset({NODE}),
    "/lantai.v1.Witness/AddCheckpoint": frozenset({NODE}),
    "/lantai.v1.Witness/ListTasks": frozenset({NODE}),
    "/lantai.v1.Witness/Cosign": frozenset({NODE}),
    "/lantai.v1.Witness/GetWitnessed": _MEMBERS,
    "/lantai.v1.Relay/Send": frozenset({NODE}),
    "/lantai.v1.Relay/Fetch": frozenset({NODE}),
    "/lantai.v1.Enrolment/Enrol": _NOBODY,
    "/lantai.v1.Enrolment/Collect": _NOBODY,
    "/lantai.v1.Enrolment/Renew": frozenset({NODE, CERTSVC}),
}
"""Rights on the members' listener."""

STRANGER_RIGHTS: dict[str, frozenset[str]] = {
    "/lantai.v1.Enrolment/Enrol": frozenset({ANONYMOUS}),
    "/lantai.v1.Enrolment/Collect": frozenset({ANONYMOUS}),
    "/lantai.v1.Enrolment/Renew": _NOBODY,
}
"""Rights on the enrolment listener."""


def member_access() -> AccessTable:
    """The table of the members' listener."""
    return AccessTable(MEMBER_RIGHTS)


def stranger_access() -> AccessTable:
    """The table of the enrolment listener."""
    return AccessTable(STRANGER_RIGHTS)
