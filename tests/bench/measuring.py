"""Times a function many times and says what was seen: medians and tails, never a single run."""

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One benchmark's result."""

    name: str
    what: str
    n: int
    p50_ms: float
    p95_ms: float
    max_ms: float
    per_second: float
    """One after another, in one thread."""

    def as_row(self) -> dict[str, object]:
        """The figure for results.json."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one part of the benchmark found."""

    rows: list[dict[str, object]]
    """For the results file."""
    text: str
    """For a person: whole lines."""

    @classmethod
    def of_figures(cls, found: list[Figure]) -> "Report":
        """A plain table of timed functions."""
        lines = [f"{'benchmark':<24}{'n':>6}{'p50 ms':>10}{'p95 ms':>10}{'per s':>10}  what"]
        lines += [
            f"{f.name:<24}{f.n:>6}{f.p50_ms:>10.3f}{f.p95_ms:>10.3f}{f.per_second:>10.0f}  {f.what}"
            for f in found
        ]
        return cls(rows=[f.as_row() for f in found], text="\n".join(lines) + "\n")


def measure(name: str, what: str, act: Callable[[int], object], n: int, warm: int = 3) -> Figure:
    """`act(i)` for i in 0..n, each timed, after `warm` calls that are not."""
    for index in range(warm):
        act(-1 - index)
    times = []
    for index in range(n):
        began = time.perf_counter()
        act(index)
        times.append((time.perf_counter() - began) * 1000)
    ordered = sorted(times)
    return Figure(
        name=name,
        what=what,
        n=n,
        p50_ms=round(statistics.median(ordered), 4),
        p95_ms=round(ordered[min(n - 1, int(n * 0.95))], 4),
        max_ms=round(ordered[-1], 4),
        per_second=round(n * 1000 / sum(times), 1),
    )
