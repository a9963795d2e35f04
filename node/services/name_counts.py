"""How common names are on one shelf, counted once for all searches of that version of the index.

Counting the bearers of a common name reads thousands of rows, and common names are asked for
again and again; the count of a rare one costs nothing and is not kept.
"""

from records.name_frequency import NameFrequency

COMMON = 64
"""Bearers from which a count is kept."""
_MOST_KEPT = 50_000
"""Names of which counts are kept."""


class NameCounts:
    """Safe to share between threads: two that count the same name write the same number."""

    def __init__(self, frequency: NameFrequency) -> None:
        """With the frequencies of the characters."""
        self.frequency = frequency
        self._common: dict[str, int] = {}

    def find(self, normal: str) -> int | None:
        """The bearers of a name that was counted before, if it is common."""
        return self._common.get(normal)

    def keep(self, normal: str, bearers: int) -> None:
        """The count is remembered where it pays."""
        if bearers >= COMMON:
            if len(self._common) >= _MOST_KEPT:
                self._common.clear()
            self._common[normal] = bearers
