"""What a node at rest costs: processor time of the whole process, and of each duty.

A node with its server and all its duties, nobody calling. The share of each duty is its threads'
own time; what is left over is gRPC and the interpreter.
"""

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from exchange_world import build_federation

from deploy.tables import write_tables
from node.services import worker
from tests.bench.measuring import Report

SECONDS = 20.0


def run(folder: Path, *, full: bool) -> Report:
    """Twenty seconds of rest; a minute when `full`."""
    tables = folder / "tables"
    tables.mkdir()
    write_tables(tables)
    cost, looks = Counter[str](), Counter[str]()
    original = worker.Worker._run

    def timed(self: worker.Worker, name: str, duty: Callable[[], int]) -> int:
        began = time.thread_time()
        try:
            return original(self, name, duty)
        finally:
            cost[name] += time.thread_time() - began
            looks[name] += 1

    worker.Worker._run = timed
    federation = build_federation(folder / "world", tables)
    try:
        federation.start("jiaxing")
        time.sleep(3.0)
        cost.clear()
        looks.clear()
        used, began = time.process_time(), time.perf_counter()
        time.sleep(SECONDS * (3 if full else 1))
        used, took = time.process_time() - used, time.perf_counter() - began
    finally:
        worker.Worker._run = original
        federation.close()
    rows: list[dict[str, object]] = [{"name": "node at rest", "share": used / took}]
    rows += [
        {"name": name, "share": spent / took, "looks_a_second": looks[name] / took}
        for name, spent in cost.most_common()
    ]
    lines = [f"a node at rest: {used / took:.2%} of one processor\n"]
    lines += [
        f"  {name:<14}{looks[name] / took:>6.1f} looks/s{spent / took:>9.3%}\n"
        for name, spent in cost.most_common()
    ]
    return Report(rows=rows, text="".join(lines))
