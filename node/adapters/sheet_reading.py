"""Turns the one sheet of an XLSX file into CSV, in a process that may be killed for it.

Run as `python -m node.adapters.sheet_reading IN OUT` by `sheet_files`: memory and processor time
are bounded before the first byte is parsed (trust.md §8). The answer is an exit code and one line
on standard output that holds a code and a place in the sheet, never a cell.
"""

import csv
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final, TypeAlias

MOST_MEMORY: Final = 2 * 2**30
MOST_SECONDS: Final = 120
FAULTY: Final = 3
"""Exit code with a code on standard output."""
NOT_A_SHEET, SHEETS_SEVERAL, CELL_NOT_TEXT = "FILE_FORMAT", "SHEETS_SEVERAL", "CELL_NOT_TEXT"

_EXACT: Final = 10**15
"""A spreadsheet keeps fifteen digits of a number; an ID number has eighteen."""

Cell: TypeAlias = int | float | str | bool | time | date | datetime | timedelta


class FaultySheetError(Exception):
    """What is wrong, as a code, and where, as row and column."""

    def __init__(self, code: str, place: str = "") -> None:
        """Keep both; `place` never holds what a cell says."""
        super().__init__(code)
        self.code, self.place = code, place


def main() -> int:
    """0: the CSV is written; FAULTY: the line says why; anything else: the process was ended."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    source, target = map(Path, sys.argv[1:3])
    try:
        with target.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(read_rows(source))
    except FaultySheetError as fault:
        sys.stdout.write(f"{fault.code} {fault.place}\n")
        return FAULTY
    return 0


def read_rows(source: Path) -> Iterator[list[str]]:
    """The rows of the only sheet with anything in it, each cell as text, from the first row on.

    Raises:
        FaultySheetError: no workbook, several sheets with cells, or a cell that is no text and
            cannot be put into words without loss.
    """
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_path(source)
        sheets = [book.get_sheet_by_index(at) for at in range(len(book.sheet_names))]
    except (calamine.CalamineError, OSError, ValueError):
        raise FaultySheetError(NOT_A_SHEET, "XLSX") from None
    filled = [sheet for sheet in sheets if sheet.height]
    if not filled:
        raise FaultySheetError(NOT_A_SHEET, "an empty workbook")
    if len(filled) > 1:
        raise FaultySheetError(SHEETS_SEVERAL, str(len(filled)))
    width = 0
    for number, row in enumerate(filled[0].to_python(skip_empty_area=False), start=1):
        cells = [_text_of(cell, f"row {number} column {at}") for at, cell in enumerate(row, 1)]
        width = width or len(_trimmed(cells))
        yield cells if any(cells[width:]) else cells[:width]


def _text_of(cell: Cell, place: str) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        raise FaultySheetError(CELL_NOT_TEXT, place)
    if isinstance(cell, int | float):
        if abs(cell) >= _EXACT or cell != int(cell):
            raise FaultySheetError(CELL_NOT_TEXT, place)
        return str(int(cell))
    if isinstance(cell, datetime):
        if cell.time() != time():
            raise FaultySheetError(CELL_NOT_TEXT, place)
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    raise FaultySheetError(CELL_NOT_TEXT, place)


def _trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells = cells[:-1]
    return cells


if __name__ == "__main__":
    sys.exit(main())
