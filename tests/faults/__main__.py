"""`make faults`: the whole matrix, resumable; `python -m tests.faults F7 --seed 7`: one row.

Rows, seeded bugs, an issuing that dies at each of its writes, thousands of real requests and the
simulations, in this order. Writes OUT/results.json after every part, and docs/faults.md at the end
or with `--report`. A run that was interrupted goes on where it stopped with `--resume`.
"""

import argparse
import re
import secrets
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from trust.channel import tls13

_STATUS = "{name:<24}{outcome:<8}{seconds:>6.1f} s  seed {seed}  {more}\n"


def main() -> int:
    """Exit code 0 when everything held and every seeded bug was caught."""
    tls13.require()
    # The worlds that the tests build lie beside the test folders.
    sys.path.insert(0, str(Path(__file__).absolute().parents[1]))
    from tests.faults.report import add_totals, read_results, write_document, write_results
    from tests.faults.template import find_template

    chosen = _arguments()
    keeps = chosen.resume or chosen.rows or chosen.mutant or chosen.report
    results = read_results(chosen.out if keeps else Path())
    if chosen.report:
        write_document(results)
        return _sum_up(add_totals(results), chosen.out, 0.0)
    began = time.monotonic()
    # What goes on, goes on with its seed.
    kept = int(results.get("seed") or 0) if chosen.resume else 0
    chosen.seed = results["seed"] = chosen.seed or kept or secrets.randbelow(10**6)
    write_results(chosen.out, add_totals(results))
    template = find_template(chosen.out / "template")
    _say(f"federation ready after {time.monotonic() - began:.0f} s\n")
    for name, run in _plan(chosen):
        kind, _, key = name.partition(":")
        known = results[kind].get(key) if key else results[kind]
        if chosen.resume and _is_good(known):
            continue
        # The minute of the run, for the page: no logic reads it.
        found = {**run(template, chosen), "at": time.strftime("%Y-%m-%d %H:%M", time.gmtime())}
        # Read anew: another part may have been run beside this one.
        results = read_results(chosen.out)
        if key:
            results[kind][key] = found
        else:
            results[kind] = found
        write_results(chosen.out, add_totals(results))
    path = write_results(chosen.out, add_totals(results))
    if not chosen.rows and not chosen.mutant:
        write_document(results)
    return _sum_up(add_totals(results), path, time.monotonic() - began)


def _is_good(known: dict[str, Any] | None) -> bool:
    """Whether an earlier run of this need not be repeated."""
    from tests.faults.longer import is_good

    if not known:
        return False
    if "outcome" in known:
        return known["outcome"] in ("held", "reason")
    return bool(known["caught"]) if "caught" in known else "points" in known or is_good(known)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument(
        "rows",
        nargs="*",
        metavar="ROW",
        help="e.g. F7, issuing, many, exchange, twins; none = everything",
    )
    parser.add_argument("--out", type=Path, default=Path("var/faults"))
    parser.add_argument("--seed", type=int, default=0, help="0 = drawn, or as it was")
    parser.add_argument("--mutant", default="", help="one seeded bug, or `all`")
    parser.add_argument("--resume", action="store_true", help="skip what results.json has")
    parser.add_argument("--report", action="store_true", help="write the page and run nothing")
    parser.add_argument("--keep", action="store_true", help="leave the folders of the worlds")
    chosen = parser.parse_args()
    chosen.out = chosen.out.absolute()
    return chosen


def _plan(chosen: argparse.Namespace) -> list[tuple[str, Any]]:
    """What is run, in order: name and how."""
    from tests.faults.longer import LONG_RUNS
    from tests.faults.matrix import ROWS, find_row
    from tests.faults.mutants import MUTANTS, find_mutant

    only = bool(chosen.rows or chosen.mutant)
    others = {"issuing", *(one.name for one in LONG_RUNS)}
    named = [name for name in chosen.rows if name not in others]
    rows = [find_row(name) for name in named] if only else list(ROWS)
    mutants = list(MUTANTS) if not only or chosen.mutant == "all" else []
    if chosen.mutant and chosen.mutant != "all":
        mutants = [find_mutant(chosen.mutant)]
    plan: list[tuple[str, Any]] = [
        (f"rows:{row.id}", lambda template, it, row=row: _run_row(template, it, row))
        for row in rows
    ]
    plan += [
        (f"mutants:{one.name}", lambda template, it, one=one: _run_mutant(template, it, one))
        for one in mutants
    ]
    if not only or "issuing" in chosen.rows:
        plan.append(("issuing", lambda _template, _chosen: _run_issuing()))
    plan += [
        (f"long:{one.name}", lambda _template, it, one=one: _run_long(it, one))
        for one in LONG_RUNS
        if not only or one.name in chosen.rows
    ]
    return plan


