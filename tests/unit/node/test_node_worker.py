"""The node's own hands: woken by what is written, never asleep over it, quiet without it."""

import threading
import time

import pytest

from node.services import worker as module
from node.services.worker import Worker


class Lines:
    def __init__(self) -> None:
        self.codes = []

    def note(self, event: str, **fields: object) -> None:
        self.codes.append((event, fields.get("code")))


class Board:
    """Calls a duty once for every row that somebody writes."""

    def __init__(self) -> None:
        self.rows = self.seen = 0
        self.closed = threading.Event()

    def due(self) -> list[str]:
        before, self.seen = self.seen, self.rows
        return ["duty"] if self.rows != before else []

    def close(self) -> None:
        self.closed.set()


@pytest.fixture
def written(monkeypatch):
    # Nothing but a call may wake a duty here.
    monkeypatch.setattr(module, "_REST", 600.0)
    return Board()


def test_a_duty_looks_when_it_is_called_and_rests_otherwise(written) -> None:
    looks, looked = [], threading.Semaphore(0)

    def duty() -> int:
        looks.append(written.rows)
        looked.release()
        return 0

    worker = Worker([("duty", duty)], Lines(), written)
    worker.start()
    # The first look is at the start: somebody else's process may have left something.
    assert looked.acquire(timeout=60)
    time.sleep(0.3)
    assert len(looks) == 1
    written.rows += 1
    assert looked.acquire(timeout=60)
    assert looks[-1] == 1
    began = time.monotonic()
    worker.stop()
    assert time.monotonic() - began < 300, "it is not asleep until its rest is over"
    assert written.closed.wait(60)


def test_what_is_written_during_a_look_is_looked_at_again(written) -> None:
    seen, done = [], threading.Event()

    def duty() -> int:
        before = written.rows
        if not before:
            written.rows += 1
            # Long enough for the board to call while nobody listens.
            time.sleep(0.2)
        else:
            done.set()
        seen.append(before)
        return 0

    worker = Worker([("duty", duty)], Lines(), written)
    worker.start()
    assert done.wait(60)
    worker.stop()
    assert seen[0] == 0


def test_a_duty_that_goes_by_the_clock_is_not_called(written) -> None:
    looks, looked = [], threading.Event()

    def duty() -> int:
        looks.append(1)
        looked.set()
        return 0

    worker = Worker([("clock", duty)], Lines(), written, {"clock": 600.0})
    worker.start()
    assert looked.wait(60)
    for _ in range(4):
        written.rows += 1
        time.sleep(0.1)
    worker.stop()
    assert len(looks) == 1


def test_a_duty_with_work_left_goes_on_at_once(written) -> None:
    left, idle = [5], threading.Event()

    def duty() -> int:
        if not left[0]:
            idle.set()
            return 0
        left[0] -= 1
        return 1

    worker = Worker([("duty", duty)], Lines(), written, {"duty": 60.0})
    worker.start()
    assert idle.wait(60)
    worker.stop()


def test_a_fault_is_noted_and_the_next_news_tries_again(written) -> None:
    tries, log = threading.Semaphore(0), Lines()

    def duty() -> int:
        tries.release()
        raise ValueError

    worker = Worker([("duty", duty)], log, written)
    worker.start()
    assert tries.acquire(timeout=60)
    written.rows += 1
    assert tries.acquire(timeout=60)
    worker.stop()
    assert ("duty_failed", "ValueError") in log.codes
