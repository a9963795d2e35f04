"""Notices go out through the port: after the commit that made them, tried again, never for ever."""

from datetime import timedelta

from node.domain.escalation import Notice
from node.ports import EventLog
from node.rights_ports import Notifier
from node.services.house import House
from records.refusal import Refusal

_FIRST_WAIT = timedelta(seconds=2)
_LONGEST_WAIT = timedelta(minutes=5)
GIVEN_UP_AFTER = timedelta(hours=1)
"""A pager that was away for an hour has nothing to say about a clock of minutes."""


class SendNotices:
    """Gives waiting notices to the port."""

    def __init__(self, house: House, notifier: Notifier, log: EventLog) -> None:
        """Of this house."""
        self._house = house
        self._notifier = notifier
        self._log = log

    def run(self, limit: int = 20) -> int:
        """How many notices were sent or given up; one that failed waits."""
        now = self._house.clock()
        with self._house.book.read() as book:
            due = book.due_notices(now, limit)
        return sum(self._send(notice) for notice in due)

    def _send(self, notice: Notice) -> bool:
        now = self._house.clock()
        try:
            self._notifier.tell(notice)
        except Refusal as refusal:
            self._log.note("notice_failed", case_no=notice.case_no, code=refusal.code)
            if now < notice.at + GIVEN_UP_AFTER:
                wait = min(_FIRST_WAIT * 2 ** min(notice.attempts, 10), _LONGEST_WAIT)
                with self._house.book.write() as book:
                    book.postpone_notice(notice, now + wait)
                return False
        with self._house.book.write() as book:
            book.remove_notice(notice.notice_id)
        return True
