"""What happens when: a clock that goes from one event to the next."""

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta


class Timetable:
    """Acts in the order of their moments; of one moment, in the order in which they were put in."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._events: list[tuple[datetime, int, Callable[[], None]]] = []
        self._count = 0

    def at(self, when: datetime, act: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._events, (when, self._count, act))

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        self.at(self.now + timedelta(seconds=seconds), act)

    def run(self, then: Callable[[], None]) -> None:
        """Until nothing is left to happen; `then` is called after every act."""
        while self._events:
            self.now, _, act = heapq.heappop(self._events)
            act()
            then()
