"""`python -m tests.bench.search`: the part `search` with its sizes and kinds to choose."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.bench.search.figures import SEED, Plan, measure
from tests.bench.search.sources import DataAbsentError


def main() -> int:
    """Exit code 0 when everything asked for was measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.search", description=__doc__)
    parser.add_argument("--people", type=int, default=200_000)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--absent", type=int, default=300)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--data", type=Path, help="folder of the shared data")
    parser.add_argument("--kind", action="append", default=[], help="only this kind of error")
    parser.add_argument("--misses", type=int, default=3, help="misses to print of each kind")
    parser.add_argument("--folder", type=Path, help="where to work (default: a temporary folder)")
    chosen = parser.parse_args()
    plan = Plan(
        people=chosen.people,
        queries=chosen.queries,
        absent=chosen.absent,
        seed=chosen.seed,
        data=chosen.data,
        kinds=tuple(chosen.kind),
        show_misses=chosen.misses,
    )
    try:
        with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
            sys.stdout.write(measure(Path(folder), plan).text)
    except DataAbsentError as absent:
        sys.stderr.write(f"{absent}\n")
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
