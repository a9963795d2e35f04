"""What the last run of the matrix showed: results.json for machines, docs/faults.md for people."""

import json
from pathlib import Path
from typing import Any

from tests.faults.longer import LONG_RUNS, LongRun, is_good, read_figures, say_figures
from tests.faults.matrix import ROWS, Row
from tests.faults.mutants import MUTANTS, Mutant
from tests.faults.processes import ROOT

DOCUMENT = ROOT / "docs" / "faults.md"
_RESULT, _OLD_CELLS = 3, 8
"""Where a row's result is, and how many cells it had before it was dated."""
_LONG_SEED, _LONG_RESULT, _LONG_CELLS = 2, 3, 6
_CAUGHT, _MUTANT_CELLS = 3, 7
_ISSUING = "Besides, the issuing process was killed "
_HEAD = """# 故障矩阵 · The fault matrix

`make faults` runs all of it and writes this page; `.venv/bin/python -m tests.faults F7 --seed 7`
runs one row with that seed, `--mutant NAME` one seeded bug. What a row does is in its own words in
[tests/faults](../tests/faults); why the harness is made like this is in decisions 1040 and 1041.

Each run is a world of real processes (registry, certificate service, two or three nodes, officers)
started by the product's own commands on a copy of one founded federation. A seeded client files
requests and keeps every acknowledgement on disk with fsync; everything between two processes goes
through our own fault proxy; five attackers fire the whole attack list throughout. After every run
these are read from the databases:

| | criterion |
|---|---|
| C1 | whatever was acknowledged is there and ends as it should |
| C2 | one case, one arrival, one certificate per request; numbers without gaps |
| C3 | no attack was let in during the fault, and every one is refused by name afterwards |
| C4 | both sides keep equal envelope ids of request and answer |
| C5 | leaves and state edges one to one; every two checkpoints consistent; witnesses agree |
| C6 | everything is finished, both outboxes empty, 30 s after the fault (times `patience`, below) |
| C7 | no name or number of a person in any file that anybody wrote, nor in a status text (below) |
| C8 | no process ended but those that the harness killed; no traceback |
| C9 | every seeded bug is caught by its row |
| C10 | every line has the seed that repeats it |

`patience` is how many times slower than a quiet one the machine started the world; deadlines of
the harness are stretched by it and nothing else is.

For C7 every file of the world is searched that is not as it was before the run: logs, whatever
metrics or traces there might be (the product writes none), the registry, the certificate service,
the site, witnesses, members that hold nothing of the case, and the stores of window and holder too,
where names lie sealed.
"""


def write_results(folder: Path, results: dict[str, Any]) -> Path:
    """results.json, whole."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "results.json"
    partial = path.with_suffix(".part")
    text = json.dumps(results, ensure_ascii=False, indent=2)
    partial.write_text(text + "\n", encoding="utf-8")
    partial.replace(path)
    return path


def read_results(folder: Path) -> dict[str, Any]:
    """The results so far; empty ones where there are none."""
    path = folder / "results.json"
    found: dict[str, Any] = {}
    if path.is_file():
        found = json.loads(path.read_text("utf-8"))
    known = {"rows": {}, "mutants": {}, "issuing": {}, "long": {}, **found}
    for run in LONG_RUNS:
        # Each may have been started by itself.
        figures = read_figures(run, folder)
        if figures:
            known["long"][run.name] = {**known["long"].get(run.name, {}), **figures}
    return known


def add_totals(results: dict[str, Any]) -> dict[str, Any]:
    """The results with their sums in front."""
    rows = list(results["rows"].values())

    def total(name: str) -> int:
        return sum(int(row.get("figures", {}).get(name, 0)) for row in rows)

    tried = list(results["mutants"].values())
    many = results["long"].get("many", {})
    return {
        "seed": results.get("seed", 0),
        "requests": total("requests") + int(many.get("requests", 0)),
        "lost": total("lost") + int(many.get("lost", 0)),
        "duplicated": total("duplicated")
        + int(many.get("duplicated", 0))
        + len(results["issuing"].get("faults", [])),
        "unauthorised": total("let_in") + int(many.get("let_in", 0)),
        "attacks": total("attacks") + int(many.get("attacks", 0)),
        "leaks": total("leaks") + int(many.get("leaks", 0)),
        "rows_held": sum(row["outcome"] == "held" for row in rows),
        "rows_broke": sum(row["outcome"] == "broke" for row in rows),
        "mutants_caught": sum(one["caught"] for one in tried),
        "mutants_seeded": len(tried),
        **{name: results[name] for name in ("rows", "mutants", "issuing", "long")},
    }


def write_document(results: dict[str, Any]) -> None:
    """docs/faults.md says what the results say, and of what was not run now what it said before."""
    before = read_page(DOCUMENT.read_text("utf-8")) if DOCUMENT.is_file() else {}
    DOCUMENT.write_text(draw_document(results, before), encoding="utf-8")


def read_page(text: str) -> dict[str, list[str]]:
    """The cells of the first line of a table that begins with each name, and what issuing did."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line.startswith(_ISSUING):
            found[_ISSUING] = [line]
        if line.startswith("| "):
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            found.setdefault(cells[0], cells)
    return found


