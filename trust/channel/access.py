"""Which kinds of participants may call which methods: default deny, no wildcards.

A method that is not in the table does not exist. A server refuses to start when one of its
registered methods is missing (after Boulder's per-service client names and SPIRE's policy data).
"""

from collections.abc import Iterable, Mapping

from trust.identity.participant import Participant, ParticipantKind

NODE = ParticipantKind.NODE.value
REGISTRY = ParticipantKind.REGISTRY.value
CERTSVC = ParticipantKind.CERTSVC.value
OWN = "own"
"""The same participant as the server: an archive's own programs."""
ANONYMOUS = "anonymous"
"""Callers without a certificate; has a meaning on the enrolment listener only."""

_RIGHTS = frozenset({NODE, REGISTRY, CERTSVC, OWN, ANONYMOUS})
_EVERY_MEMBER = frozenset({NODE, REGISTRY, CERTSVC, OWN})
_HEALTH = {
    "/grpc.health.v1.Health/Check": _EVERY_MEMBER,
    "/grpc.health.v1.Health/List": frozenset({OWN}),
    "/grpc.health.v1.Health/Watch": frozenset({OWN}),
}


class AccessTable:
    """Full method name ("/lantai.v1.Exchange/Submit") → kinds that may call it."""

    def __init__(self, rights: Mapping[str, Iterable[str]]) -> None:
        """Take the rights of a server's own methods; those of health are added.

        Raises:
            ValueError: an unknown kind; a programmer's mistake.
        """
        self._rights = _HEALTH | {method: frozenset(kinds) for method, kinds in rights.items()}
        for method, kinds in self._rights.items():
            if kinds - _RIGHTS or not method.startswith("/"):
                message = f"access table: {method}"
                raise ValueError(message)

    def find(self, method: str) -> frozenset[str] | None:
        """Who may call the method; None where there is no such method."""
        return self._rights.get(method)

    def is_allowed(self, method: str, caller: Participant, server: Participant) -> bool:
        """Whether this participant may call the method on this server."""
        kinds = self._rights.get(method, frozenset())
        return caller.kind.value in kinds or (OWN in kinds and caller == server)

    def verify_complete(self, methods: Iterable[str]) -> None:
        """Every method has its line.

        Raises:
            ValueError: the first methods without one.
        """
        missing = sorted(set(methods) - self._rights.keys())
        if missing:
            message = f"methods without a line in the access table: {', '.join(missing)}"
            raise ValueError(message)
