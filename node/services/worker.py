"""The node's own hands: searches, sends, issues, fetches. One loop, every 100 ms.

Each duty is resumable and finds its work in the database, so that killing the process at any
moment loses nothing; a fault in one duty never stops the others.
"""

from collections.abc import Callable, Sequence
from threading import Event, Thread

from node.ports import EventLog
from records.refusal import Refusal

_SECONDS = 0.1
Duty = Callable[[], int]
"""Does what is due and says how much that was."""


class Worker:
    """Runs duties in turn on one thread."""

    def __init__(self, duties: Sequence[tuple[str, Duty]], log: EventLog) -> None:
        """Each duty has a name for the log."""
        self._duties = duties
        self._log = log
        self._stop = Event()
        self._wake = Event()
        self._thread = Thread(target=self._loop, name="worker", daemon=True)

    def start(self) -> None:
        """The loop runs."""
        self._thread.start()

    def stop(self, seconds: float = 10.0) -> None:
        """The loop has ended, or did not within `seconds`."""
        self._stop.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(seconds)

    def wake(self) -> None:
        """The next round begins at once."""
        self._wake.set()

    def run_once(self) -> int:
        """One round of all duties; how much was done."""
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

    def _loop(self) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            if not self.run_once():
                self._wake.wait(_SECONDS)

    def _run(self, name: str, duty: Duty) -> int:
        try:
            return duty()
        except Refusal as refusal:
            self._log.note(f"{name}_failed", code=refusal.code)
        except Exception as fault:  # noqa: BLE001 -- the worker's boundary: next round tries again
            self._log.note(f"{name}_failed", code=type(fault).__name__)
        return 0
