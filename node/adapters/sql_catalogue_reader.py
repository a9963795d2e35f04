"""Looks things up in the SQL index, on one connection."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import Connection, func, select

from node.adapters.catalogue_rows import read_entry
from node.adapters.catalogue_tables import (
    FORMER_NAME,
    batch,
    certificate_number,
    entry,
    id_number,
    name,
    name_key,
    person,
    shelf,
)
from node.adapters.sql_subjects import find_subjects
from node.domain.catalogue_reasons import ENTRY_NOT_FOUND
from node.domain.shelves import Batch, PersonRow, Shelf, ShelvedEntry
from records.entries import CatalogueEntry
from records.id_numbers import number_of
from records.kinds import get_kind
from records.name_keys import hash_key
from records.refusal import Refusal

_T = TypeVar("_T")
_MOST_PARAMETERS = 400
"""Values of one IN list; longer ones are asked in parts."""


class SqlCatalogueReader:
    """Answers the questions of one search on one connection."""

    def __init__(self, connection: Connection) -> None:
        """Ask on this connection."""
        self._connection = connection

    def find_shelf(self, archive_code: str, category: str) -> Shelf | None:
        """That part of the index, or None where nothing was imported into it."""
        statement = select(shelf).where(
            shelf.c.archive_code == archive_code, shelf.c.category == category
        )
        row = self._connection.execute(statement).mappings().one_or_none()
        return None if row is None else Shelf(**row)

    def find_names(self, normals: Collection[str]) -> Mapping[str, int]:
        """Ids of those names that the dictionary has."""
        found: dict[str, int] = {}
        for part in _parts(normals):
            statement = select(name.c.normal, name.c.name_id).where(name.c.normal.in_(part))
            found.update((row.normal, row.name_id) for row in self._connection.execute(statement))
        return found

    def find_sounding(self, keys: Collection[int], limit: int) -> Mapping[int, str]:
        """Names, by id, that share one of the keys, at most `limit`."""
        statement = (
            select(name.c.name_id, name.c.normal)
            .join(name_key, name_key.c.name_id == name.c.name_id)
            .where(name_key.c.key.in_(list(keys)))
            .limit(limit)
        )
        return {row.name_id: row.normal for row in self._connection.execute(statement)}

    def name_texts(self, name_ids: Collection[int]) -> Mapping[int, str]:
        """Normal forms by id."""
        found: dict[int, str] = {}
        for part in _parts(name_ids):
            statement = select(name.c.name_id, name.c.normal).where(name.c.name_id.in_(part))
            found.update((row.name_id, row.normal) for row in self._connection.execute(statement))
        return found

    def count_bearers(self, on: Shelf, name_id: int) -> int:
        """How many people of the shelf bear the name."""
        statement = (
            select(func.count())
            .select_from(person)
            .where(
                person.c.name_id == name_id,
                person.c.shelf_id == on.shelf_id,
                person.c.entry_id <= on.last_entry_id,
            )
        )
        return int(self._connection.execute(statement).scalar_one())

    def find_people(self, on: Shelf, name_ids: Collection[int], limit: int) -> list[PersonRow]:
        """People of the shelf with one of these names, at most `limit`."""
        roles = [one.role for one in get_kind(on.category).people]
        found: list[PersonRow] = []
        for part in _parts(name_ids):
            statement = (
                select(person)
                .where(
                    person.c.name_id.in_(part),
                    person.c.shelf_id == on.shelf_id,
                    person.c.entry_id <= on.last_entry_id,
                )
                .limit(limit - len(found))
            )
            for row in self._connection.execute(statement):
                found.append(
                    PersonRow(
                        name_id=row.name_id,
                        entry_id=row.entry_id,
                        role=roles[row.role % FORMER_NAME],
                        other_name_id=row.other_name_id,
                        born=row.born,
                        born_days=row.born_days,
                        year=row.year,
                    )
                )
        return found

    def find_by_id_number(self, on: Shelf, normal: str) -> list[tuple[int, str]]:
        """Entry ids and roles under that 18-character number."""
        roles = [one.role for one in get_kind(on.category).people]
        statement = select(id_number.c.entry_id, id_number.c.role).where(
            id_number.c.number == number_of(normal),
            id_number.c.shelf_id == on.shelf_id,
            id_number.c.entry_id <= on.last_entry_id,
        )
        return [(row.entry_id, roles[row.role]) for row in self._connection.execute(statement)]

    def find_by_number(self, on: Shelf, key: str) -> list[int]:
        """Entry ids under that certificate-number key."""
        statement = select(certificate_number.c.entry_id).where(
            certificate_number.c.number_key == hash_key(key),
            certificate_number.c.shelf_id == on.shelf_id,
            certificate_number.c.entry_id <= on.last_entry_id,
        )
        return list(self._connection.execute(statement).scalars())

    def find_by_words(self, on: Shelf, words: Sequence[str], limit: int) -> list[int]:
        """Ids of entries that have all these words, newest first, at most `limit`."""
        return find_subjects(self._connection, on.shelf_id, words, on.last_entry_id, limit)

    def load(self, entry_ids: Collection[int]) -> list[ShelvedEntry]:
        """Those entries."""
        found: list[ShelvedEntry] = []
        for part in _parts(entry_ids):
            statement = select(entry).where(entry.c.entry_id.in_(part))
            for row in self._connection.execute(statement):
                found.append(ShelvedEntry(row.entry_id, read_entry(row.body), row.is_hidden))
        return found

    def find_batch(self, archive_code: str, category: str, file_sha256: str) -> Batch | None:
        """The batch that took the same file before, if any."""
        statement = select(batch).where(
            batch.c.archive_code == archive_code,
            batch.c.category == category,
            batch.c.file_sha256 == file_sha256,
        )
        row = self._connection.execute(statement).mappings().first()
        return None if row is None else Batch(**row)

    def find_present(self, archive_code: str, reference_codes: Collection[str]) -> set[str]:
        """Those 档号 that the archive's index already has."""
        found: set[str] = set()
        shelves = self._shelves_of(archive_code)
        for part in _parts(reference_codes):
            statement = select(entry.c.reference_code).where(
                entry.c.reference_code.in_(part), entry.c.shelf_id.in_(shelves)
            )
            found.update(self._connection.execute(statement).scalars())
        return found

    def get_entry(self, archive_code: str, reference_code: str) -> CatalogueEntry:
        """The entry with that 档号. Raises Refusal: ENTRY_NOT_FOUND."""
        statement = (
            select(entry.c.body)
            .join(shelf, shelf.c.shelf_id == entry.c.shelf_id)
            .where(
                entry.c.reference_code == reference_code,
                shelf.c.archive_code == archive_code,
                entry.c.entry_id <= shelf.c.last_entry_id,
            )
        )
        body = self._connection.execute(statement).scalar_one_or_none()
        if body is None:
            raise Refusal(ENTRY_NOT_FOUND, "")
        return read_entry(body)

    def _shelves_of(self, archive_code: str) -> list[int]:
        statement = select(shelf.c.shelf_id).where(shelf.c.archive_code == archive_code)
        return list(self._connection.execute(statement).scalars())


def _parts(values: Collection[_T]) -> Iterator[Sequence[_T]]:
    ordered = list(values)
    for start in range(0, len(ordered), _MOST_PARAMETERS):
        yield ordered[start : start + _MOST_PARAMETERS]
