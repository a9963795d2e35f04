"""Many seeded runs beside each other: each has a world, a seed and a process of its own."""

import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

_TESTS = Path(__file__).resolve().parents[1]


@dataclass
class Total:
    """What all runs came to together."""

    seed: int
    requests: int = 0
    crashes: int = 0
    leaves: int = 0
    seconds: float = 0.0
    runs: int = 0
    lost: int = 0
    duplicated: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    network: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, object]:
        """Everything counted, for JSON; asdict() would count a Counter's pairs anew (bpo-35540)."""
        return {**vars(self), "kinds": dict(self.kinds), "network": dict(self.network)}

    def text(self) -> str:
        """A few lines for a person."""
        kinds = ", ".join(f"{name} {count}" for name, count in sorted(self.kinds.items()))
        weather = ", ".join(f"{name} {count}" for name, count in sorted(self.network.items()))
        lines = [
            f"{self.requests} requests in {self.runs} runs, {self.crashes} crashes of a node, "
            f"{self.leaves} leaves, {self.seconds:.0f} s, seed {self.seed}",
            f"  ended: {kinds}",
            f"  network: {weather}",
            f"  lost {self.lost}, duplicated {self.duplicated}, findings {len(self.findings)}",
            *(f"  {finding}" for finding in self.findings[:20]),
        ]
        return "\n".join(lines) + "\n"


def run_many(
    requests: int, seed: int, *, per_run: int, processes: int, parts: Path
) -> Iterator[Total]:
    """The sum so far, after each run; run number n has the seed `seed * 1000 + n`."""
    total = Total(seed=seed)
    began = time.monotonic()
    sizes = [min(per_run, requests - done) for done in range(0, requests, per_run)]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        runs = [
            pool.submit(run_one, size, seed * 1000 + number, parts)
            for number, size in enumerate(sizes)
        ]
        for run in as_completed(runs):
            _add(total, run.result())
            total.seconds = time.monotonic() - began
            yield total


def run_one(requests: int, seed: int, tables: Path) -> dict[str, object]:
    """One run in this process; its folder is gone afterwards."""
    # The worlds of the tests import each other by name, as pytest lets them.
    for place in (_TESTS, _TESTS / "attacks"):
        if str(place) not in sys.path:
            sys.path.insert(0, str(place))
    from tests.simulation.exchange import ExchangeRun

    memory = Path("/dev/shm")
    folder = tempfile.mkdtemp(prefix="lt-simulation-", dir=memory if memory.is_dir() else None)
    run = ExchangeRun(Path(folder), tables, seed)
    try:
        done = run.run(requests)
    finally:
        run.close()
        shutil.rmtree(folder, ignore_errors=True)
    return {
        "requests": done.requests,
        "crashes": done.crashes,
        "leaves": done.leaves,
        "lost": done.lost,
        "duplicated": done.duplicated,
        "kinds": dict(done.kinds),
        "network": done.network,
        "findings": [f"seed {seed}: {finding}" for finding in done.findings],
    }


def _add(total: Total, done: dict[str, object]) -> None:
    total.runs += 1
    for name in ("requests", "crashes", "leaves", "lost", "duplicated"):
        setattr(total, name, getattr(total, name) + done[name])
    total.kinds.update(done["kinds"])  # type: ignore[arg-type]
    total.network.update(done["network"])  # type: ignore[arg-type]
    total.findings += done["findings"]  # type: ignore[arg-type]
