"""What the index holds: shelves, people and entries in the form in which they are searched."""

from dataclasses import dataclass
from datetime import date

from records.dates import Calendar, PartialDate, Precision
from records.entries import CatalogueEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """One category of one archive in the index."""

    shelf_id: int
    archive_code: str
    category: str
    entries: int
    people: int
    first_year: int
    """0 where no entry has a year."""
    last_year: int
    index_version: int
    """Rises with every import and correction."""
    last_entry_id: int = 0
    """Entries above it belong to an import that is not complete: no search sees them."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person of one entry, as the index knows them."""

    name_id: int
    entry_id: int
    role: str
    other_name_id: int
    """Name of the other subject; 0 where there is none."""
    born: int
    """Ordinal of the earliest day of birth; 0 = unknown."""
    born_days: int
    """How many days later the birth may have been."""
    year: int
    """Of the event; 0 = unknown."""

    @property
    def birth(self) -> PartialDate | None:
        """The window of the birth; wider than a year means that it was worked out from an age."""
        if not self.born:
            return None
        return PartialDate(
            original="",
            earliest=date.fromordinal(self.born),
            latest=date.fromordinal(self.born + self.born_days),
            precision=Precision.RANGE if self.born_days else Precision.DAY,
            calendar=Calendar.AGE if self.born_days > 366 else Calendar.SOLAR,
        )


@dataclass(frozen=True, slots=True)
class ShelvedEntry:
    """An entry and whether it must never show (D24)."""

    entry_id: int
    entry: CatalogueEntry
    is_hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonIndex:
    """What the index keeps of one person of a new entry."""

    normal: str
    role: str
    is_former_name: bool
    other_normal: str
    birth_from: date | None
    birth_to: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedEntry:
    """A new entry with everything under which it can be found."""

    entry: CatalogueEntry
    is_hidden: bool
    year: int
    """Of the event, else of the volume; 0 = unknown."""
    people: tuple[PersonIndex, ...]
    id_numbers: tuple[tuple[str, str], ...]
    """18-character number and role."""
    number_keys: tuple[str, ...]
    words: tuple[str, ...] = ()
    """Words of records/subject_words.py, for records about things."""
    spans_years: bool = False
    """It tells of several years (sent 1969, back 1978; entered 1968, left 1971)."""

    @property
    def people_year(self) -> int:
        """Year by which its people are looked up; 0 = of any, where it tells of several."""
        return 0 if self.spans_years else self.year


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One import."""

    batch_id: str
    archive_code: str
    category: str
    file_sha256: str
    rows: int
    accepted: int
    warned: int
    rejected: int
    handled_by: str = ""
    """Pseudonym of the officer who imported; never a name."""
    approved_by: str = ""
    """Pseudonym of the officer who accepted the warnings."""


@dataclass(frozen=True, slots=True)
class PageFile:
    """One image file that an import row names, read."""

    data: bytes
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePiece:
    """Some whole rows of a catalogue file."""

    data: bytes
    first_line: int
    lines: int
    end: int
    """Offset of the byte after it."""