def draw_document(results: dict[str, Any], before: dict[str, list[str]] | None = None) -> str:
    """The page; lines of `before` where there is no result."""
    before = before or {}
    totals = add_totals(results)
    sums = (
        f"The dated runs: {totals['requests']} requests, {totals['lost']} lost, "
        f"{totals['duplicated']} duplicated, {totals['attacks']} attacks of which "
        f"{totals['unauthorised']} let in, {totals['leaks']} leaks, "
        f"{totals['mutants_caught']} of {totals['mutants_seeded']} seeded bugs caught."
    )
    lines = [
        _HEAD,
        sums,
        _issuing_line(results["issuing"], before.get(_ISSUING, [])),
        "## Rows\n",
        "| # | fault | expected | result | seed | recovered, s | requests | attacks | run |",
        "|---|---|---|---|---|---|---|---|---|",
        *(_row_line(row, results["rows"].get(row.id, {}), before.get(row.id, [])) for row in ROWS),
        "\n## Long runs\n",
        "| what | command | seed | result | figures | run |",
        "|---|---|---|---|---|---|",
        *(
            _long_line(run, results["long"].get(run.name, {}), before.get(run.what, []))
            for run in LONG_RUNS
        ),
        "\n## Tests of the suite, and what is not tried\n",
        "| # | where |",
        "|---|---|",
        *(_suite_line(row) for row in ROWS if row.tests or row.reason),
        "\n## Seeded bugs (C9)\n",
        "| name | bug | row | caught | seed | by | run |",
        "|---|---|---|---|---|---|---|",
        *(
            _mutant_line(one, results["mutants"].get(one.name, {}), before.get(one.name, []))
            for one in MUTANTS
        ),
    ]
    return "\n".join(lines) + "\n"


def _issuing_line(found: dict[str, Any], before: list[str]) -> str:
    """Points lie before and after each write: there are twice as many as writes."""
    if not found:
        return "".join(f"\n{line}\n" for line in before)
    return (
        f"\n{_ISSUING}before and after each of its {found['points'] // 2} writes, at "
        f"{found['points']} points (`python -m tests.faults issuing`, {found.get('at', '')}): "
        f"{len(found['faults'])} faults.\n"
    )


def _row_line(row: Row, found: dict[str, Any], before: list[str]) -> str:
    if not found and len(before) >= _OLD_CELLS and before[_RESULT].startswith("held"):
        # Result, seed and figures as they were; what the row is may have been put better since.
        kept = [*before[_RESULT:_OLD_CELLS], *(before[_OLD_CELLS:] or ["earlier"])]
        return "| " + " | ".join((row.id, row.fault, row.expected, *kept)) + " |"
    figures = found.get("figures", {})
    recovered = figures.get("recovered", "")
    limit = figures.get("limit", "")
    cells = (
        row.id,
        row.fault,
        row.expected,
        _outcome(found, row),
        found.get("seed", ""),
        f"{recovered} of {limit}" if recovered != "" else "",
        figures.get("requests", ""),
        figures.get("attacks", ""),
        found.get("at", ""),
    )
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _outcome(found: dict[str, Any], row: Row) -> str:
    if not found:
        return "see below" if row.reason and not row.run and not row.tests else "not run"
    text = str(found["outcome"])
    if found.get("findings"):
        text += ": " + "; ".join(found["findings"])[:200].replace("|", "/")
    if found.get("tests"):
        text += f" ({found['tests']} tests)"
    return text


def _long_line(run: LongRun, figures: dict[str, Any], before: list[str]) -> str:
    result = "held" if is_good(figures) else "broke" if figures else "not run"
    command = f"`python -m {' '.join(run.arguments).replace(' --resume', '')}`"
    said = (figures.get("seed", ""), result, say_figures(run, figures), figures.get("at", ""))
    if not figures and len(before) >= _LONG_CELLS and before[_LONG_RESULT] == "held":
        # Hours of work: what was measured last stands with its seed and its day.
        said = tuple(before[_LONG_SEED:_LONG_CELLS])
    cells = (run.what, command, *said)
    return "| " + " | ".join(str(cell).replace("|", "/") for cell in cells) + " |"


def _suite_line(row: Row) -> str:
    places = [f"`{test.replace('tests/', '', 1)}`" for test in row.tests]
    return f"| {row.id} | {'; '.join([*places, row.reason] if row.reason else places)} |"


def _mutant_line(mutant: Mutant, found: dict[str, Any], before: list[str]) -> str:
    if not found and len(before) >= _MUTANT_CELLS and before[_CAUGHT] == "yes":
        kept = before[_CAUGHT:_MUTANT_CELLS]
        return "| " + " | ".join((mutant.name, mutant.bug, mutant.row, *kept)) + " |"
    said = str(found.get("by", "")).replace("|", "/")[:120].strip()
    caught = {True: "yes", False: "NO"}.get(found.get("caught"), "not run")  # type: ignore[call-overload]
    seed = found.get("seed", "")
    cells = (mutant.name, mutant.bug, mutant.row, caught, seed, said, found.get("at", ""))
    return "| " + " | ".join(str(cell) for cell in cells) + " |"
