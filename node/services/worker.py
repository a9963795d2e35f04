"""The node's own hands: searches, sends, issues, fetches, as soon as somebody wrote something.

Each duty is resumable and finds its work in the database, so that killing the process at any
moment loses nothing. One thread asks twenty times a second whether anything was committed and for
whom there is work, which costs microseconds, and calls those. A node at rest hardly uses its
processor (decision 1250).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from threading import Event, Thread
from types import MappingProxyType
from typing import Protocol

from node.ports import EventLog
from records.refusal import Refusal

_LOOK = 0.05
"""Seconds between two looks at whether anybody has written."""
_REST = 1.0
"""A duty that nobody calls looks by itself after so many seconds."""
_AGAIN = 0.1
"""A duty that is called and finds nothing to do rests for so long."""
Duty = Callable[[], int]
"""Does what is due and says how much that was."""
BY_THE_CLOCK: Mapping[str, float] = MappingProxyType(
    {
        "asking": 5.0,
        "citizens": 0.25,
        "deliver": 5.0,
        "digests": 5.0,
        "escalate": 1.0,
        "health": 0.5,
        "files": 0.25,
        "held": 0.5,
        "issue": 5.0,
        "log_copy": 0.5,
        "log_time": 5.0,
        "news": 0.5,
        "notices": 1.0,
        "papers": 5.0,
        "retention": 5.0,
        "search": 5.0,
    }
)
"""Seconds between two looks of duties that wait for a moment, or that the board calls anyway."""
_NO_RESTS: Mapping[str, float] = MappingProxyType({})


class Board(Protocol):
    """Knows for which duties there is work (adapters/due_work.py)."""

    def due(self) -> Collection[str]:
        """Names of duties that have something to do, as far as something has changed."""
        ...

    def close(self) -> None:
        """No more questions for now."""
        ...


def guard(act: Callable[[], object], log: EventLog, name: str) -> bool:
    """Whether the act went through; a fault in one case never stops the others."""
    try:
        act()
    except Refusal as refusal:
        log.note(f"{name}_failed", code=refusal.code)
        return False
    except Exception as fault:  # noqa: BLE001 -- the worker's boundary: next round tries again
        log.note(f"{name}_failed", code=type(fault).__name__)
        return False
    return True


class Worker:
    """Runs each duty on a thread of its own, so that a slow one delays none."""

    def __init__(
        self,
        duties: Sequence[tuple[str, Duty]],
        log: EventLog,
        board: Board | None = None,
        rests: Mapping[str, float] = _NO_RESTS,
    ) -> None:
        """Each duty has a name for the log.

        Args:
            duties: Name and duty.
            log: Where faults are noted.
            board: Calls the duties that have work.
            rests: Seconds between two looks of duties that go by the clock; a second for others.
        """
        self._duties = duties
        self._log = log
        self._rests = rests
        self._paused: Callable[[], bool] = lambda: False
        self._stop = Event()
        self._called = {name: Event() for name, _ in duties}
        watchers = [] if board is None else [Thread(target=self._watch, args=(board,), daemon=True)]
        self._threads = watchers + [
            Thread(target=self._loop, args=(name, duty), name=name, daemon=True)
            for name, duty in duties
        ]

    def pause_while(self, paused: Callable[[], bool]) -> None:
        """No duty does anything while `paused()` holds."""
        self._paused = paused

    def start(self) -> None:
        """The loops run."""
        for thread in self._threads:
            thread.start()

    def stop(self, seconds: float = 10.0) -> None:
        """The loops have ended, or did not within `seconds` each."""
        self._stop.set()
        for called in self._called.values():
            called.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(seconds)

    def run_once(self) -> int:
        """One round of all duties in turn, on the caller's thread; how much was done."""
        return sum(self._run(name, duty) for name, duty in self._duties)

    def run_until_idle(self, rounds: int = 50) -> int:
        """Rounds until nothing is due any more, at most `rounds`; how much was done."""
        done = 0
        for _ in range(rounds):
            moved = self.run_once()
            done += moved
            if not moved:
                break
        return done

    def _loop(self, name: str, duty: Duty) -> None:
        called, rest = self._called[name], self._rests.get(name, _REST)
        while not self._stop.is_set():
            # Put down before the look: who calls during it is heard afterwards.
            was_called = called.is_set()
            called.clear()
            if not self._run(name, duty):
                if was_called:
                    self._stop.wait(_AGAIN)
                called.wait(rest)

    def _watch(self, board: Board) -> None:
        """Calls the duties that have something to do."""
        while not self._stop.wait(_LOOK):
            for name in board.due():
                if name in self._called:
                    self._called[name].set()
        board.close()

    def _run(self, name: str, duty: Duty) -> int:
        if self._paused():
            return 0
        done = [0]

        def act() -> None:
            done[0] = duty()

        guard(act, self._log, name)
        return done[0]
