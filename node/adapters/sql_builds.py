"""Builds of the index on SQL: rows go in sorted, straight through the driver."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import psycopg
from sqlalchemy import (
    Connection,
    Engine,
    bindparam,
    delete,
    func,
    insert,
    inspect,
    select,
    text,
    update,
)

from node.adapters import build_tables as tables
from node.adapters.catalogue_tables import batch as batches
from node.adapters.catalogue_tables import entry, shelf
from node.adapters.driver_rows import insert_rows, widen_cache
from node.adapters.driver_statements import MOST_VALUES, driver_reading, statements_of
from node.adapters.import_log import ImportLog
from node.build_ports import BuildFiles, StoredEntry
from node.domain.index_builds import Build, Step
from node.domain.shelves import Batch, Shelf
from trust.store.engine import transaction
from trust.store.schema import ensure_schema

_COPY_HEAD = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_COPY_END = b"\xff\xff"
_ENTRY = ("entry_id", "shelf_id", "reference_code", "is_hidden", "body")
_FETCH = 2000
_FLIP_TRIES = 6

_SHELVES_BESIDE = select(shelf.c.shelf_id).where(
    shelf.c.archive_code
    == select(shelf.c.archive_code).where(shelf.c.shelf_id == bindparam("shelf")).scalar_subquery()
)
"""All shelves of that shelf's archive."""
_PRESENT = select(entry.c.reference_code).where(
    entry.c.reference_code.in_(bindparam("codes", expanding=True)),
    entry.c.shelf_id.in_(bindparam("shelves", expanding=True)),
)


def open_builds(engine: Engine) -> None:
    """The table of builds exists. Raises Refusal: STORE_VERSION, STORE_BUSY."""
    ensure_schema(engine, tables.metadata, tables.SCHEMA_NAME, tables.SCHEMA_VERSION)


