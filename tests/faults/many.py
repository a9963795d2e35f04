"""`python -m tests.faults.many`: thousands of real requests while random processes are killed.

Real processes, real mutual TLS, real sealed PDFs; a process of the window, the holder, the
certificate service or either archive's officers dies by SIGKILL every few seconds, with or without
its supervisor, from the first request to the last. Then everything must end within 30 s and every
criterion hold: nothing acknowledged is lost, no certificate twice, equal envelope ids on both
sides, logs whole.

It says every ten seconds how far it is. What was acknowledged is on disk: a run that was itself
killed goes on with `--resume`, in the same world, with the same seed; that is one fault more.

The same 25 invented people ask again and again: a clerk who took in more names in ten minutes would
rightly be stopped (node/domain/misuse.py).
"""

import argparse
import json
import os
import secrets
import shutil
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from trust.channel import tls13

if TYPE_CHECKING:
    from tests.faults.driver import Asked
    from tests.faults.world import World

_TESTS = Path(__file__).absolute().parents[1]
PEOPLE = 25
MOST_OPEN = 80
"""Requests that may be under way before the next are filed."""
_LAST_OPEN = 5
"""Unfinished requests at which the killing ends: before them, it never does."""
_SAID_SECONDS = 10.0
_ROUND_SECONDS = 0.05


def main() -> int:
    """Exit code 0 when every criterion held."""
    chosen = _arguments()
    tls13.require()
    sys.path.insert(0, str(_TESTS))
    from tests.faults.template import find_template

    out = chosen.out.absolute()
    out.mkdir(parents=True, exist_ok=True)
    _say("founding the federation, about a minute where there is none yet")
    template = find_template(out / "template")
    crowd = Crowd(template, out / "worlds" / "many", chosen)
    found = crowd.carry()
    path = out / "many.json"
    path.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if not found["findings"]:
        shutil.rmtree(out / "worlds" / "many")
    _say(f"{json.dumps(found, ensure_ascii=False)}\n{path}")
    return 1 if found["findings"] else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.many", description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--hits", type=float, default=0.1, help="share with a certificate")
    parser.add_argument("--every", type=float, default=10.0, help="seconds between two kills")
    parser.add_argument("--attack-pause", type=float, default=2.0, dest="attack_pause")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--out", type=Path, default=Path("var/faults"))
    parser.add_argument("--resume", action="store_true", help="go on in the world left behind")
    return parser.parse_args()


