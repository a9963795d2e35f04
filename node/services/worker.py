"""The node's own hands: searches, sends, issues, fetches. Every 100 ms.

Each duty is resumable and finds its work in the database, so that killing the process at any
moment loses nothing.
"""

from collections.abc import Callable, Sequence
from threading import Event, Thread

from node.ports import EventLog
from records.refusal import Refusal

_SECONDS = 0.1
Duty = Callable[[], int]
"""Does what is due and says how much that was."""


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

    def __init__(self, duties: Sequence[tuple[str, Duty]], log: EventLog) -> None:
        """Each duty has a name for the log."""
        self._duties = duties
        self._log = log
        self._paused: Callable[[], bool] = lambda: False
        self._stop = Event()
        self._threads = [
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
        while not self._stop.is_set():
            if not self._run(name, duty):
                self._stop.wait(_SECONDS)

    def _run(self, name: str, duty: Duty) -> int:
        if self._paused():
            return 0
        done = [0]

        def act() -> None:
            done[0] = duty()

        guard(act, self._log, name)
        return done[0]
