"""`python -m tests.simulation PART`: a long seeded run, its figures printed and written as JSON."""

import argparse
import json
import os
import secrets
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

_TESTS = Path(__file__).resolve().parents[1]


def main() -> int:
    """Exit code 0 when nothing was lost, duplicated, released to a near twin or out of time."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("part", choices=("exchange", "twins"))
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--count", type=int, help="requests, or attempts")
    parser.add_argument("--per-run", type=int, default=2500)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--out", type=Path, default=Path("var/simulation"))
    arguments = parser.parse_args()
    sys.path[:0] = [str(_TESTS), str(_TESTS / "attacks")]
    from deploy.tables import write_tables

    with tempfile.TemporaryDirectory() as folder:
        tables = Path(folder) / "tables"
        tables.mkdir()
        write_tables(tables)
        runs = {"exchange": _exchange, "twins": _twins}
        found, failed = runs[arguments.part](arguments, tables)
    arguments.out.mkdir(parents=True, exist_ok=True)
    path = arguments.out / f"{arguments.part}.json"
    about = {"load": [round(value, 2) for value in os.getloadavg()], "cores": os.cpu_count()}
    path.write_text(json.dumps({"machine": about, "result": found}, indent=2) + "\n", "utf-8")
    sys.stdout.write(f"{path}\n")
    return int(failed)


def _exchange(arguments: argparse.Namespace, tables: Path) -> tuple[dict[str, object], bool]:
    from tests.simulation.parallel import Total, run_many, run_one

    total = Total(seed=arguments.seed)
    arguments.out.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(arguments.processes, mp_context=get_context("spawn")) as pool:
        for total in run_many(
            arguments.count or 100_000,
            arguments.seed,
            partial(run_one, tables=tables),
            per_run=arguments.per_run,
            pool=pool,
            kept=arguments.out / f"exchange-{arguments.seed}.jsonl",
        ):
            sys.stdout.write(
                f"{total.requests:>7} requests, {total.seconds:>6.0f} s, "
                f"{len(total.findings)} findings\n"
            )
            sys.stdout.flush()
    sys.stdout.write(total.text())
    return total.figures(), bool(total.findings)


def _twins(arguments: argparse.Namespace, tables: Path) -> tuple[dict[str, object], bool]:
    from tests.simulation.near_twins import run_twins

    found = run_twins(arguments.count or 300_000, arguments.seed, tables, arguments.processes)
    sys.stdout.write(found.text())
    return found.figures(), bool(found.released)


if __name__ == "__main__":
    sys.exit(main())
