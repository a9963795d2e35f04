"""Each status list of an archive is a leaf of its own log, which other archives watch.

The certificate service numbers its lists and writes them down; a service that was restored from an
old backup would use numbers again. The archive itself notices: it has another list under that
number, in a log that cannot forget.
"""

from datetime import timedelta
from functools import partial

from node.ports import EventLog
from node.services.house import House
from node.services.rhythm import Rhythm
from node.services.worker import guard
from node.witness_ports import CertificateTidings, ListBook, ListHeads

ROLLED_BACK = "STATUS_LIST_ROLLED_BACK"
_EVERY = timedelta(minutes=1)


class LogStatusLists:
    """The duty."""

    def __init__(
        self, house: House, book: ListBook, tidings: CertificateTidings, log: EventLog
    ) -> None:
        """Of the archives of `house`."""
        self._house = house
        self._book = book
        self._tidings = tidings
        self._log = log
        self._rhythm = Rhythm(house.clock, _EVERY)

    def run(self) -> int:
        """How many archives' lists were looked at."""
        if self._rhythm.find_turn() is None:
            return 0
        return sum(
            guard(partial(self._look, code), self._log, "status_lists")
            for code in self._house.archives
        )

    def _look(self, archive_code: str) -> None:
        known = self._book.last(archive_code)
        # The last one again, so that another list under its number is seen.
        answered = self._tidings.status_lists(archive_code, known.sequence - 1 if known else 0)
        if known is not None and not _continues(answered, known.sequence, known.sha256):
            self._raise_alarm(archive_code)
        news = [one for one in answered.lists if known is None or one.sequence > known.sequence]
        if news:
            self._book.enter(archive_code, news, self._house.clock())

    def _raise_alarm(self, archive_code: str) -> None:
        if self._book.alarm(archive_code, ROLLED_BACK, self._house.clock()):
            self._log.note("log_alarm", code=ROLLED_BACK, peer=archive_code)


def _continues(answered: ListHeads, sequence: int, sha256: str) -> bool:
    """Whether the service still has the list that we know, under its number."""
    return any(one.sequence == sequence and one.sha256 == sha256 for one in answered.lists)
