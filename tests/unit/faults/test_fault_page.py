"""docs/faults.md: what was measured now, else what was measured last, with its seed and its day."""

import json
import os
from pathlib import Path

import pytest

from tests.faults.longer import LONG_RUNS
from tests.faults.matrix import ROWS
from tests.faults.mutants import MUTANTS
from tests.faults.report import DOCUMENT, draw_document, read_page, read_results

NOTHING = {"rows": {}, "mutants": {}, "issuing": {}, "long": {}}
TWINS = next(run for run in LONG_RUNS if run.name == "twins")


def line_of(page: str, begin: str) -> str:
    return next(line for line in page.splitlines() if line.startswith(begin))


@pytest.fixture
def left(tmp_path: Path) -> Path:
    """A folder in which one long run came to its end, started by itself."""
    said = {"seed": 7, "released": 0, "attempts": {"sibling": 200, "near_twin": 100}, "own": 27}
    path = tmp_path / "twins.json"
    path.write_text(json.dumps({"machine": {}, "result": said}), "utf-8")
    os.utime(path, (1795345200, 1795345200))  # 2026-11-22 11:00 UTC
    return tmp_path


def test_a_run_that_left_its_figures_has_its_line_with_seed_and_day(left: Path) -> None:
    line = line_of(draw_document(read_results(left)), f"| {TWINS.what}")
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    assert cells[2:4] == ["7", "held"] and "attempts 300" in cells[4] and "released 0" in cells[4]
    assert cells[5] == "2026-11-22 11:00"


def test_what_was_not_run_now_keeps_its_last_line(left: Path) -> None:
    first = draw_document(read_results(left))
    again = draw_document(NOTHING, read_page(first))
    wanted = f"| {TWINS.what}"
    assert line_of(again, wanted) == line_of(first, wanted)
    assert "not run" in line_of(draw_document(NOTHING), wanted)


def test_what_broke_is_never_kept_as_if_it_had_held() -> None:
    broke = {**NOTHING, "long": {"twins": {"seed": 7, "released": 2, "at": "2026-11-22 11:00"}}}
    page = draw_document(broke)
    assert "| broke |" in line_of(page, f"| {TWINS.what}")
    again = draw_document(NOTHING, read_page(page))
    assert "not run" in line_of(again, f"| {TWINS.what}")
    missed = {"caught": False, "by": "", "seed": 7, "at": "2026-11-22 11:00"}
    page = draw_document({**NOTHING, "mutants": {MUTANTS[0].name: missed}})
    again = draw_document(NOTHING, read_page(page))
    assert "| not run |" in line_of(again, f"| {MUTANTS[0].name} |")


@pytest.mark.parametrize(("points", "writes"), [(38, 19), (40, 20)])
def test_points_of_issuing_are_twice_its_writes_and_dated(points: int, writes: int) -> None:
    found = {"points": points, "faults": [], "at": "2026-11-22 09:49"}
    page = draw_document({**NOTHING, "issuing": found})
    line = line_of(page, "Besides")
    assert f"each of its {writes} writes, at {points} points" in line
    assert "2026-11-22 09:49): 0 faults." in line
    assert line_of(draw_document(NOTHING, read_page(page)), "Besides") == line


def test_the_page_of_today_loses_nothing_when_nothing_is_run() -> None:
    """`--report` in a clean clone, where var/ is empty."""
    today = DOCUMENT.read_text("utf-8")
    again = draw_document(NOTHING, read_page(today))
    for name in (
        *(row.id for row in ROWS),
        *(one.name for one in MUTANTS),
        *(run.what for run in LONG_RUNS),
    ):
        assert line_of(again, f"| {name} |") == line_of(today, f"| {name} |"), name
    assert line_of(again, "Besides") == line_of(today, "Besides")
