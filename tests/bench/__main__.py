"""`make bench`: measures part by part, prints a table of each, writes OUT/results.json.

Each part's figures are also written to OUT/<part>.json as soon as they are there.

The machine and its load are part of the result: figures of two machines are not compared.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
from importlib import import_module
from pathlib import Path

from trust.channel import tls13

PARTS = {
    "desk-hours": "tests.bench.desk_hours",
    "exchange": "tests.bench.exchange_figures",
    "fan-out": "tests.bench.fan_out_figures",
    "idle": "tests.bench.idle_figures",
    "evidence": "tests.bench.evidence_figures",
    "privacy": "tests.bench.privacy_figures",
    "renewal": "tests.bench.renewal_figures",
    "request": "tests.bench.request_figures",
    "search": "tests.bench.search.figures",
    "trust": "tests.bench.trust_figures",
    "certificate": "tests.bench.certificate_figures",
    "archival": "tests.bench.archival_figures",
    "hostile": "tests.bench.hostile_figures",
    "qr": "tests.bench.qr_figures",
    "verify": "tests.bench.verify_figures",
    "registry": "tests.bench.registry_figures",
    "desks": "tests.bench.desk_figures",
}
"""Part -> module with `run(folder, *, full) -> Report`."""
_TESTS = Path(__file__).resolve().parents[1]


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "cores": os.cpu_count(),
        "load_before": [round(value, 2) for value in os.getloadavg()],
    }


def write(path: Path, found: dict[str, object]) -> Path:
    """The figures are in `path`, as JSON."""
    path.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path


def main() -> int:
    """Exit code 0 when every part asked for ran."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("var/bench"))
    parser.add_argument("--part", action="append", choices=PARTS, help="only this part")
    parser.add_argument("--full", action="store_true", help="the large sizes too (hours)")
    parser.add_argument("--data", type=Path, help="the shared data, for the part `search`")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    # The worlds of the tests import each other by name, as pytest lets them.
    sys.path[:0] = [str(_TESTS), str(_TESTS / "attacks")]
    tls13.require()
    # The worlds that the tests build lie beside the test folders.
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    found: list[dict[str, object]] = []
    for part in arguments.part or PARTS:
        about = machine()
        chosen = {"data": arguments.data} if part == "search" else {}
        with tempfile.TemporaryDirectory() as folder:
            report = import_module(PARTS[part]).run(Path(folder), full=arguments.full, **chosen)
        found += [{"part": part, **row} for row in report.rows]
        path = write(arguments.out / f"{part}.json", {"machine": about, "results": report.rows})
        sys.stdout.write(f"\n== {part}\n{report.text}{path}\n")
        sys.stdout.flush()
    write(arguments.out / "results.json", {"machine": machine(), "results": found})
    return 0


if __name__ == "__main__":
    sys.exit(main())
