"""How often a password may be guessed: five times, then ever more slowly, wherever it is typed.

Sign-in and the signing key have one password and one count. A try is counted before it is judged,
so that many at one moment are as many as they are one after the other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import BoundedSemaphore

from node.domain.exchange_reasons import APPOINTMENT_MISSING, PASSWORD_WRONG
from node.domain.reasons import SIGN_IN_LOCKED
from node.ports import Clock, OfficerKeys, StaffBook
from records.refusal import Refusal
from trust.envelope.suites import PublicKey, Signer

_TRIES = 5
_FIRST_LOCK = timedelta(seconds=60)
_LONGEST_LOCK = timedelta(hours=1)
_HASHES_AT_ONCE = 2
"""Each takes 64 MiB and a core."""
_LONGEST_QUEUE_SECONDS = 5


def lock_after(failures: int) -> timedelta:
    """For how long that many failures in a row lock: a minute at the fifth, then doubled."""
    if failures < _TRIES:
        return timedelta()
    doubled: int = 2 ** min(failures - _TRIES, 6)
    return min(_FIRST_LOCK * doubled, _LONGEST_LOCK)


class PasswordTries:
    """Counts tries by officer and lets few be judged at once."""

    def __init__(self, book: StaffBook, clock: Clock) -> None:
        """Count in `book`."""
        self._book = book
        self._clock = clock
        self._slots = BoundedSemaphore(_HASHES_AT_ONCE)

    @contextmanager
    def judging(self, officer_id: str) -> Iterator[None]:
        """Inside, one password may be judged; it counts as wrong until `right` says otherwise.

        Args:
            officer_id: Whose; empty for a name that nobody has.

        Raises:
            Refusal: SIGN_IN_LOCKED, with the seconds to wait.
        """
        if not self._slots.acquire(timeout=_LONGEST_QUEUE_SECONDS):
            raise Refusal(SIGN_IN_LOCKED, f"{_LONGEST_QUEUE_SECONDS} s")
        try:
            self._count(officer_id)
            yield
        finally:
            self._slots.release()

    def right(self, officer_id: str) -> None:
        """The password was right: nothing is counted any more."""
        self._book.clear_tries(officer_id)

    def _count(self, officer_id: str) -> None:
        if not officer_id:
            return
        now = self._clock()
        locked_until = self._book.count_try(officer_id, now, lock_after)
        if locked_until is not None:
            seconds = int((locked_until - now).total_seconds()) + 1
            raise Refusal(SIGN_IN_LOCKED, f"{seconds} s")


class GuardedKeys:
    """`OfficerKeys` that a guesser of passwords cannot try without being counted."""

    def __init__(self, keys: OfficerKeys, book: StaffBook, tries: PasswordTries) -> None:
        """Guard `keys`, the keys of the officers in `book`."""
        self._keys = keys
        self._book = book
        self._tries = tries

    def create(self, archive_code: str, user: str, password: str) -> PublicKey:
        """A new key. Raises Refusal: KEY_FILE_EXISTS."""
        return self._keys.create(archive_code, user, password)

    def unlock(self, archive_code: str, user: str, password: str) -> Signer:
        """The signer of an officer in service.

        Raises:
            Refusal: PASSWORD_WRONG, SIGN_IN_LOCKED, APPOINTMENT_MISSING.
        """
        found = self._book.find(archive_code, user)
        if found is None:
            raise Refusal(PASSWORD_WRONG)
        if not found.officer.active:
            raise Refusal(APPOINTMENT_MISSING)
        with self._tries.judging(found.officer.officer_id):
            signer = self._keys.unlock(archive_code, user, password)
        self._tries.right(found.officer.officer_id)
        return signer
