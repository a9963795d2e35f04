"""A pair of hands at the desks: they press keys, and every press is counted.

Chinese is typed through an input method: a word costs the letters of its sounds and one more key
to choose it. What the machine does in between is timed by the clock; what a person needs is the
number of keys times the time for one.
"""

import time
from dataclasses import dataclass, field

from playwright.sync_api import Page

SECONDS_A_KEY = 0.28
"""An average typist who is no typist (Card, Moran and Newell 1980, keystroke-level model)."""
SECONDS_TO_THINK = 1.35
"""Before each chunk of a task (M of the same source)."""


@dataclass
class Hands:
    """What was pressed on one page."""

    page: Page
    keys: int = 0
    chunks: int = 0
    began: float = field(default_factory=time.perf_counter)
    ended: float = 0.0

    def press(self, *keys: str) -> None:
        """Keys one after the other; a chord counts each of its keys."""
        for key in keys:
            self.keys += 1 if key == "+" else key.count("+") + 1
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Letters and digits."""
        self.chunks += 1
        self.keys += len(text)
        self.page.keyboard.type(text)

    def write(self, text: str, sounds: str) -> None:
        """Chinese through an input method, spelt by its sounds."""
        self.chunks += 1
        self.keys += len(sounds) + 1
        self.page.keyboard.insert_text(text)

    def until(self, selector: str) -> None:
        """Tab until the element has the focus; a person counts these keys too."""
        for _ in range(60):
            if self.page.locator(f"{selector}:focus").count():
                return
            self.press("Tab")
        message = f"no way to {selector} by keys"
        raise AssertionError(message)

    @property
    def seconds(self) -> float:
        """From the first key to `rest`; machine time, without the pauses of a person."""
        return self.ended - self.began

    def rest(self) -> "Hands":
        """The job is done: the clock stands."""
        self.ended = time.perf_counter()
        return self

    @property
    def typing(self) -> float:
        """What a person needs for these keys, in seconds."""
        return self.keys * SECONDS_A_KEY

    @property
    def thinking(self) -> float:
        """What a person needs beside typing."""
        return self.chunks * SECONDS_TO_THINK
