"""The long runs of `make faults`: thousands of real requests, and the two simulations.

Each is a program of its own, which says how far it is and leaves its figures as JSON in OUT; what
is there need not be run again. `tests.faults.many` goes on in the world that it left behind.
"""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults.processes import ROOT


@dataclass(frozen=True, slots=True, kw_only=True)
class LongRun:
    """One of them."""

    name: str
    what: str
    arguments: tuple[str, ...]
    """After `python -m`; OUT and the seed are added."""
    resumes: bool = False
    """It is told whether to go on; the simulation does so by itself, by its seed."""


LONG_RUNS = (
    LongRun(
        name="many",
        what="2,000 real requests while random processes are killed",
        arguments=("tests.faults.many",),
        resumes=True,
    ),
    LongRun(
        name="exchange",
        what="100,000 requests over a bad network between dying nodes, simulated",
        arguments=("tests.simulation", "exchange"),
    ),
    LongRun(
        name="twins",
        what="300,000 attempts of near twins, simulated",
        arguments=("tests.simulation", "twins"),
    ),
)


def find_run(name: str) -> LongRun:
    """The run of that name; KeyError when there is none."""
    return {run.name: run for run in LONG_RUNS}[name]


def carry_out(run: LongRun, out: Path, seed: int, *, resume: bool) -> dict[str, Any]:
    """Its figures; what it says goes to our own output."""
    command = [sys.executable, "-m", *run.arguments, "--out", str(out), "--seed", str(seed)]
    if resume and run.resumes:
        command.append("--resume")
    done = subprocess.run(command, cwd=ROOT, check=False)
    return {**read_figures(run, out), "exit": done.returncode}


def read_figures(run: LongRun, out: Path) -> dict[str, Any]:
    """What the last run left, and when it ended; empty where none came to its end."""
    path = out / f"{run.name}.json"
    if not path.is_file():
        return {}
    left: dict[str, Any] = json.loads(path.read_text("utf-8"))
    figures: dict[str, Any] = left.get("result", left)
    # The minute of the run, for the page: the file is written once, when it ends.
    ended = time.gmtime(path.stat().st_mtime)
    return {**figures, "at": time.strftime("%Y-%m-%d %H:%M", ended)}


def is_good(figures: dict[str, Any]) -> bool:
    """Whether it came to its end and found nothing."""
    bad = ("findings", "lost", "duplicated", "released", "exit")
    return bool(figures) and not any(figures.get(name) for name in bad)


def say_figures(run: LongRun, figures: dict[str, Any]) -> str:
    """In one line for the page."""
    if not figures:
        return "not run"
    kept = {
        key: value for key, value in figures.items() if isinstance(value, int | float) and value
    }
    attempts = figures.get("attempts")
    if isinstance(attempts, dict):
        kept["attempts"] = sum(attempts.values())
    for name in ("lost", "duplicated", "released", "let_in", "leaks"):
        if name in figures:
            kept[name] = figures[name]
    findings = figures.get("findings") or []
    said = ", ".join(
        f"{name} {round(value, 1) if isinstance(value, float) else value}"
        for name, value in kept.items()
        if name not in ("seed", "exit")
    )
    return "; ".join([said, *(str(one)[:120] for one in findings[:3])])
