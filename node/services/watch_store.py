"""Says by health checks whether this node can store anything (F23).

A node whose database is held by somebody else refuses what it is asked to keep; load balancers and
partners should learn that before they ask.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from node.ports import Clock
from records.refusal import Kind, Refusal

_EVERY = timedelta(seconds=2)
_AWAY = frozenset({Kind.UNAVAILABLE, Kind.EXHAUSTED})


class WatchStore:
    """The worker's duty."""

    def __init__(
        self, probe: Callable[[], None], tell: Callable[[bool], None], clock: Clock
    ) -> None:
        """`probe` begins a writing transaction and ends it; `tell` sets the health."""
        self._probe = probe
        self._tell = tell
        self._clock = clock
        self._due: datetime | None = None

    def run(self) -> int:
        """Health says what the last probe found; 0, there is never more to do.

        Raises:
            Refusal: STORE_BUSY, STORE_FULL, as the probe met them.
        """
        now = self._clock()
        if self._due is not None and abs(now - self._due) < _EVERY:
            return 0
        self._due = now
        try:
            self._probe()
        except Refusal as refusal:
            # A node that is read-only for another reason still answers what it is asked.
            self._tell(refusal.reason.kind not in _AWAY)
            raise
        self._tell(True)
        return 0
