"""The doors to sign-in and staff, for pages and commands (services/sign_in.py, staff.py)."""

from collections.abc import Sequence
from typing import Protocol

from node.domain.commands import AddOfficerCommand, SignInCommand
from node.domain.officers import Actor, Officer, Session
from trust.envelope.dsse import Envelope


class SignIn(Protocol):
    """Sessions of officers (services/sign_in.py)."""

    def sign_in(self, command: SignInCommand) -> Session:
        """A session is open; the token is known to the caller alone.

        Raises:
            Refusal: SIGN_IN_REFUSED (one answer for every cause), SIGN_IN_LOCKED after five
                failures (60 s, doubling).
        """
        ...

    def open_session(self, token: str) -> Actor:
        """Who the token belongs to; the session's idle time starts again.

        Raises:
            Refusal: SESSION_ENDED.
        """
        ...

    def sign_out(self, token: str) -> None:
        """The session is gone; unknown tokens are ignored."""
        ...


class Staff(Protocol):
    """The node's officers (services/staff.py)."""

    def add_officer(self, command: AddOfficerCommand) -> tuple[Officer, str]:
        """The officer is on the staff; returns them and the TOTP provisioning URI, shown once.

        Raises:
            Refusal: OFFICER_EXISTS, OFFICER_MALFORMED, ARCHIVE_NOT_HOSTED.
        """
        ...

    def store_appointment(self, envelope: Envelope) -> Officer:
        """The appointment, signed by the archive's authority key, is kept with its officer.

        Raises:
            Refusal: APPOINTMENT_MISMATCH and the trust reasons.
        """
        ...

    def list_officers(self, archive_code: str = "") -> Sequence[Officer]:
        """Officers by archive and user; empty = all archives of the node."""
        ...
