"""`python -m tests.bench.search.several`: searches a second by one process and by several.

Each process opens the index for itself and asks the questions of `speed`, exact pairs and names
with one wrong beside the other party in turn, for the same stretch of time.
"""

import argparse
import multiprocessing
import sys
import time
from multiprocessing.synchronize import Barrier
from pathlib import Path

from tests.bench.search import speed
from tests.bench.search.sources import find_data

_KINDS = (speed.EXACT, speed.WRONG)
_WARM = 40
Asked = list[tuple[str, str, int]]


def ask_for(folder: Path, asked: Asked, seconds: float, ready: Barrier) -> tuple[int, float, float]:
    """Questions answered in so many seconds, processor seconds for them, and their p95 in ms."""
    answer, millis = speed.ours(folder), list[float]()
    for one in asked[:_WARM]:
        answer(*one)
    ready.wait()
    began, busy = time.perf_counter(), time.process_time()
    while time.perf_counter() - began < seconds:
        for one in asked:
            millis.append(answer(*one)[0])
            if time.perf_counter() - began >= seconds:
                break
    busy = time.process_time() - busy
    millis.sort()
    return len(millis), busy, millis[int(len(millis) * 0.95)]


def _start(
    results: "multiprocessing.SimpleQueue[tuple[int, float, float]]", *given: object
) -> None:
    results.put(ask_for(*given))  # type: ignore[arg-type]


def measure(folder: Path, asked: Asked, processes: int, seconds: float) -> str:
    """One line: questions a second, milliseconds of processor each, the worst p95."""
    spawn = multiprocessing.get_context("spawn")
    results, ready = spawn.SimpleQueue(), spawn.Barrier(processes)
    running = [
        spawn.Process(target=_start, args=(results, folder, asked[place::processes] + asked[:1],
                                           seconds, ready))
        for place in range(processes)
    ]  # fmt: skip
    for one in running:
        one.start()
    found = [results.get() for _ in running]
    for one in running:
        one.join()
    count, busy = sum(one[0] for one in found), sum(one[1] for one in found)
    slowest = max(one[2] for one in found)
    return (
        f"{processes} processes: {count / seconds:,.0f} searches/s,"
        f" {busy / count * 1000:.2f} ms of processor each, p95 {slowest:.1f} ms"
    )


def main() -> int:
    """Exit code 0 when all were measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.search.several")
    parser.add_argument("index", type=Path)
    parser.add_argument("--records", type=int, required=True)
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--data", type=Path)
    chosen = parser.parse_args()
    drawn = speed.questions(find_data(chosen.data), chosen.records, 200, speed.SEED)
    asked = [(one.name, one.other, one.year) for one in drawn if one.kind in _KINDS]
    for processes in chosen.processes:
        line = measure(chosen.index, asked, processes, chosen.seconds)
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
