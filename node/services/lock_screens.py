"""A locked screen shows nothing and keeps everything; its officer's password opens it again.

The lock is the server's: a locked session is answered with nothing but the question for the
password, whatever the browser does. The second factor was given at sign-in and holds for the
session; whoever unlocks has to be the officer who locked.
"""

import hashlib

from node.desk_ports import LockedScreens
from node.domain.exchange_reasons import PASSWORD_WRONG
from node.domain.officers import Actor
from node.ports import Clock, StaffBook
from node.services.password_tries import PasswordTries
from node.services.sign_in import PasswordHasher
from node.services.staff_doors import SignIn
from records.refusal import Refusal

_MAX_PASSWORD = 128


class LockScreens:
    """Locks and unlocks sessions."""

    def __init__(
        self,
        sessions: SignIn,
        staff: StaffBook,
        passwords: PasswordHasher,
        screens: LockedScreens,
        clock: Clock,
    ) -> None:
        """Sessions of `sessions`; a wrong password is counted like one at sign-in."""
        self._sessions = sessions
        self._staff = staff
        self._passwords = passwords
        self._screens = screens
        self._clock = clock
        self._tries = PasswordTries(staff, clock)

    def lock(self, token: str) -> None:
        """The session is locked. Raises Refusal: SESSION_ENDED."""
        self._sessions.open_session(token)
        self._screens.lock(_digest(token), self._clock())

    def is_locked(self, token: str) -> bool:
        """Whether only the password helps."""
        return self._screens.is_locked(_digest(token))

    def unlock(self, token: str, password: str) -> Actor:
        """The session is open again, as it was.

        Raises:
            Refusal: SESSION_ENDED, PASSWORD_WRONG, SIGN_IN_LOCKED.
        """
        actor = self._sessions.open_session(token)
        found = self._staff.get(actor.officer_id)
        with self._tries.judging(actor.officer_id):
            fits = len(password) <= _MAX_PASSWORD
            shown = password[:_MAX_PASSWORD]
            if not (self._passwords.is_match(found.password_hash, shown) and fits):
                raise Refusal(PASSWORD_WRONG)
        self._tries.right(actor.officer_id)
        self._screens.unlock(_digest(token))
        return actor


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
