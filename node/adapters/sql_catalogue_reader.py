"""Looks things up in the SQL index, on one connection."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.engine.interfaces import DBAPICursor

from node.adapters.catalogue_rows import read_entry
from node.adapters.catalogue_statements import (
    BATCH,
    BEARERS,
    BORNE_NAMES,
    BY_ID_NUMBER,
    BY_NUMBER,
    BY_REFERENCE,
    COUPLES,
    ENTRIES,
    ENTRY,
    NAME_TEXTS,
    NAMES,
    NEAR_NAMES,
    PRESENT,
    SHELF,
    SIGNS,
    WIDEST_BIRTH,
    people_statement,
)
from node.adapters.catalogue_tables import FORMER_NAME, batch, shelf
from node.adapters.driver_statements import (
    MOST_VALUES,
    Statement,
    driver_cursor,
    statements_of,
)
from node.adapters.sql_subjects import FIND_SUBJECTS, wanted_words
from node.domain.catalogue_reasons import ENTRY_NOT_FOUND
from node.domain.people_clues import PeopleClues
from node.domain.shelves import Batch, PersonRow, Shelf, ShelvedEntry
from records.entries import CatalogueEntry
from records.id_numbers import number_of
from records.kinds import get_kind
from records.name_keys import hash_key
from records.refusal import Refusal

_T = TypeVar("_T")
_COLUMNS = tuple(column.name for column in shelf.c)
_BATCH_COLUMNS = tuple(column.name for column in batch.c)


class SqlCatalogueReader:
    """Answers the questions of one search on one connection."""

    def __init__(self, dialect: str, cursor: DBAPICursor) -> None:
        """Ask by this cursor of the driver, in whose transaction the view stays the same."""
        self._statements = statements_of(dialect)
        self._dialect, self._cursor = dialect, cursor

    def _ask(self, statement: Statement, values: Mapping[str, Any]) -> Sequence[Any]:
        return self._statements.ask(self._cursor, statement, values)

    def find_shelf(self, archive_code: str, category: str) -> Shelf | None:
        """That part of the index, or None where nothing was imported into it."""
        rows = self._ask(SHELF, {"archive_code": archive_code, "category": category})
        return Shelf(**dict(zip(_COLUMNS, rows[0], strict=True))) if rows else None

    def find_names(self, normals: Collection[str]) -> Mapping[str, int]:
        """Ids of those names that the dictionary has."""
        found: dict[str, int] = {}
        for part in _parts(normals):
            found.update(self._ask(NAMES, {"normals": part}))
        return found

    def find_borne_names(
        self, on: Shelf, normals: Collection[str], most: int
    ) -> Mapping[str, tuple[int, int]]:
        """Ids of those names that the dictionary has, and their bearers, counted up to `most`."""
        found: dict[str, tuple[int, int]] = {}
        values = {"shelf": on.shelf_id, "last": on.last_entry_id, "most": most}
        for part in _parts(normals):
            for normal, name_id, bearers in self._ask(BORNE_NAMES, {**values, "normals": part}):
                found[normal] = name_id, bearers
        return found

    def find_near_names(self, keys: Collection[int], limit: int) -> list[tuple[int, int, int]]:
        """Key, sign and name id of the names that share one of the keys, at most `limit`."""
        found: list[tuple[int, int, int]] = []
        for part in _parts(keys):
            found += self._ask(NEAR_NAMES, {"keys": part, "most": limit - len(found)})
        return found

    def read_signs(self) -> dict[tuple[int, int], int]:
        """How many people bear each character, by place and code point."""
        return {(place, sign): people for place, sign, people in self._ask(SIGNS, {})}

    def name_texts(self, name_ids: Collection[int]) -> Mapping[int, str]:
        """Normal forms by id."""
        found: dict[int, str] = {}
        for part in _parts(name_ids):
            found.update(self._ask(NAME_TEXTS, {"ids": part}))
        return found

    def count_bearers(self, on: Shelf, name_ids: Collection[int], most: int) -> Mapping[int, int]:
        """How many people of the shelf bear each name, counted no further than `most`."""
        found: dict[int, int] = {}
        values = {"shelf": on.shelf_id, "last": on.last_entry_id, "most": most}
        for one, other in _pairs(name_ids):
            ((of_one, of_other),) = self._ask(BEARERS, {**values, "one": one, "other": other})
            found |= {one: of_one, other: of_other}
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
        statement: Statement,
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
            for row in self._ask(statement, values):
                name_id, entry_id, role, other, born, born_days, year = row
                role = roles[role % FORMER_NAME]
                found.append(PersonRow(name_id, entry_id, role, other, born, born_days, year))
            if len(found) >= limit:
                break
        return found

    def find_by_id_number(self, on: Shelf, normal: str) -> list[tuple[int, str]]:
        """Entry ids and roles under that 18-character number."""
        roles = [one.role for one in get_kind(on.category).people]
        rows = self._ask(BY_ID_NUMBER, _numbered(on, number_of(normal)))
        return [(entry_id, roles[role]) for entry_id, role in rows]

    def find_by_number(self, on: Shelf, key: str) -> list[int]:
        """Entry ids under that certificate-number key."""
        return [entry_id for (entry_id,) in self._ask(BY_NUMBER, _numbered(on, hash_key(key)))]

    def find_by_reference(self, on: Shelf, codes: Collection[str]) -> list[int]:
        """Entry ids under one of these 档号."""
        values = {"shelf": on.shelf_id, "last": on.last_entry_id}
        return [
            entry_id
            for part in _parts(codes)
            for (entry_id,) in self._ask(BY_REFERENCE, {**values, "codes": part})
        ]

    def find_by_words(self, on: Shelf, words: Sequence[str], limit: int) -> list[int]:
        """Ids of entries that have all these words, newest first, at most `limit`."""
        wanted = wanted_words(self._dialect, on.shelf_id, words)
        values = {"wanted": wanted, "last": on.last_entry_id, "most": limit}
        return [one for (one,) in self._ask(FIND_SUBJECTS[self._dialect], values)]

    def load(self, entry_ids: Collection[int]) -> list[ShelvedEntry]:
        """Those entries."""
        found: list[ShelvedEntry] = []
        for part in _parts(entry_ids):
            for entry_id, body, is_hidden in self._ask(ENTRIES, {"ids": part}):
                found.append(ShelvedEntry(entry_id, read_entry(body), bool(is_hidden)))
        return found

    def find_batch(self, archive_code: str, category: str, file_sha256: str) -> Batch | None:
        """The batch that took the same file before, if any."""
        asked = {"archive_code": archive_code, "category": category, "sha256": file_sha256}
        rows = self._ask(BATCH, asked)
        return Batch(**dict(zip(_BATCH_COLUMNS, rows[0], strict=True))) if rows else None

    def find_present(self, archive_code: str, reference_codes: Collection[str]) -> set[str]:
        """Those 档号 that the archive's index already has."""
        found: set[str] = set()
        for part in _parts(reference_codes):
            rows = self._ask(PRESENT, {"codes": part, "archive_code": archive_code})
            found.update(code for (code,) in rows)
        return found

    def get_entry(self, archive_code: str, reference_code: str) -> CatalogueEntry:
        """The entry with that 档号. Raises Refusal: ENTRY_NOT_FOUND."""
        asked = {"reference_code": reference_code, "archive_code": archive_code}
        rows = self._ask(ENTRY, asked)
        if not rows:
            raise Refusal(ENTRY_NOT_FOUND, "")
        return read_entry(rows[0][0])


def _pairs(values: Collection[int]) -> Iterator[tuple[int, int]]:
    """Two at a time; an odd one out comes with 0, which is nobody's id."""
    ordered = [*values, 0]
    yield from zip(ordered[::2], ordered[1::2], strict=False)


def reader_inside(connection: Connection) -> SqlCatalogueReader:
    """A reader that sees what the connection's own transaction wrote."""
    return SqlCatalogueReader(connection.dialect.name, driver_cursor(connection))


def _numbered(on: Shelf, number: int) -> Mapping[str, int]:
    return {"number": number, "shelf": on.shelf_id, "last": on.last_entry_id}


def _parts(values: Collection[_T]) -> list[list[_T]]:
    ordered = list(values)
    if len(ordered) <= MOST_VALUES:
        return [ordered] if ordered else []
    return [ordered[start : start + MOST_VALUES] for start in range(0, len(ordered), MOST_VALUES)]
