"""Sign-in of officers: a password and a one-time code, a lockout, a session that ends.

Source: console.md §2.0, architecture.md 10 (no bypass exists, demo logins are ordinary logins).
Every failure has one answer; the work done is the same whether the user exists or not.
"""

import base64
import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from node.domain.commands import SignInCommand
from node.domain.officers import Actor, Officer, Session
from node.domain.reasons import SESSION_ENDED, SIGN_IN_REFUSED
from node.ports import Clock, Credentials, Random, SessionRow, StaffBook
from node.services.password_tries import PasswordTries
from records.refusal import Refusal

TOTP_SECONDS = 30
TOTP_DIGITS = 6
_SKEW_STEPS = (0, -1, 1)
_IDLE = timedelta(minutes=30)
_LONGEST = timedelta(hours=10)
MOST_SESSIONS = 3
"""At one time and officer; one more ends the oldest: a window left open elsewhere."""
_TOUCH_EVERY = timedelta(seconds=30)
_MAX_PASSWORD = 128


Standing = Callable[[Officer, datetime], None]
"""Returns only if the officer may work now (services/standing.py)."""


class PasswordHasher(Protocol):
    """argon2id."""

    def hash(self, password: str) -> str:
        """Encoded hash with salt and parameters."""
        ...

    def is_match(self, encoded: str, password: str) -> bool:
        """Whether the password is the one that was hashed."""
        ...


def totp_at(secret: bytes, moment: datetime) -> str:
    """The six digits that are valid at `moment` (RFC 6238, SHA-1, 30 s)."""
    # SHA-1 is what authenticator apps implement; HMAC does not rest on its collision resistance.
    totp = TOTP(secret, TOTP_DIGITS, SHA1(), TOTP_SECONDS)  # noqa: S303
    return totp.generate(int(moment.timestamp())).decode()


def to_actor(officer: Officer) -> Actor:
    """The officer as use cases see them."""
    return Actor(
        officer_id=officer.officer_id,
        person_id=officer.person_id,
        archive_code=officer.archive_code,
        user=officer.user,
        display_name=officer.display_name,
        posts=officer.posts,
    )


class SignInService:
    """Opens, finds and ends sessions."""

    def __init__(
        self,
        book: StaffBook,
        passwords: PasswordHasher,
        clock: Clock,
        random: Random,
        tries: PasswordTries | None = None,
        standing: Standing | None = None,
    ) -> None:
        """Check against `book`; `tries` are shared with whatever else asks for passwords.

        `standing` refuses officers without an appointment and pledge in force.
        """
        self._standing = standing
        self._book = book
        self._passwords = passwords
        self._clock = clock
        self._random = random
        self._tries = tries or PasswordTries(book, clock)
        self._decoy = passwords.hash(random(16).hex())

    def sign_in(self, command: SignInCommand) -> Session:
        """A session is open; the token is known to the caller alone.

        Raises:
            Refusal: SIGN_IN_REFUSED, SIGN_IN_LOCKED.
        """
        now = self._clock()
        found = self._book.find(command.archive_code, command.user)
        with self._tries.judging(found.officer.officer_id if found else ""):
            step = self._check(found, command, now)
        if found is None or step is None:
            raise Refusal(SIGN_IN_REFUSED)
        self._tries.right(found.officer.officer_id)
        if self._standing is not None:
            self._standing(found.officer, now)
        return self._open(found.officer, now)

    def open_session(self, token: str) -> Actor:
        """Who the token belongs to; the session's idle time starts again.

        Raises:
            Refusal: SESSION_ENDED.
        """
        now = self._clock()
        digest = _digest(token)
        row = self._book.find_session(digest)
        if row is None or now >= row.expires_at or now >= row.seen_at + _IDLE:
            raise Refusal(SESSION_ENDED)
        officer = self._book.get(row.officer_id).officer
        if not officer.active:
            raise Refusal(SESSION_ENDED)
        if self._standing is not None:
            self._standing(officer, now)
        if now >= row.seen_at + _TOUCH_EVERY:
            self._book.touch_session(digest, now)
        return to_actor(officer)

    def sign_out(self, token: str) -> None:
        """The session is gone; unknown tokens are ignored."""
        self._book.end_session(_digest(token))

    def _check(
        self, found: Credentials | None, command: SignInCommand, now: datetime
    ) -> int | None:
        """The TOTP step that was used, or None. Hashes even for unknown users."""
        encoded = found.password_hash if found else self._decoy
        # Longer ones are nobody's password; hashing all of them would be a stranger's choice.
        fits = len(command.password) <= _MAX_PASSWORD
        right = self._passwords.is_match(encoded, command.password[:_MAX_PASSWORD]) and fits
        if found is None or not right or not found.officer.active:
            return None
        step = _find_step(found.totp_secret, command.totp, now)
        if step is None or not self._book.use_code(found.officer.officer_id, step):
            return None
        return step

    def _open(self, officer: Officer, now: datetime) -> Session:
        token = base64.urlsafe_b64encode(self._random(32)).rstrip(b"=").decode()
        expires = now + _LONGEST
        self._book.add_session(
            SessionRow(
                token_sha256=_digest(token),
                officer_id=officer.officer_id,
                seen_at=now,
                expires_at=expires,
            ),
            MOST_SESSIONS,
        )
        return Session(token=token, actor=to_actor(officer), expires_at=expires)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _find_step(secret: bytes, code: str, now: datetime) -> int | None:
    """The 30-second step whose code this is: now, the one before, or the next."""
    totp = TOTP(secret, TOTP_DIGITS, SHA1(), TOTP_SECONDS)  # noqa: S303
    current = int(now.timestamp()) // TOTP_SECONDS
    for skew in _SKEW_STEPS:
        step = current + skew
        try:
            totp.verify(code.encode(), step * TOTP_SECONDS)
        except InvalidToken:
            continue
        return step
    return None
