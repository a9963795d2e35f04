"""Health follows the database: who cannot write says so before somebody asks (F23)."""

from datetime import UTC, datetime, timedelta

import pytest

from node.domain.reasons import CASE_CHANGED
from node.services.watch_store import WatchStore
from records.refusal import Refusal
from trust.store.reasons import STORE_BUSY, STORE_FULL

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)


class Clock:
    now = AT

    def __call__(self):
        self.now += timedelta(seconds=3)
        return self.now


@pytest.mark.parametrize("reason", [STORE_BUSY, STORE_FULL])
def test_a_store_that_takes_nothing_is_told_and_so_is_its_return(reason) -> None:
    told, fault = [], [Refusal(reason)]

    def probe() -> None:
        if fault:
            raise fault[0]

    watch = WatchStore(probe, told.append, Clock())
    with pytest.raises(Refusal):
        watch.run()
    fault.clear()
    assert watch.run() == 0
    assert told == [False, True]


def test_a_node_that_may_not_write_still_answers() -> None:
    told = []

    def probe() -> None:
        raise Refusal(CASE_CHANGED)

    with pytest.raises(Refusal):
        WatchStore(probe, told.append, Clock()).run()
    assert told == [True]


def test_the_store_is_asked_every_two_seconds_and_not_more() -> None:
    asked = []
    watch = WatchStore(lambda: asked.append(1), lambda _serving: None, lambda: AT)
    for _ in range(5):
        watch.run()
    assert len(asked) == 1
