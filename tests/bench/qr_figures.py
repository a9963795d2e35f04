"""How often a printed QR code is read: five ways of looking, two print sizes, two readers.

The symbol is the densest that the service prints: a token of 300 bytes behind the longest prefix,
version 13-M at 30 mm. `full` looks at 400 frames of each kind, else at 40.
"""

import random
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from verify_stand import served, site_parts, write_council

from tests.bench.measuring import Report
from tests.bench.qr_frames import SCENARIOS, SIZE_MM, printed
from tests.bench.qr_reading import (
    PageReader,
    largest_text,
    page_reader,
    read_with_zxing,
    wilson,
)

SEED = 20261122
FRAMES, FEW_FRAMES = 400, 40
_TOKENS = 25
_SHRUNK = (0.90, 0.94)


@dataclass(slots=True)
class Count:
    """What one reader made of one kind of frame."""

    scenario: str
    print_scale: str
    reader: str
    frames: int = 0
    hits: int = 0
    millis: list[float] = field(default_factory=list)

    def add(self, *, hit: bool, millis: float) -> None:
        """One frame more."""
        self.frames += 1
        self.hits += hit
        self.millis.append(millis)

    def row(self) -> dict[str, object]:
        """The figure for results.json."""
        low, high = wilson(self.hits, self.frames)
        return {
            "name": f"qr.{self.scenario}.{self.print_scale}.{self.reader}",
            "frames": self.frames,
            "hits": self.hits,
            "percent": round(100 * self.hits / self.frames, 2),
            "wilson95": [round(100 * low, 2), round(100 * high, 2)],
            "p50_ms": round(statistics.median(self.millis), 1),
            "seed": SEED,
        }


def run(folder: Path, *, full: bool) -> Report:
    """The table; nothing is asserted."""
    council = write_council(folder / "council.json")
    frames = FRAMES if full else FEW_FRAMES
    with (
        served(site_parts(folder, council)) as address,
        page_reader(f"{address}/verify") as page,
    ):
        rows = [count.row() for count in counts(page, frames)]
    lines = [f"{'what':<44}{'frames':>7}{'read':>6}{'%':>8}  {'Wilson 95 %':<16}{'p50 ms':>7}"]
    for row in rows:
        lines.append(
            f"{row['name']:<44}{row['frames']:>7}{row['hits']:>6}{row['percent']:>8}"
            f"  {row['wilson95']!s:<16}{row['p50_ms']:>7}"
        )
    return Report(rows=rows, text="\n".join([*lines, f"seed {SEED}"]) + "\n")


def counts(page: PageReader, frames: int) -> Iterator[Count]:
    """Each kind of frame with each reader."""
    for scale_name, scales in (("100%", (1.0, 1.0)), ("90-94%", _SHRUNK)):
        for scenario in SCENARIOS:
            rng = random.Random(f"{SEED}/{scenario}/{scale_name}")
            yield from _kind(page, scenario, (scale_name, scales), frames, rng)


def _kind(
    page: PageReader,
    scenario: str,
    scale: tuple[str, tuple[float, float]],
    frames: int,
    rng: random.Random,
) -> tuple[Count, Count]:
    native, web = Count(scenario, scale[0], "zxing-cpp"), Count(scenario, scale[0], "page")
    symbols = [largest_text(rng) for _ in range(_TOKENS)]
    for at in range(frames):
        text, matrix = symbols[at % _TOKENS]
        frame = SCENARIOS[scenario](printed(matrix, SIZE_MM * rng.uniform(*scale[1])), rng)
        began = time.perf_counter()
        found = read_with_zxing(frame)
        native.add(hit=found == text, millis=(time.perf_counter() - began) * 1000)
        seen, took = page.read(frame)
        web.add(hit=seen == text, millis=took)
    return native, web
