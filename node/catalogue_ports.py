"""What search and import need of the index, as protocols; SQL answers them in the adapters."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Protocol

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


@dataclass(frozen=True, slots=True)
class ShelvedEntry:
    """An entry and whether it must never show (D24)."""

    entry_id: int
    entry: CatalogueEntry
    is_hidden: bool


class CatalogueReader(Protocol):
    """One consistent view of the index."""

    def find_shelf(self, archive_code: str, category: str) -> Shelf | None:
        """That part of the index, or None where nothing was imported into it."""
        ...

    def find_names(self, normals: Collection[str]) -> Mapping[str, int]:
        """Ids of those names that the dictionary has."""
        ...

    def count_bearers(self, shelf: Shelf, name_id: int) -> int:
        """How many people of the shelf bear the name."""
        ...

    def find_people(
        self, shelf: Shelf, name_ids: Collection[int], limit: int
    ) -> Sequence[PersonRow]:
        """People of the shelf with one of these names, at most `limit`."""
        ...

    def find_by_id_number(self, shelf: Shelf, normal: str) -> Sequence[tuple[int, str]]:
        """Entry ids and roles under that 18-character number."""
        ...

    def find_by_number(self, shelf: Shelf, key: str) -> Sequence[int]:
        """Entry ids under that certificate-number key."""
        ...

    def load(self, entry_ids: Collection[int]) -> Sequence[ShelvedEntry]:
        """Those entries."""
        ...

    def get_entry(self, archive_code: str, reference_code: str) -> CatalogueEntry:
        """The entry with that 档号.

        Raises:
            Refusal: ENTRY_NOT_FOUND.
        """
        ...


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


class CatalogueWriter(Protocol):
    """Adds to the index inside one transaction."""

    def find_batch(self, archive_code: str, category: str, file_sha256: str) -> Batch | None:
        """The batch that took the same file before, if any."""
        ...

    def find_present(self, archive_code: str, reference_codes: Collection[str]) -> set[str]:
        """Those 档号 that the archive's index already has."""
        ...

    def add(self, archive_code: str, category: str, entries: Sequence[IndexedEntry]) -> None:
        """The entries are in the index; none of their 档号 was there before."""
        ...

    def close_batch(self, batch: Batch) -> None:
        """The batch is recorded and the shelf's version has risen."""
        ...


class CatalogueIndex(Protocol):
    """The index of one node."""

    def reading(self) -> AbstractContextManager[CatalogueReader]:
        """A view for one search."""
        ...

    def writing(self) -> AbstractContextManager[CatalogueWriter]:
        """A transaction: everything or nothing."""
        ...
