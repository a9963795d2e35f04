"""Scrubbing: what was overwritten or deleted is gone from the files of the database as well.

A database keeps old bytes in free pages, dead rows and its journal until it needs the space. After
an erasure, or after plain text was sealed, that is too long.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import DDL, Connection, Engine, Table

from trust.store.engine import refusal_of, refusing

_REWRITE: DDL = DDL("VACUUM (FULL) %(fullname)s")  # type: ignore[no-untyped-call]


@contextmanager
def overwriting(connection: Connection) -> Iterator[None]:
    """What the block deletes is overwritten where it lay (SQLite); elsewhere see `scrub`.

    Not for every transaction: dropping an index of gigabytes would write them all once more.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    connection.exec_driver_sql("PRAGMA secure_delete=ON")
    try:
        yield
    finally:
        connection.exec_driver_sql("PRAGMA secure_delete=OFF")


def empty_journal(engine: Engine) -> None:
    """SQLite's write-ahead journal holds nothing any more; PostgreSQL's is its archive's concern.

    Raises:
        Refusal: STORE_BUSY, STORE_FULL.
    """
    if engine.dialect.name == "sqlite":
        _past_the_transaction(engine, "PRAGMA wal_checkpoint(TRUNCATE)")


def scrub(engine: Engine, tables: Iterable[Table]) -> None:
    """Nothing that these tables no longer show is left in the database's files.

    SQLite rewrites the file and empties its journal; PostgreSQL rewrites the tables. Both want as
    much free space as what they rewrite. Copies outside (backups, an archived WAL) are not reached:
    for those the field keys are changed (decision 1070).

    Raises:
        Refusal: STORE_BUSY, STORE_FULL.
    """
    if engine.dialect.name == "sqlite":
        _past_the_transaction(engine, "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)")
        return
    with refusing(), engine.connect() as plain:
        connection = plain.execution_options(isolation_level="AUTOCOMMIT")
        for table in tables:
            connection.execute(_REWRITE.against(table))


def _past_the_transaction(engine: Engine, *statements: str) -> None:
    """Past SQLAlchemy, which begins a transaction before whatever it is told."""
    held = engine.raw_connection()
    try:
        cursor = held.cursor()
        for statement in statements:
            cursor.execute(statement)
        cursor.close()
    except sqlite3.OperationalError as error:
        raise refusal_of(error) or error from error
    finally:
        held.close()
