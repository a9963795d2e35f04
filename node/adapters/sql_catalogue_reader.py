"""Looks things up in the SQL index, on one connection."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, select

from node.adapters.catalogue_rows import read_entry
from node.adapters.catalogue_statements import (
    BEARERS,
    COUPLES,
    ENTRIES,
    NAME_TEXTS,
    NAMES,
    NEAR_NAMES,
    SHELF,
    SIGNS,
    WIDEST_BIRTH,
    people_statement,
)
from node.adapters.catalogue_tables import (
    FORMER_NAME,
    batch,
    certificate_number,
    entry,
    id_number,
    shelf,
)
from node.adapters.sql_subjects import find_subjects
from node.domain.catalogue_reasons import ENTRY_NOT_FOUND
from node.domain.people_clues import PeopleClues
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
        key = {"archive_code": archive_code, "category": category}
        row = self._connection.execute(SHELF, key).first()
        return None if row is None else Shelf(**row._mapping)

    def find_names(self, normals: Collection[str]) -> Mapping[str, int]:
        """Ids of those names that the dictionary has."""
        found: dict[str, int] = {}
        for part in _parts(normals):
            rows = self._connection.execute(NAMES, {"normals": part})
            found.update((normal, name_id) for normal, name_id in rows.all())
        return found

    def find_near_names(self, keys: Collection[int], limit: int) -> list[tuple[int, int, int]]:
        """Key, sign and name id of the names that share one of the keys, at most `limit`."""
        found: list[tuple[int, int, int]] = []
        for part in _parts(keys):
            rows = self._connection.execute(NEAR_NAMES, {"keys": part, "most": limit - len(found)})
            found += [(key, sign, name_id) for key, sign, name_id in rows.all()]
        return found

    def read_signs(self) -> dict[tuple[int, int], int]:
        """How many people bear each character, by place and code point."""
        rows = self._connection.execute(SIGNS)
        return {(place, sign): people for place, sign, people in rows.all()}

    def name_texts(self, name_ids: Collection[int]) -> Mapping[int, str]:
        """Normal forms by id."""
        found: dict[int, str] = {}
        for part in _parts(name_ids):
            rows = self._connection.execute(NAME_TEXTS, {"ids": part})
            found.update((name_id, normal) for name_id, normal in rows.all())
        return found

    def count_bearers(self, on: Shelf, name_ids: Collection[int], most: int) -> Mapping[int, int]:
        """How many people of the shelf bear each name, counted no further than `most`."""
        found: dict[int, int] = {}
        values = {"shelf": on.shelf_id, "last": on.last_entry_id, "most": most}
        for one, other in _pairs(name_ids):
            values |= {"one": one, "other": other}
            row = self._connection.execute(BEARERS, values).one()
            found |= {one: int(row[0]), other: int(row[1])}
        return found

    def find_people(
        self, on: Shelf, name_ids: Collection[int], clues: PeopleClues, limit: int
    ) -> list[PersonRow]:
        """People of the shelf with one of these names whom the clues fit, at most `limit`."""
        statement = people_statement(
            clues.born is not None, bool(clues.days), clues.with_unknown, clues.years is not None
        )
        values: dict[str, object] = {"days": list(clues.days)} if clues.days else {}
        if clues.born is not None:
            first, last_day = clues.born
            values |= {"earliest": first - WIDEST_BIRTH, "first": first, "last_day": last_day}
        if clues.years is not None:
            values |= {"year_from": clues.years[0], "year_to": clues.years[1]}
        return self._people(statement, on, name_ids, values, limit)

    def find_couples(
        self, on: Shelf, name_ids: Collection[int], other_ids: Collection[int], limit: int
    ) -> list[PersonRow]:
        """People of the shelf with one of these names beside one of the others."""
        return self._people(COUPLES, on, name_ids, {"others": list(other_ids)}, limit)

    def _people(
        self,
        statement: Select[Any],
        on: Shelf,
        name_ids: Collection[int],
        values: dict[str, object],
        limit: int,
    ) -> list[PersonRow]:
        roles = [one.role for one in get_kind(on.category).people]
        values |= {"shelf": on.shelf_id, "last": on.last_entry_id}
        found: list[PersonRow] = []
        for part in _parts(name_ids):
            values |= {"names": part, "most": limit - len(found)}
            for row in self._connection.execute(statement, values).all():
                name_id, entry_id, role, other, born, born_days, year = row
                role = roles[role % FORMER_NAME]
                found.append(PersonRow(name_id, entry_id, role, other, born, born_days, year))
            if len(found) >= limit:
                break
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
            for entry_id, body, is_hidden in self._connection.execute(ENTRIES, {"ids": part}):
                found.append(ShelvedEntry(entry_id, read_entry(body), is_hidden))
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


def _pairs(values: Collection[int]) -> Iterator[tuple[int, int]]:
    """Two at a time; an odd one out comes with 0, which is nobody's id."""
    ordered = [*values, 0]
    yield from zip(ordered[::2], ordered[1::2], strict=False)


def _parts(values: Collection[_T]) -> Iterator[Sequence[_T]]:
    ordered = list(values)
    for start in range(0, len(ordered), _MOST_PARAMETERS):
        yield ordered[start : start + _MOST_PARAMETERS]
