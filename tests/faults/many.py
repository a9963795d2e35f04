"""`python -m tests.faults.many`: thousands of real requests while random processes are killed.

Real processes, real mutual TLS, real sealed PDFs; a process of the window, the holder, the
certificate service or the holder's officers dies by SIGKILL every few seconds, supervisor included,
from the first request to the last. Then everything must end within 30 s and every criterion hold:
nothing acknowledged is lost, no certificate twice, equal envelope ids on both sides, logs whole.

The same 25 invented people ask again and again: a clerk who took in more names in ten minutes would
rightly be stopped (node/domain/misuse.py).
"""

import argparse
import json
import os
import secrets
import sys
import time
from pathlib import Path
from random import Random

from trust.channel import tls13

_TESTS = Path(__file__).absolute().parents[1]
PEOPLE = 25
BATCH = 20
MOST_OPEN = 40
"""Requests that may be under way before the next are filed."""


def main() -> int:
    """Exit code 0 when every criterion held."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.many", description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--hits", type=float, default=0.2, help="share with a certificate")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--out", type=Path, default=Path("var/faults"))
    chosen = parser.parse_args()
    tls13.require()
    sys.path.insert(0, str(_TESTS))
    from tests.faults.template import find_template

    out = chosen.out.absolute()
    out.mkdir(parents=True, exist_ok=True)
    found = carry(find_template(out / "template"), out / "worlds" / "many", chosen)
    path = out / "many.json"
    path.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(f"{json.dumps(found, ensure_ascii=False)}\n{path}\n")
    return 1 if found["findings"] else 0


def carry(template: Path, folder: Path, chosen: argparse.Namespace) -> dict[str, object]:
    """So many requests under fire; what was found."""
    from tests.faults.driver import Asked
    from tests.faults.people import HIT, MISS
    from tests.faults.rows_crash import _kill
    from tests.faults.run import Run
    from tests.faults.world import CERTIFICATES, HOLDER, WINDOW

    rng, kills = Random(f"many/{chosen.seed}"), 0
    run = Run(template, folder, "many", chosen.seed)
    began, load = time.monotonic(), os.getloadavg()
    with run.world() as world:
        filed, next_kill = 0, time.monotonic() + rng.uniform(1.0, 4.0)
        while filed < chosen.count or _open(run.driver) > MOST_OPEN:
            if filed < chosen.count and _open(run.driver) <= MOST_OPEN:
                size = min(BATCH, chosen.count - filed)
                batch = [
                    Asked(
                        number=number % PEOPLE,
                        kind=HIT if rng.random() < chosen.hits else MISS,
                        key=f"many-{chosen.seed:06d}-{number:06d}",
                    )
                    for number in range(filed, filed + size)
                ]
                run.driver.file(batch)
                filed += size
            if time.monotonic() >= next_kill:
                _kill(world, rng.choice((WINDOW, HOLDER, CERTIFICATES, f"officers-{HOLDER}")))
                kills += 1
                next_kill = time.monotonic() + rng.uniform(2.0, 6.0)
                _say(run.driver, filed, kills, began)
            run.driver.round()
        run.over()
    outcome = run.outcome
    return {
        "seed": chosen.seed,
        "requests": len(run.driver.journal.cases),
        "certificates": len(run.driver.journal.numbers),
        "kills": kills,
        "seconds": round(time.monotonic() - began),
        "findings": outcome.findings,
        "load": [round(value, 1) for value in load],
        **outcome.figures,
    }


def _open(driver) -> int:  # type: ignore[no-untyped-def]
    return len(driver.journal.cases) - len(driver.ended)


def _say(driver, filed: int, kills: int, began: float) -> None:  # type: ignore[no-untyped-def]
    seconds = time.monotonic() - began
    sys.stdout.write(f"{filed} filed, {len(driver.ended)} ended, {kills} kills, {seconds:.0f} s\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
