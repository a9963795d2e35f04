"""When a duty that goes by the node's clock does something."""

from datetime import datetime, timedelta

from node.ports import Clock


class Rhythm:
    """Once in so long, the first time at once."""

    def __init__(self, clock: Clock, every: timedelta) -> None:
        """By that clock."""
        self._clock = clock
        self._every = every
        self._due = clock()

    def find_turn(self) -> datetime | None:
        """The moment, when it is the duty's turn, which is then used up; None = not yet."""
        now = self._clock()
        if now < self._due:
            return None
        self._due = now + self._every
        return now
