"""Adds entries to the SQL index, inside the caller's transaction."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import Connection, Table, func, insert, literal, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from node.adapters.catalogue_rows import write_entry
from node.adapters.catalogue_tables import (
    FORMER_NAME,
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
from node.adapters.driver_statements import driver_cursor
from node.adapters.import_log import ImportLog
from node.adapters.sql_catalogue_reader import SqlCatalogueReader
from node.adapters.sql_subjects import add_subjects
from node.domain.shelves import Batch, IndexedEntry, PersonIndex
from records.id_numbers import number_of
from records.kinds import get_kind
from records.name_keys import count_signs, hash_key, stored_keys
from records.name_sounds import SoundTable

_T = TypeVar("_T")
_Row = dict[str, object]
_MOST_PARAMETERS = 400
_ROWS_AT_ONCE = 1000
_MOST_BORN_DAYS = 32_000
"""Wider windows of birth (some \"about\" in a century) are cut to what the column holds."""
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

    def add(self, archive_code: str, category: str, entries: Sequence[IndexedEntry]) -> None:
        """The entries are in the index; none of their 档号 was there before."""
        shelf_id = self._open_shelf(archive_code, category)
        for part in _parts(entries, _ROWS_AT_ONCE):
            self._add_part(shelf_id, category, part)
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

    def _add_part(self, shelf_id: int, category: str, entries: Sequence[IndexedEntry]) -> None:
        first_id = self._next_id(entry, "entry_id")
        self._last_id = first_id + len(entries) - 1
        rows = [
            _entry_row(one) | {"entry_id": entry_id, "shelf_id": shelf_id}
            for entry_id, one in enumerate(entries, start=first_id)
        ]
        if rows:
            self._connection.execute(insert(entry), rows)
        self._index(shelf_id, category, dict(enumerate(entries, start=first_id)))

    def _index(self, shelf_id: int, category: str, entries: Mapping[int, IndexedEntry]) -> None:
        """The entries, by id, can be found under their people, numbers and words."""
        roles = {one.role: place for place, one in enumerate(get_kind(category).people)}
        names = self._name_ids(list(entries.values()))
        rows: dict[Table, list[_Row]] = {person: [], id_number: [], certificate_number: []}
        for entry_id, one in entries.items():
            key: _Row = {"entry_id": entry_id, "shelf_id": shelf_id}
            rows[person] += _unique(_person_rows(one, key, roles, names), "name_id", "role")
            for who in one.people:
                self._signs.update(() if who.is_former_name else count_signs(who.normal))
            numbers = (key | {"number": number_of(n), "role": roles[r]} for n, r in one.id_numbers)
            rows[id_number] += _unique(numbers, "number", "role")
            keys = (key | {"number_key": hash_key(text)} for text in one.number_keys)
            rows[certificate_number] += _unique(keys, "number_key")
        for table, values in rows.items():
            if values:
                self._connection.execute(insert(table), values)
        words = {entry_id: one.words for entry_id, one in entries.items()}
        add_subjects(self._connection, shelf_id, words)

    def _name_ids(self, entries: Sequence[IndexedEntry]) -> dict[str, int]:
        """Ids of all names of these entries; new names enter the dictionary."""
        wanted = {one.normal for item in entries for one in item.people}
        wanted |= {one.other_normal for item in entries for one in item.people}
        wanted.discard("")
        known: dict[str, int] = {}
        for part in _parts(sorted(wanted), _MOST_PARAMETERS):
            statement = select(name.c.normal, name.c.name_id).where(name.c.normal.in_(part))
            known.update((row.normal, row.name_id) for row in self._connection.execute(statement))
        new = sorted(wanted - known.keys())
        first_id = self._next_id(name, "name_id")
        added = {normal: name_id for name_id, normal in enumerate(new, start=first_id)}
        if added:
            rows = [{"name_id": name_id, "normal": normal} for normal, name_id in added.items()]
            self._connection.execute(insert(name), rows)
            self._add_keys(added)
        return known | added

    def _add_keys(self, added: Mapping[str, int]) -> None:
        rows = [
            {"key": key, "sign": sign, "name_id": name_id}
            for normal, name_id in added.items()
            for key, sign in stored_keys(normal, self._sounds)
        ]
        if rows:
            self._connection.execute(insert(name_key), rows)

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


def _entry_row(one: IndexedEntry) -> _Row:
    return {
        "reference_code": one.entry.reference_code,
        "is_hidden": one.is_hidden,
        "body": write_entry(one.entry),
    }


def _person_rows(
    one: IndexedEntry, key: _Row, roles: dict[str, int], names: dict[str, int]
) -> Iterator[_Row]:
    for who in one.people:
        yield key | {
            "name_id": names[who.normal],
            "year": one.people_year,
            "role": roles[who.role] + (FORMER_NAME if who.is_former_name else 0),
            "other_name_id": names.get(who.other_normal, 0),
            "born": _born(who),
            "born_days": _born_days(who),
        }


def _unique(rows: Iterator[_Row], *columns: str) -> list[_Row]:
    return list({tuple(row[column] for column in columns): row for row in rows}.values())


def _born(who: PersonIndex) -> int:
    return who.birth_from.toordinal() if who.birth_from else 0


def _born_days(who: PersonIndex) -> int:
    if who.birth_from is None or who.birth_to is None:
        return 0
    return min((who.birth_to - who.birth_from).days, _MOST_BORN_DAYS)


def _parts(values: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]