def _run_row(template: Path, chosen: argparse.Namespace, row: Any) -> dict[str, Any]:
    began = time.monotonic()
    found: dict[str, Any] = {"outcome": "held", "seed": chosen.seed, "findings": [], "figures": {}}
    if row.run is not None:
        found = _run_live(template, chosen, row, "")
    if row.tests:
        passed, said = _run_tests(row.tests)
        found["tests"] = passed
        if said:
            found["outcome"] = "broke"
            found["findings"] = [*found["findings"], said]
    if row.run is None and not row.tests:
        found["outcome"] = "reason"
    found["seconds"] = round(time.monotonic() - began, 1)
    _report(row.id, found)
    return found


def _run_live(template: Path, chosen: argparse.Namespace, row: Any, mutant: str) -> dict[str, Any]:
    from tests.faults.run import NotHere, Run

    # Short: sockets lie beneath it.
    folder = chosen.out / "worlds" / (mutant or row.id)
    folder.parent.mkdir(parents=True, exist_ok=True)
    run = Run(template, folder, row.id, chosen.seed, mutant)
    outcome, findings = "held", run.outcome.findings
    try:
        row.run(run)
    except NotHere as missing:
        outcome, findings = "not here", [str(missing)]
    except Exception as fault:  # noqa: BLE001 -- the next row is tried whatever this one met
        findings.append(f"row: {type(fault).__name__} {str(fault)[:200]}")
    if outcome == "held" and findings:
        outcome = "broke"
    if outcome == "held" or mutant:
        if not chosen.keep:
            shutil.rmtree(folder, ignore_errors=True)
    return {
        "outcome": outcome,
        "seed": chosen.seed,
        "findings": findings,
        "figures": run.outcome.figures,
    }


def _run_mutant(template: Path, chosen: argparse.Namespace, mutant: Any) -> dict[str, Any]:
    from tests.faults.matrix import find_row

    began = time.monotonic()
    found = _run_live(template, chosen, find_row(mutant.row), mutant.name)
    proof = mutant.find_proof(found["findings"])
    caught = bool(proof)
    kept = {
        "caught": caught,
        "by": "; ".join(proof[:2] or found["findings"][:2])[:240],
        "row": mutant.row,
        "seed": chosen.seed,
        "seconds": round(time.monotonic() - began, 1),
    }
    shown = {**found, "outcome": "caught" if caught else "MISSED", "seconds": kept["seconds"]}
    _report(mutant.name, shown)
    return kept


def _run_tests(tests: tuple[str, ...]) -> tuple[int, str]:
    """How many passed, and the last line where not all did."""
    command = [sys.executable, "-m", "pytest", "-q", "-o", "addopts=", "-p", "no:cacheprovider"]
    done = subprocess.run([*command, *tests], capture_output=True, text=True, check=False)
    last = (done.stdout.strip().splitlines() or ["no output"])[-1]
    counted = re.search(r"(\d+) passed", last)
    passed = int(counted.group(1)) if counted else 0
    return passed, "" if done.returncode == 0 else f"tests: {last}"


def _run_issuing() -> dict[str, Any]:
    from tests.faults.issuing import run_issuing_faults

    points, faults = run_issuing_faults()
    return {"points": points, "faults": faults}


def _run_long(chosen: argparse.Namespace, run: Any) -> dict[str, Any]:
    from tests.faults.longer import carry_out

    return carry_out(run, chosen.out, chosen.seed, resume=chosen.resume)


def _report(name: str, found: dict[str, Any]) -> None:
    figures = found["figures"]
    shown = ", ".join(f"{key} {value}" for key, value in figures.items())
    _say(
        _STATUS.format(
            name=name,
            outcome=found["outcome"],
            seconds=found["seconds"],
            seed=found["seed"],
            more=shown,
        )
    )
    for finding in found["findings"][:6]:
        _say(f"      {finding}\n")


def _sum_up(totals: dict[str, Any], path: Path, seconds: float) -> int:
    counts = {key: value for key, value in totals.items() if isinstance(value, int)}
    _say(f"{counts}\n{path}, {seconds / 60:.1f} min\n")
    missed = totals["mutants_seeded"] - totals["mutants_caught"]
    bad = ("lost", "duplicated", "unauthorised", "leaks", "rows_broke")
    return 1 if missed or any(totals[key] for key in bad) else 0


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
