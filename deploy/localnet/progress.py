"""One line per step with elapsed time."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Progress:
    """Prints what was done and how long it took; silent where only JSON is wanted."""

    def __init__(self, *, silent: bool = False) -> None:
        """Count from now."""
        self._started = time.monotonic()
        self._silent = silent

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._started

    @contextmanager
    def step(self, said: str) -> Iterator[None]:
        """The block is one step; its line appears when it is done."""
        began = time.monotonic()
        yield
        self.say(f"{said}  ({time.monotonic() - began:.1f} s)")

    def say(self, text: str) -> None:
        """One line, with the seconds since the start in front."""
        if not self._silent:
            sys.stdout.write(f"[{self.elapsed:6.1f} s] {text}\n")
            sys.stdout.flush()
