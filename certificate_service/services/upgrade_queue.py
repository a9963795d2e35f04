"""Certificates issued while an authority was down: flagged, tried again, lengthened, unflagged.

The flag is written before the file is kept, so no file can be forgotten; a crash in between leaves
a flag without a file, which is only looked at again. The file as issued stays what the log's leaf
says; the longer form begins with it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from certificate_service.long_term_ports import LongFiles, Waiting, WorkQueue
from certificate_service.ports import Clock, Register
from certificate_service.services.long_term import LongTerm
from records.refusal import Refusal

_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=1)
_BATCH = 32
NOT_CONFIRMED = "NOT_CONFIRMED"


class UpgradeQueue:
    """Finishes what can be finished at issue, and everything else when its time has come."""

    def __init__(
        self,
        long_term: LongTerm,
        files: LongFiles,
        register: Register,
        clock: Clock,
        turns: WorkQueue,
    ) -> None:
        """Keep the parts; `turns` keep two workers from one certificate."""
        self._turns = turns
        self._long_term = long_term
        self._files = files
        self._register = register
        self._clock = clock

    def finish(self, release_id: str, sealed: bytes, *, stamped: bool) -> bytes:
        """The file to keep and hand out; flagged when it is below LTA.

        Args:
            release_id: Whose file.
            sealed: As the seal left it.
            stamped: Whether it bears a time-stamp; if not, the authority was asked a moment ago.
        """
        level = "B"
        if stamped:
            longer = self._long_term.lengthen(sealed)
            sealed, level = longer.pdf, longer.level
        if level != "LTA":
            self._files.want(release_id, level, self._clock())
        return sealed

    def run_due(self) -> int:
        """How many certificates reached LTA in this round.

        Raises:
            Refusal: STORE_BUSY, TRUST_UNAVAILABLE.
        """
        now = self._clock()
        due = {one.release_id: one for one in self._files.due(now, _BATCH)}
        self._turns.offer(due, now)
        done = 0
        for _ in range(_BATCH):
            release_id = self._turns.take(self._clock())
            if release_id is None:
                break
            try:
                # Another worker may have finished it since: then it is flagged no more.
                waiting = due.get(release_id) or self._files.find(release_id)
                done += self._try(waiting) if waiting is not None else 0
            finally:
                self._turns.done(release_id)
        return done

    def waiting(self) -> tuple[Waiting, ...]:
        """Every certificate below LTA."""
        return self._files.waiting()

    def renew(self, archive_code: str, older_than: timedelta) -> Iterator[tuple[str, str]]:
        """Number and outcome ("LTA" or a refusal's code) of each certificate, renewed in turn.

        One whose longer form is younger than `older_than` is passed over, so that a run that was
        interrupted is taken up again.
        """
        for release in self._register.published(archive_code):
            now = self._clock()
            kept_at = self._files.kept_at(release.release_id) or release.issued_at
            if now - kept_at < older_than:
                continue
            try:
                renewed = self._long_term.renew(self.newest(release.release_id))
            except Refusal as refusal:
                yield release.number, refusal.code
                continue
            self._files.keep(release.release_id, renewed, "LTA", now)
            yield release.number, "LTA"

    def renew_file(self, pdf: bytes) -> bytes:
        """Any copy of a sealed file, with one more time-stamp.

        Raises:
            Refusal: as `LongTerm.renew`.
        """
        return self._long_term.renew(pdf)

    def newest(self, release_id: str) -> bytes:
        """The newest form of an issued file.

        Raises:
            Refusal: RELEASE_UNKNOWN.
        """
        return self._files.file(release_id) or self._register.file(release_id)

    def _try(self, one: Waiting) -> int:
        now = self._clock()
        release = self._register.find(one.release_id)
        if release is None or release.state != "confirmed":
            # Until the log has the file's leaf nobody may hold another form of it.
            self._files.postpone(one.release_id, now + _FIRST_PAUSE, NOT_CONFIRMED)
            return 0
        try:
            longer = self._long_term.lengthen(self.newest(one.release_id))
        except Refusal as refusal:
            self._files.postpone(one.release_id, self._next(one, now), refusal.code)
            return 0
        if longer.level != one.level:
            self._files.keep(one.release_id, longer.pdf, longer.level, now)
        if longer.refusal is None:
            return 1
        self._files.postpone(one.release_id, self._next(one, now), longer.refusal.code)
        return 0

    def _next(self, one: Waiting, now: datetime) -> datetime:
        return now + min(_FIRST_PAUSE * (1 << min(one.tries, 16)), _LONGEST_PAUSE)
