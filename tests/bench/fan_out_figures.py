"""One question to ten archives at once, over mutual TLS and signed both ways (issue 5).

Goals: p95 at most 300 ms for ten partners; a dead one adds at most 100 ms beyond the shared
deadline; a hundred questions at once meet no error. All nodes are in one process here, so that
ten servers and the asker share one interpreter.
"""

import socket
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from pathlib import Path

from fan_out_world import FanOut, build_fan_out

from deploy.tables import write_tables
from node.services.ask_partners import PartnerOutcome
from records.outcomes import Outcome
from tests.bench.measuring import Report

PARTNERS = 10
ROUNDS = 60
DEADLINE = 1.0
AT_ONCE = 12
"""Fan-outs at once: more than a hundred questions on their way."""


def run(folder: Path, *, full: bool) -> Report:
    """Quiet fan-outs, a hundred questions at once, then one partner dies."""
    tables = folder / "tables"
    tables.mkdir()
    write_tables(tables)
    fan = build_fan_out(folder / "world", tables, PARTNERS)
    try:
        rows = [_quiet(fan, ROUNDS * (4 if full else 1)), _at_once(fan)]
        rows += [_one_away(fan, "holder03", silent=False), _one_away(fan, "holder04", silent=True)]
    finally:
        fan.close()
    return Report(rows=rows, text="".join(_lines(rows)))


def _ask(fan: FanOut, seconds: float) -> tuple[float, tuple[PartnerOutcome, ...]]:
    """Milliseconds, and what came of it; every archive is there once."""
    began = time.perf_counter()
    outcomes = fan.window.ask_partners.ask(fan.case_no, fan.reviewer, seconds)
    took = (time.perf_counter() - began) * 1000
    archives = [one.archive_code for one in outcomes]
    assert len(set(archives)) == len(archives) >= PARTNERS
    return took, outcomes


def _answered(outcomes: tuple[PartnerOutcome, ...]) -> int:
    return sum(one.answer is not None for one in outcomes)


def _quiet(fan: FanOut, rounds: int) -> dict[str, object]:
    _ask(fan, 30.0)  # opens and proves ten connections
    seen = [_ask(fan, 10.0) for _ in range(rounds)]
    times = sorted(took for took, _ in seen)
    return {
        "name": f"fan-out to {PARTNERS}",
        "n": rounds,
        "p50_ms": statistics.median(times),
        "p95_ms": times[int(len(times) * 0.95)],
        "least_ms": times[0],
        "unanswered": sum(PARTNERS - _answered(outcomes) for _, outcomes in seen),
        "goal": "p95 <= 300 ms",
    }


def _at_once(fan: FanOut) -> dict[str, object]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        began = time.perf_counter()
        seen = list(pool.map(lambda _: _ask(fan, 60.0), range(AT_ONCE)))
        seconds = time.perf_counter() - began
    asked = AT_ONCE * PARTNERS
    return {
        "name": f"{asked} questions at once",
        "n": asked,
        "seconds": seconds,
        "errors": asked - sum(_answered(outcomes) for _, outcomes in seen),
        "goal": "0 errors",
    }


def _one_away(fan: FanOut, victim: str, *, silent: bool) -> dict[str, object]:
    """One more partner goes: its port is closed, or takes connections and says nothing."""
    fan.kill(victim)
    with _swallow(fan, victim) if silent else nullcontext():
        times, away = [], set()
        for _ in range(10):
            took, outcomes = _ask(fan, DEADLINE)
            times.append(took)
            away |= {one.node_id for one in outcomes if one.outcome == Outcome.NODE_UNAVAILABLE}
    assert victim in away
    how = "silent" if silent else "dead"
    return {
        "name": f"{victim} of {PARTNERS} {how}, deadline {DEADLINE:.0f} s",
        "n": len(times),
        "p50_ms": statistics.median(times),
        "most_ms": max(times),
        "beyond_deadline_ms": max(0.0, max(times) - DEADLINE * 1000),
        "away": sorted(away),
        "goal": "at most 100 ms beyond the deadline",
    }


@contextmanager
def _swallow(fan: FanOut, victim: str) -> Iterator[None]:
    """Where the partner listened somebody takes connections and never says a word."""
    host, _, port = fan.world.nodes[victim].address.rpartition(":")
    with socket.create_server((host, int(port)), backlog=64):
        yield


def _lines(rows: list[dict[str, object]]) -> list[str]:
    said = []
    for row in rows:
        values = [
            f"{name} {value:.1f}" if isinstance(value, float) else f"{name} {value}"
            for name, value in row.items()
            if name != "name"
        ]
        said.append(f"{row['name']}: {', '.join(values)}\n")
    return said