class Crowd:
    """So many requests under fire."""

    def __init__(self, template: Path, folder: Path, chosen: argparse.Namespace) -> None:
        """Nothing runs yet; a resumed run keeps the seed with which it began."""
        from tests.faults.run import Run

        self._kept = folder / "driver" / "many.json"
        before = self._read_kept() if chosen.resume else {}
        self._seed = int(before.get("seed", chosen.seed))
        self._chosen, self._resumed = chosen, bool(before)
        self._rng = Random(f"many/{self._seed}/{before.get('kills', 0)}")
        self._kills = int(before.get("kills", 0))
        self._spent = float(before.get("seconds", 0))
        self._interruptions = int(before.get("interruptions", -1)) + 1
        self._run: Run = Run(template, folder, "many", self._seed)
        self._began = time.monotonic()
        self._over = threading.Event()

    def carry(self) -> dict[str, Any]:
        """Every request is filed and has ended under fire; what was found."""
        from tests.faults.world import HOLDER, Setup

        setup = Setup(attack_pause=self._chosen.attack_pause, resume=self._resumed)
        load = os.getloadavg()
        _say(f"seed {self._seed}: {self._chosen.count} requests; starting the world")
        with self._run.world(setup) as world:
            _say(f"the world runs, patience {self._run.patience:.1f}")
            threads = [
                threading.Thread(target=self._work, args=(world, HOLDER, "holder"), daemon=True),
                threading.Thread(target=self._tell, daemon=True),
            ]
            for thread in threads:
                thread.start()
            try:
                self._file_and_kill(world)
            finally:
                self._over.set()
                self._run.over()
                for thread in threads:
                    thread.join(120.0)
            _say("the last kill is over")
        return self._sum_up(load)

    def _file_and_kill(self, world: "World") -> None:
        driver, count = self._run.driver, self._chosen.count
        due = time.monotonic() + self._rng.uniform(1.0, self._chosen.every)
        while len(driver.journal.cases) < count or self._open() > _LAST_OPEN:
            filed = len(driver.journal.cases)
            if filed < count and self._open() <= MOST_OPEN:
                driver.file([self._asked(filed)])
            if time.monotonic() >= due:
                self._kill(world)
                due = time.monotonic() + self._rng.uniform(0.5, 1.5) * self._chosen.every
            if filed % 4 == 0 or self._open() > MOST_OPEN or filed >= count:
                self._window_round(world)

    def _window_round(self, world: "World") -> None:
        from tests.faults.world import WINDOW

        driver = self._run.driver
        driver.obey(WINDOW, "window")
        driver.look()
        time.sleep(_ROUND_SECONDS)

    def _work(self, _world: "World", node: str, act: str) -> None:
        while not self._over.is_set():
            self._run.driver.obey(node, act)
            time.sleep(_ROUND_SECONDS)

    def _asked(self, number: int) -> "Asked":
        from tests.faults.driver import Asked
        from tests.faults.people import HIT, MISS

        # By its number alone: a resumed run asks what the first would have asked.
        is_hit = Random(f"many/{self._seed}/asked/{number}").random() < self._chosen.hits
        key = f"many-{self._seed:06d}-{number:06d}"
        return Asked(number=number % PEOPLE, kind=HIT if is_hit else MISS, key=key)

    def _kill(self, world: "World") -> None:
        from tests.faults.rows_crash import kill_and_start
        from tests.faults.world import CERTIFICATES, HOLDER, WINDOW

        serving = (WINDOW, HOLDER, CERTIFICATES)
        name = self._rng.choice((*serving, f"officers-{HOLDER}", f"officers-{WINDOW}"))
        if name in serving and self._rng.random() < 0.5:
            world.processes[name].kill_serving()
        else:
            kill_and_start(world, name)
        self._kills += 1
        self._keep()

    def _open(self) -> int:
        driver = self._run.driver
        return len(driver.journal.cases) - len(driver.ended)

    def _tell(self) -> None:
        while not self._over.wait(_SAID_SECONDS):
            driver = self._run.driver
            ended, seconds = len(driver.ended), time.monotonic() - self._began
            _say(
                f"{seconds:6.0f} s  {len(driver.journal.cases)} filed, {ended} ended, "
                f"{len(driver.journal.numbers)} certificates, {self._kills} kills, "
                f"{60 * ended / seconds:.0f} a minute"
            )

    def _read_kept(self) -> Mapping[str, Any]:
        if not self._kept.is_file():
            return {}
        kept: dict[str, Any] = json.loads(self._kept.read_text("utf-8"))
        return kept

    def _keep(self) -> None:
        kept = {
            "seed": self._seed,
            "kills": self._kills,
            "seconds": round(self._spent + time.monotonic() - self._began),
            "interruptions": self._interruptions,
        }
        self._kept.write_text(json.dumps(kept), encoding="utf-8")

    def _sum_up(self, load: tuple[float, float, float]) -> dict[str, Any]:
        run = self._run
        return {
            "seed": self._seed,
            "requests": len(run.driver.journal.cases),
            "certificates": len(run.driver.journal.numbers),
            "kills": self._kills,
            "interruptions": self._interruptions,
            "seconds": round(self._spent + time.monotonic() - self._began),
            "findings": run.outcome.findings,
            "load": [round(value, 1) for value in load],
            **run.outcome.figures,
        }


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