class SqlBuilds:
    """Builds in one node's database."""

    def __init__(self, engine: Engine, log: ImportLog | None = None) -> None:
        """Make sure that the table of builds exists."""
        self._engine, self._log = engine, log
        self._is_postgresql = engine.dialect.name == "postgresql"
        open_builds(engine)

    @property
    def dialect(self) -> str:
        """Sqlite or postgresql."""
        return self._engine.dialect.name

    def current(self) -> Build | None:
        """The build that is not done, if any."""
        with self._engine.connect() as connection:
            return tables.read_current(connection)

    def history(self) -> list[Build]:
        """All builds, oldest first."""
        with self._engine.connect() as connection:
            return tables.read_builds(connection)

    def begin(self, build: Build) -> Build:
        """The build is remembered under the next generation."""
        with transaction(self._engine) as connection:
            return replace(build, generation=tables.insert_build(connection, build))

    def advance(self, build: Build) -> None:
        """The build's progress is durable."""
        with transaction(self._engine) as connection:
            tables.update_build(connection, build)

    def last_entry_id(self) -> int:
        """The highest id that any entry has."""
        with self._engine.connect() as connection:
            return int(connection.execute(select(func.max(entry.c.entry_id))).scalar_one() or 0)

    def shelf_id(self, archive_code: str, category: str) -> int:
        """That shelf; an empty one is made where there is none."""
        found = select(shelf.c.shelf_id).where(
            shelf.c.archive_code == archive_code, shelf.c.category == category
        )
        zeros = dict.fromkeys(
            ("entries", "people", "first_year", "last_year", "index_version", "last_entry_id"), 0
        )
        with transaction(self._engine) as connection:
            there = connection.execute(found).scalar_one_or_none()
            if there is None:
                values = {"archive_code": archive_code, "category": category, **zeros}
                connection.execute(insert(shelf).values(**values))
                there = connection.execute(found).scalar_one()
            return int(there)

    def find_present(self, shelf_id: int, codes: Sequence[str]) -> set[str]:
        """Those 档号 that the shelf's archive has already, seen or not yet."""
        found: set[str] = set()
        with driver_reading(self._engine) as cursor:
            ask = partial(statements_of(self.dialect).ask, cursor)
            ids = [row[0] for row in ask(_SHELVES_BESIDE, {"shelf": shelf_id})]
            for start in range(0, len(codes), MOST_VALUES):
                part = list(codes[start : start + MOST_VALUES])
                found.update(row[0] for row in ask(_PRESENT, {"shelves": ids, "codes": part}))
        return found

    def add_entries(self, build: Build, entries: Sequence[StoredEntry]) -> None:
        """The entries are stored, unseen by searches, and `build` is its new progress."""
        with self._filling() as connection:
            insert_rows(connection, "entry", _ENTRY, entries)
            tables.update_build(connection, build)

    def remove_unseen(self) -> None:
        """Entries of imports that never completed are gone."""
        with self._engine.connect() as connection:
            seen = list(connection.execute(select(shelf.c.shelf_id, shelf.c.last_entry_id)))
        for shelf_id, last in seen:
            unseen = select(entry.c.entry_id).where(
                entry.c.entry_id > last, entry.c.shelf_id == shelf_id
            )
            while True:
                with transaction(self._engine) as connection:
                    ids = list(connection.execute(unseen.limit(_FETCH)).scalars())
                    gone = entry.c.entry_id.in_(ids)
                    connection.execute(delete(entry).where(gone))
                if not ids:
                    break

    def entries(self, start: int, stop: int) -> Iterator[tuple[int, int, bytes]]:
        """Id, shelf and body of the entries with ids in [start, stop), in order."""
        statement = (
            select(entry.c.entry_id, entry.c.shelf_id, entry.c.body)
            .where(entry.c.entry_id >= start, entry.c.entry_id < stop)
            .order_by(entry.c.entry_id)
        )
        with self._engine.connect() as connection:
            for row in connection.execute(statement):
                yield row.entry_id, row.shelf_id, row.body

    def shelves(self) -> list[Shelf]:
        """Every shelf as it is now."""
        with self._engine.connect() as connection:
            return [Shelf(**row) for row in connection.execute(select(shelf)).mappings()]

    def make_tables(self, build: Build) -> None:
        """The side tables exist."""
        with transaction(self._engine) as connection:
            for table in tables.INDEX_TABLES:
                tables.side_table(table, build.generation).create(connection, checkfirst=True)

    def fill(
        self,
        build: Build,
        step: Step,
        files: BuildFiles,
        names: Iterable[tuple[int, str]] | None = None,
    ) -> None:
        """The step's rows are in their side table and `build` is its new progress.

        Args:
            build: As it is once the step is done.
            step: Which one.
            files: Where the rows of the tables of integers lie.
            names: The rows of the table of names.
        """
        target, columns = f"{step.table}_g{build.generation}", tables.COLUMNS[step.table]
        with self._filling() as connection:
            if names is not None:
                insert_rows(connection, target, columns, names)
            elif self._is_postgresql:
                self._copy_packed(connection, target, columns, files.packed_rows(step))
            else:
                insert_rows(connection, target, columns, files.rows(step))
            tables.update_build(connection, build)

    def flip(self, build: Build, shelves: Sequence[Shelf], batch: Batch | None) -> None:
        """The side tables are the index, the shelves and the batch are as told, all at once."""
        with transaction(self._engine) as connection:
            for table in tables.INDEX_TABLES:
                old, new = f"{table}_old{build.generation}", f"{table}_g{build.generation}"
                connection.exec_driver_sql(f'ALTER TABLE "{table}" RENAME TO "{old}"')
                connection.exec_driver_sql(f'ALTER TABLE "{new}" RENAME TO "{table}"')
            for one in shelves:
                values = {column.name: getattr(one, column.name) for column in shelf.c}
                connection.execute(
                    update(shelf).where(shelf.c.shelf_id == one.shelf_id).values(**values)
                )
            if batch is not None:
                columns = {column.name: getattr(batch, column.name) for column in batches.c}
                connection.execute(insert(batches).values(**columns))
                if self._log is not None:
                    self._log(connection, batch)
            tables.update_build(connection, build)

    def drop_old(self) -> None:
        """Tables that no search reads any more, and side tables of no build, are gone."""
        current = self.current()
        keep = f"_g{current.generation}" if current else ""
        for found in inspect(self._engine).get_table_names():
            base, _, rest = found.rpartition("_")
            is_side = base in tables.INDEX_TABLES and rest.lstrip("oldg").isdigit()
            if is_side and not (keep and found.endswith(keep)):
                with transaction(self._engine) as connection:
                    connection.exec_driver_sql(f'DROP TABLE "{found}"')

    def analyze(self) -> None:
        """The planner knows the new tables."""
        with transaction(self._engine) as connection:
            for table in tables.INDEX_TABLES:
                connection.exec_driver_sql(f'ANALYZE "{table}"')

    def bytes_stored(self) -> dict[str, int]:
        """Bytes of each table with its indexes, entries included."""
        wanted = [*tables.INDEX_TABLES, "entry"]
        with self._engine.connect() as connection:
            if self._is_postgresql:
                size = text("SELECT pg_total_relation_size(CAST(:t AS regclass))")
                return {
                    one: int(connection.execute(size, {"t": f'"{one}"'}).scalar_one())
                    for one in wanted
                }
            return _sqlite_bytes(connection, wanted)

    @contextmanager
    def _filling(self) -> Iterator[Connection]:
        """A transaction with room for many pages."""
        with transaction(self._engine) as connection:
            widen_cache(connection)
            yield connection

    def _copy_packed(
        self, connection: Connection, table: str, columns: Sequence[str], data: bytes
    ) -> None:
        driver = connection.connection.driver_connection
        names = ", ".join(f'"{column}"' for column in columns)
        if isinstance(driver, psycopg.Connection):
            statement = f'COPY "{table}" ({names}) FROM STDIN (FORMAT BINARY)'
            with driver.cursor().copy(statement.encode()) as copy:
                copy.write(_COPY_HEAD)
                copy.write(data)
                copy.write(_COPY_END)


def _sqlite_bytes(connection: Connection, wanted: Sequence[str]) -> dict[str, int]:
    """By name of the table, its own index counted with it."""
    found = dict.fromkeys(wanted, 0)
    rows = connection.exec_driver_sql(
        "SELECT m.tbl_name, sum(s.pgsize) FROM dbstat s JOIN sqlite_master m ON m.name = s.name"
        " GROUP BY m.tbl_name"
    )
    for table, size in rows:
        if table in found:
            found[table] += int(size)
    return found
