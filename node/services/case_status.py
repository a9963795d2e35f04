"""Where a case stands, for the partner whose case it is: both archives see the same clock."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from node.domain.reasons import CASE_NOT_FOUND
from node.services.house import House
from node.services.work_views import clock_of
from records.refusal import Refusal

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """State and clock; instants in milliseconds since 1970."""

    state: str
    now_ms: int
    deadline_ms: int
    """0 = the working-day clock runs."""
    paused_reason: str


class CaseStatus:
    """Answers Status calls."""

    def __init__(self, house: House) -> None:
        """Of this house."""
        self._house = house

    def of(self, case_no: str, window_node: str) -> Standing:
        """The holder's state of a case that this node asked for.

        Raises:
            Refusal: CASE_NOT_FOUND, also for another node's case.
        """
        now = self._house.clock()
        with self._house.book.read() as book:
            found = [book.find_work(case_no, archive) for archive in self._house.archives]
        work = next((one for one in found if one and one.window_node == window_node), None)
        if work is None:
            raise Refusal(CASE_NOT_FOUND)
        clock = clock_of(work, now)
        return Standing(
            state=work.state,
            now_ms=_ms(now),
            deadline_ms=_ms(clock.deadline) if clock.deadline else 0,
            paused_reason=work.paused_reason,
        )


def _ms(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)
