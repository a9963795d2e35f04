"""Many seeded runs beside each other: each has a world, a seed and a process of its own."""

import json
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

_TESTS = Path(__file__).resolve().parents[1]

Run = Callable[[int, int], dict[str, object]]
"""So many requests under that seed; what came of them."""


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
    requests: int, seed: int, run: Run, *, per_run: int, pool: Executor, kept: Path
) -> Iterator[Total]:
    """The sum so far, after each run; run number n has the seed `seed * 1000 + n`.

    Every run that ends is a line of the file `kept`: a job that was killed goes on where it was.
    """
    total = Total(seed=seed)
    sizes = [min(per_run, requests - done) for done in range(0, requests, per_run)]
    before = _kept_runs(kept, seed, sizes)
    for done in before.values():
        _add(total, done)
    if before:
        yield total
    began = time.monotonic() - total.seconds
    runs = [
        pool.submit(run, size, seed * 1000 + number)
        for number, size in enumerate(sizes)
        if number not in before
    ]
    for one in as_completed(runs):
        done = one.result()
        _add(total, done)
        total.seconds = time.monotonic() - began
        with kept.open("a", encoding="utf-8") as file:
            file.write(json.dumps(done | {"seconds": total.seconds}) + "\n")
        yield total


def _kept_runs(kept: Path, seed: int, sizes: list[int]) -> dict[int, dict[str, object]]:
    """Runs of this job that had ended, by number; one of another size is run anew."""
    found: dict[int, dict[str, object]] = {}
    if not kept.is_file():
        return found
    for line in kept.read_text("utf-8").splitlines():
        done = json.loads(line)
        number = done["seed"] - seed * 1000
        if 0 <= number < len(sizes) and done["requests"] == sizes[number]:
            found[number] = done
    return found


def run_one(requests: int, seed: int, *, tables: Path) -> dict[str, object]:
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
        "seed": seed,
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
    total.seconds = max(total.seconds, float(str(done.get("seconds", 0))))
    for name in ("requests", "crashes", "leaves", "lost", "duplicated"):
        setattr(total, name, getattr(total, name) + done[name])
    total.kinds.update(done["kinds"])  # type: ignore[arg-type]
    total.network.update(done["network"])  # type: ignore[arg-type]
    total.findings += done["findings"]  # type: ignore[arg-type]
