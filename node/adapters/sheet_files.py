"""Catalogue files from a spreadsheet: the sheet becomes a CSV of ours, then everything is as ever.

The digest that makes a second import harmless is that of the file as it was handed in.
"""

import subprocess
import sys
import zipfile
from pathlib import Path

from node.adapters import sheet_reading
from node.adapters.archive_guard import SHEET_BOUNDS, open_archive
from node.domain.catalogue_reasons import (
    CELL_NOT_TEXT,
    FILE_FORMAT,
    FILE_TOO_LARGE,
    SHEETS_SEVERAL,
)
from records.refusal import Refusal

WORKBOOK = "xl/workbook.xml"
_REASONS = {reason.code: reason for reason in (FILE_FORMAT, SHEETS_SEVERAL, CELL_NOT_TEXT)}


def is_sheet(archive: zipfile.ZipFile) -> bool:
    """Whether the ZIP file says that it is an XLSX workbook."""
    return WORKBOOK in archive.namelist()


def stage_sheet(path: Path, staged: Path) -> None:
    """The only sheet of the workbook is at `staged` as CSV in UTF-8, private to the owner.

    Raises:
        Refusal: FILE_FORMAT, FILE_TOO_LARGE (also when reading it takes too long or too much
            memory), SHEETS_SEVERAL, CELL_NOT_TEXT (the detail names row and column).
    """
    with open_archive(path, SHEET_BOUNDS):
        staged.touch(mode=0o600)
    command = [sys.executable, "-m", sheet_reading.__name__, str(path), str(staged)]
    try:
        done = subprocess.run(  # noqa: S603 -- our own module, the paths are arguments
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            timeout=2 * sheet_reading.MOST_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise Refusal(FILE_TOO_LARGE, "XLSX") from None
    if done.returncode == sheet_reading.FAULTY:
        code, _, place = done.stdout.strip().partition(" ")
        raise Refusal(_REASONS[code], place)
    if done.returncode:
        raise Refusal(FILE_TOO_LARGE, "XLSX")
