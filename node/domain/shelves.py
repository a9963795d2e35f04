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


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person of one entry, as the index knows them."""

    name_id: int
    entry_id: int
    role: str
    other_name_id: int
    """Name of the other subject; 0 where there is none."""
    birth_from: date | None
    birth_to: date | None

    @property
    def birth(self) -> PartialDate | None:
        """The window of the birth; wider than a year means that it was worked out from an age."""
        if self.birth_from is None or self.birth_to is None:
            return None
        days = (self.birth_to - self.birth_from).days
        return PartialDate(
            original="",
            earliest=self.birth_from,
            latest=self.birth_to,
            precision=Precision.DAY if days == 0 else Precision.RANGE,
            calendar=Calendar.AGE if days > 366 else Calendar.SOLAR,
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
    sound_keys: frozenset[int] = frozenset()
    """Keys of records/name_keys.py, stored with a name that is new to the dictionary."""


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
