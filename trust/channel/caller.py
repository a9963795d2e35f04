"""Who is calling: what the gate found out, handed to the servicer with the call's context."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

import grpc

from trust.identity.participant import Participant, ParticipantKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A participant that has passed the gate, for the length of one call."""

    participant: Participant
    certificate_sha256: str
    """SHA-256 of the leaf in use on this connection, hex; act tokens are bound to it."""
    spki_sha256: str
    """SHA-256 of its public key, hex."""
    deadline: datetime
    """When the answer must have left, a little before the caller stops waiting."""
    server_id: str
    """Participant id of the server that was called; act tokens name it as audience."""

    @property
    def participant_id(self) -> str:
        """The slug; equals `Member.participant_id`."""
        return self.participant.slug

    @property
    def kind(self) -> ParticipantKind:
        """Node, registry or certificate service."""
        return self.participant.kind


class GuardedContext(grpc.ServicerContext):
    """A call's context that carries the caller and lets no text of a servicer out.

    Servicers refuse by raising a `Refusal`; the words of `abort` and `set_details` are dropped.
    """

    def __init__(self, inner: grpc.ServicerContext) -> None:
        """Stand before the context of the library."""
        self._inner = inner
        self.caller: Caller | None = None
        self.aborted = False

    def abort(self, code: grpc.StatusCode, details: str = "") -> NoReturn:
        """End the call with this status and without `details`."""
        self.aborted = True
        self._inner.abort(code, "")
        raise AssertionError

    def abort_with_status(self, status: grpc.Status) -> NoReturn:
        """End the call with the status' code and without its text."""
        self.abort(status.code)

    def set_details(self, details: str) -> None:
        """Nothing is sent: texts do not leave this way."""

    def set_code(self, code: grpc.StatusCode) -> None:
        """Set the status under which the call will end."""
        self._inner.set_code(code)

    def is_active(self) -> bool:
        """Whether the caller is still there."""
        return bool(self._inner.is_active())

    def time_remaining(self) -> float:
        """Seconds until the caller stops waiting."""
        return self._inner.time_remaining()

    def cancel(self) -> bool:
        """Cancel the call."""
        return bool(self._inner.cancel())

    def add_callback(self, callback: Callable[[], None]) -> bool:
        """Run `callback` when the call ends; false where it has ended already."""
        return bool(self._inner.add_callback(callback))

    def invocation_metadata(self) -> tuple[tuple[str, str | bytes], ...]:
        """What the caller sent beside the message."""
        return tuple(self._inner.invocation_metadata() or ())

    def peer(self) -> str:
        """Network address of the caller, e.g. "ipv4:127.0.0.1:40000"."""
        return str(self._inner.peer())

    def peer_identities(self) -> Iterable[bytes] | None:
        """Names by TLS; use `current` instead."""
        return self._inner.peer_identities()

    def peer_identity_key(self) -> str | None:
        """Which property `peer_identities` reads."""
        return self._inner.peer_identity_key()

    def auth_context(self) -> Mapping[str, bytes]:
        """What TLS knows about the connection; values are lists, whatever the stubs say."""
        return self._inner.auth_context()

    def send_initial_metadata(self, initial_metadata: Iterable[tuple[str, str | bytes]]) -> None:
        """Send metadata before the first message."""
        self._inner.send_initial_metadata(tuple(initial_metadata))

    def set_trailing_metadata(self, trailing_metadata: Iterable[tuple[str, str | bytes]]) -> None:
        """Metadata to send with the status."""
        self._inner.set_trailing_metadata(tuple(trailing_metadata))


def current(context: grpc.ServicerContext) -> Caller:
    """The caller of this call.

    Raises:
        RuntimeError: the servicer was registered without a gate, or serves callers without a
            certificate.
    """
    caller = context.caller if isinstance(context, GuardedContext) else None
    if caller is None:
        message = "this call did not pass a gate that knows its caller"
        raise RuntimeError(message)
    return caller
