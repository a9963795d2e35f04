"""Adds entries to the SQL index, inside the caller's transaction."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import Connection, Table, func, insert, literal, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from node.adapters.build_tables import COLUMNS
from node.adapters.catalogue_rows import write_entry
from node.adapters.catalogue_tables import (
    batch,
    certificate_number,
    entry,
    id_number,
    name,
    name_key,
    name_sign,
    person,
    shelf,
)
from node.adapters.driver_rows import insert_rows, widen_cache
from node.adapters.driver_statements import driver_cursor
from node.adapters.import_log import ImportLog
from node.adapters.sql_catalogue_reader import SqlCatalogueReader
from node.adapters.sql_subjects import add_subjects
from node.domain.index_rows import IndexRows
from node.domain.shelves import Batch, IndexedEntry
from records.name_keys import count_signs, stored_keys
from records.name_sounds import SoundTable

_T = TypeVar("_T")
_ROWS_AT_ONCE = 5000
_ENTRY = ("entry_id", "shelf_id", "reference_code", "is_hidden", "body")
_IMPORT_LOCK = 0x1A17A2
"""One import at a time on PostgreSQL; SQLite has one writer anyway."""


class SqlCatalogueWriter(SqlCatalogueReader):
    """One import's transaction."""

    def __init__(
        self, connection: Connection, sounds: SoundTable, log: ImportLog | None = None
    ) -> None:
        """Write on this connection; other imports wait until its transaction ends.

        With `log`, a closed batch leaves its leaf in the same transaction.
        """
        super().__init__(connection.dialect.name, driver_cursor(connection))
        self._connection = connection
        self._sounds, self._log = sounds, log
        self._last_id = 0
        self._signs: Counter[tuple[int, int]] = Counter()
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:k)"), {"k": _IMPORT_LOCK})
        widen_cache(connection)

    def add(self, archive_code: str, category: str, entries: Sequence[IndexedEntry]) -> None:
        """The entries are in the index; none of their 档号 was there before."""
        shelf_id = self._open_shelf(archive_code, category)
        for part in _parts(entries, _ROWS_AT_ONCE):
            self._add_part(shelf_id, part)
        years = [one.year for one in entries if one.year]
        self._connection.execute(
            update(shelf)
            .where(shelf.c.shelf_id == shelf_id)
            .values(
                entries=shelf.c.entries + len(entries),
                people=shelf.c.people + sum(len(one.people) for one in entries),
            )
        )
        if years:
            self._widen_years(shelf_id, min(years), max(years))

    def close_batch(self, closed: Batch) -> None:
        """The batch is recorded and the shelf's version has risen."""
        shelf_id = self._open_shelf(closed.archive_code, closed.category)
        changed = {"index_version": shelf.c.index_version + 1}
        if self._last_id:
            changed["last_entry_id"] = literal(self._last_id)
        self._connection.execute(
            update(shelf).where(shelf.c.shelf_id == shelf_id).values(**changed)
        )
        self._count_signs()
        columns = {column.name: getattr(closed, column.name) for column in batch.c}
        self._connection.execute(insert(batch).values(**columns))
        if self._log is not None:
            self._log(self._connection, closed)

    def _open_shelf(self, archive_code: str, category: str) -> int:
        statement = select(shelf.c.shelf_id).where(
            shelf.c.archive_code == archive_code, shelf.c.category == category
        )
        found = self._connection.execute(statement).scalar_one_or_none()
        if found is not None:
            return int(found)
        empty = {"entries": 0, "people": 0, "first_year": 0, "last_year": 0, "index_version": 0,
                 "last_entry_id": 0}  # fmt: skip
        values = {"archive_code": archive_code, "category": category, **empty}
        inserted = self._connection.execute(insert(shelf).values(**values)).inserted_primary_key
        return int(inserted[0]) if inserted else 0

    def _widen_years(self, shelf_id: int, first: int, last: int) -> None:
        there = self._connection.execute(
            select(shelf.c.first_year, shelf.c.last_year).where(shelf.c.shelf_id == shelf_id)
        ).one()
        first = min(first, there.first_year or first)
        self._connection.execute(
            update(shelf)
            .where(shelf.c.shelf_id == shelf_id)
            .values(first_year=first, last_year=max(last, there.last_year))
        )

    def _add_part(self, shelf_id: int, entries: Sequence[IndexedEntry]) -> None:
        first_id = self._next_id(entry, "entry_id")
        self._last_id = first_id + len(entries) - 1
        rows = (
            (entry_id, shelf_id, one.entry.reference_code, one.is_hidden, write_entry(one.entry))
            for entry_id, one in enumerate(entries, start=first_id)
        )
        insert_rows(self._connection, "entry", _ENTRY, rows)
        self._index(shelf_id, dict(enumerate(entries, start=first_id)))

    def _index(self, shelf_id: int, entries: Mapping[int, IndexedEntry]) -> None:
        """The entries, by id, can be found under their people, numbers and words."""
        rows = IndexRows()
        for entry_id, one in entries.items():
            rows.add(one, entry_id, shelf_id)
            for who in one.people:
                self._signs.update(() if who.is_former_name else count_signs(who.normal))
        names = self._name_ids({f[0] for f in rows.people} | {f[5] for f in rows.people})
        people = (
            (names[own], on, born, entry_id, role, names.get(other, 0), days, year)
            for own, on, born, entry_id, role, other, days, year in rows.people
        )
        # In the order of each table: neighbours lie on one page.
        self._insert(person, people)
        self._insert(id_number, rows.id_numbers)
        self._insert(certificate_number, rows.certificates)
        add_subjects(
            self._connection, shelf_id, {entry_id: one.words for entry_id, one in entries.items()}
        )

    def _insert(self, table: Table, rows: Iterable[tuple[object, ...]]) -> None:
        insert_rows(self._connection, table.name, COLUMNS[table.name], sorted(rows))

    def _name_ids(self, wanted: set[str]) -> dict[str, int]:
        """Ids of these names; new ones enter the dictionary."""
        wanted.discard("")
        known = self.find_names(sorted(wanted))
        first_id = self._next_id(name, "name_id")
        added = {new: first_id + at for at, new in enumerate(sorted(wanted - known.keys()))}
        insert_rows(
            self._connection, "name", COLUMNS["name"], ((at, new) for new, at in added.items())
        )
        self._insert(
            name_key,
            (
                (key, sign, name_id)
                for normal, name_id in added.items()
                for key, sign in stored_keys(normal, self._sounds)
            ),
        )
        return {**known, **added}

    def _count_signs(self) -> None:
        """How common each character is, brought up to date with what was added."""
        rows = [
            {"place": place, "sign": sign, "people": people}
            for (place, sign), people in sorted(self._signs.items())
        ]
        self._signs.clear()
        if not rows:
            return
        dialect = postgresql if self._connection.dialect.name == "postgresql" else sqlite
        statement = dialect.insert(name_sign)
        more = name_sign.c.people + statement.excluded.people
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["place", "sign"], set_={"people": more}
            ),
            rows,
        )

    def _next_id(self, table: Table, column: str) -> int:
        highest = self._connection.execute(select(func.max(table.c[column]))).scalar_one()
        return int(highest or 0) + 1


def _parts(values: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]
