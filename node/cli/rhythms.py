"""How often duties of a running node do something, and when they must not."""

from collections.abc import Callable
from datetime import timedelta

from node.bootstrap import Base
from node.services.rhythm import Rhythm

_EVERY = timedelta(hours=1)


def hourly(base: Base, duty: Callable[[], int]) -> Callable[[], int]:
    """The duty, once an hour by the node's clock; the first time at once."""
    rhythm = Rhythm(base.house.clock, _EVERY)
    return lambda: 0 if rhythm.find_turn() is None else duty()


def restates(base: Base) -> Callable[[], int]:
    """States the log keys once more in time; the follower publishes what is declared."""

    def restate() -> int:
        now = base.house.clock()
        for code in base.house.archives:
            base.folder.state_log(base.config.node_id, code, now)
        return 0

    return hourly(base, restate)


def unless(shut: Callable[[], bool], duty: Callable[[], int]) -> Callable[[], int]:
    """The duty, which writes, while the node may."""
    return lambda: 0 if shut() else duty()
