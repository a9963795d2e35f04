"""What a node at rest costs, and how soon it notices: processor time, duty by duty, and latency.

A node with its server and all its duties, nobody calling. The share of each duty is its threads'
own time; what is left over is gRPC and the interpreter. Then a second node at rest beside it: from
the moment in which a reviewer's acceptance is durable until the partner's desk shows the case,
searched (goal: p95 at most 300 ms).
"""

import statistics
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from exchange_world import Federation, build_federation
from node_acts import zhou

from deploy.tables import write_tables
from node.domain.commands import FileRequestCommand, ReviewCommand
from node.services import worker
from tests.bench.measuring import Report

SECONDS = 20.0
CASES = 24


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
        at_rest, looked = Counter(cost), Counter(looks)
        federation.start("shangrao")
        times = sorted(_noticed(federation, number) for number in range(CASES))
    finally:
        worker.Worker._run = original
        federation.close()
    rows: list[dict[str, object]] = [{"name": "node at rest", "share": used / took}]
    rows += [
        {"name": name, "share": spent / took, "looks_a_second": looked[name] / took}
        for name, spent in at_rest.most_common()
    ]
    lines = [f"a node at rest: {used / took:.2%} of one processor\n"]
    lines += [
        f"  {name:<14}{looked[name] / took:>6.1f} looks/s{spent / took:>9.3%}\n"
        for name, spent in at_rest.most_common()
    ]
    p95 = times[int(len(times) * 0.95)]
    seen = {"n": CASES, "p50_ms": statistics.median(times), "p95_ms": p95, "goal": "p95 <= 300 ms"}
    rows.append({"name": "accepted to the partner's desk", **seen})
    lines.append(
        f"accepted to the partner's desk, searched: p50 {seen['p50_ms']:.0f} ms, p95 {p95:.0f} ms\n"
    )
    return Report(rows=rows, text="".join(lines))


def _noticed(federation: Federation, number: int) -> float:
    """Milliseconds from the accepted request to the searched case at the partner."""
    world = federation.world
    window, holder = world.office("jiaxing"), federation.running["shangrao"].office
    command = FileRequestCommand(client_key=f"idle-{number:08d}", application=zhou())
    case_no = window.file_request.file(command, world.actor("330400", "clerk")).case_no
    review = ReviewCommand(case_no=case_no, accept=True)
    window.review.review(review, world.actor("330400", "reviewer"))
    began = time.perf_counter()
    desk = world.actor("361100", "dispatcher")
    while all(one.case_no != case_no for one in holder.work.list_work(desk, ["candidates"])):
        time.sleep(0.005)
    return (time.perf_counter() - began) * 1000
