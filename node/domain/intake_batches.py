"""索引汇交: batches that were sent in, checked, and decided on by another person."""

from dataclasses import dataclass, field
from datetime import date, datetime

from records.coverage import Gap

CHECKED, FAILED, ACCEPTED, DECLINED = "checked", "failed", "accepted", "declined"
STATES = (CHECKED, FAILED, ACCEPTED, DECLINED)
"""Waits for the reviewer; a row failed, so it went back by itself; in the index; sent back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeBatch:
    """One file that was sent in."""

    batch_id: str
    archive_code: str
    category: str
    state: str
    """A word of `STATES`."""
    file_sha256: str
    size: int
    """Bytes."""
    rows: int
    warned: int
    """Rows with a warning and no failure."""
    rejected: int
    """Rows that failed."""
    sent_by: str
    """officer_id; empty for imports of a sample before there was staff."""
    sent_at: datetime | None
    """None for imports by command, which keep no time of their own beside their log leaf."""
    decided_by: str = ""
    decided_at: datetime | None = None
    note: str = ""
    """Why it was sent back."""
    index_version: int = 0
    """Of the shelf after it was accepted."""
    by_page: bool = True
    """False for an import by command."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPaper:
    """One finding of the four-properties check, as the report has it; never a value of a row."""

    line: str
    item: str
    verdict: str
    field: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfSheet:
    """One category of the archive: what the index has, and what the archive says it keeps."""

    category: str
    entries: int
    people: int
    first_year: int
    last_year: int
    index_version: int
    declared_from: int = 0
    """0 where nothing is declared: a miss there is never "no record"."""
    declared_to: int = 0
    as_of: date | None = None
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeBoard:
    """The page /catalog."""

    shelves: tuple[ShelfSheet, ...]
    batches: tuple[IntakeBatch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SendBatchCommand:
    """Sends a catalogue file in: it is checked and waits."""

    category: str
    data: bytes = field(repr=False)
    """CSV, a workbook, or a signed package."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideBatchCommand:
    """入库, or 退回 with a note."""

    batch_id: str
    note: str = ""
