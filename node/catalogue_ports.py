"""What search and import need of the index, as protocols; SQL answers them in the adapters."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from node.domain.people_clues import PeopleClues
from node.domain.shelves import Batch, IndexedEntry, PersonRow, Shelf, ShelvedEntry
from records.entries import CatalogueEntry


class CatalogueReader(Protocol):
    """One consistent view of the index."""

    def find_shelf(self, archive_code: str, category: str) -> Shelf | None:
        """That part of the index, or None where nothing was imported into it."""
        ...

    def find_names(self, normals: Collection[str]) -> Mapping[str, int]:
        """Ids of those names that the dictionary has."""
        ...

    def find_borne_names(
        self, shelf: Shelf, normals: Collection[str], most: int
    ) -> Mapping[str, tuple[int, int]]:
        """Ids of those names that the dictionary has, and their bearers, counted up to `most`."""
        ...

    def find_near_names(self, keys: Collection[int], limit: int) -> Sequence[tuple[int, int, int]]:
        """Key, sign and name id of the names that share one of the keys, at most `limit`."""
        ...

    def read_signs(self) -> Mapping[tuple[int, int], int]:
        """How many people bear each character, by place and code point (records/name_keys.py)."""
        ...

    def name_texts(self, name_ids: Collection[int]) -> Mapping[int, str]:
        """Normal forms by id."""
        ...

    def count_bearers(
        self, shelf: Shelf, name_ids: Collection[int], most: int
    ) -> Mapping[int, int]:
        """How many people of the shelf bear each name, counted no further than `most`."""
        ...

    def find_people(
        self, shelf: Shelf, name_ids: Collection[int], clues: PeopleClues, limit: int
    ) -> Sequence[PersonRow]:
        """People of the shelf with one of these names whom the clues fit, at most `limit`."""
        ...

    def find_couples(
        self, shelf: Shelf, name_ids: Collection[int], other_ids: Collection[int], limit: int
    ) -> Sequence[PersonRow]:
        """People of the shelf with one of these names beside one of the others."""
        ...

    def find_by_id_number(self, shelf: Shelf, normal: str) -> Sequence[tuple[int, str]]:
        """Entry ids and roles under that 18-character number."""
        ...

    def find_by_number(self, shelf: Shelf, key: str) -> Sequence[int]:
        """Entry ids under that certificate-number key."""
        ...

    def find_by_reference(self, shelf: Shelf, codes: Collection[str]) -> Sequence[int]:
        """Entry ids under one of these 档号."""
        ...

    def find_by_words(self, shelf: Shelf, words: Sequence[str], limit: int) -> Sequence[int]:
        """Ids of entries that have all these words of records/subject_words.py, newest first."""
        ...

    def load(self, entry_ids: Collection[int]) -> Sequence[ShelvedEntry]:
        """Those entries."""
        ...

    def find_batch(self, archive_code: str, category: str, file_sha256: str) -> Batch | None:
        """The batch that took the same file before, if any."""
        ...

    def find_present(self, archive_code: str, reference_codes: Collection[str]) -> set[str]:
        """Those 档号 that the archive's index already has."""
        ...

    def get_entry(self, archive_code: str, reference_code: str) -> CatalogueEntry:
        """The entry with that 档号.

        Raises:
            Refusal: ENTRY_NOT_FOUND.
        """
        ...


class CatalogueWriter(CatalogueReader, Protocol):
    """Adds to the index inside one transaction, and sees what it added."""

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
