"""`make bench`: measures, writes OUT/results.json and prints a table.

The machine and its load are part of the result: figures of two machines are not compared.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
from pathlib import Path

from tests.bench.measuring import Figure
from trust.channel import tls13


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "cores": os.cpu_count(),
        "load_before": [round(value, 2) for value in os.getloadavg()],
    }


def table(found: list[Figure]) -> str:
    """The figures as a plain table."""
    lines = [f"{'benchmark':<24}{'n':>6}{'p50 ms':>10}{'p95 ms':>10}{'per s':>10}  what"]
    lines += [
        f"{f.name:<24}{f.n:>6}{f.p50_ms:>10.3f}{f.p95_ms:>10.3f}{f.per_second:>10.0f}  {f.what}"
        for f in found
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Exit code 0 when every benchmark ran."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("var/bench"))
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    tls13.require()
    from tests.bench import request_figures, trust_figures

    about = machine()
    with tempfile.TemporaryDirectory() as folder:
        found = [*trust_figures.figures(Path(folder)), *request_figures.figures()]
    results = {"machine": about, "results": [figure.as_row() for figure in found]}
    path = arguments.out / "results.json"
    path.write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(table(found) + f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
