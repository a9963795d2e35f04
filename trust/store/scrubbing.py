"""Scrubbing: what was overwritten or deleted is gone from the files of the database as well.

A database keeps old bytes in free pages, dead rows and its journal until it needs the space. After
an erasure, or after plain text was sealed, that is too long.
"""

import sqlite3
from collections.abc import Iterable

from sqlalchemy import Engine, Table, text

from trust.store.engine import refusal_of, refusing


def scrub(engine: Engine, tables: Iterable[Table]) -> None:
    """Nothing that these tables no longer show is left in the database's files.

    SQLite rewrites the file and empties its journal; PostgreSQL rewrites the tables. Both want as
    much free space as what they rewrite. Copies outside (backups, an archived WAL) are not reached:
    for those the field keys are changed (decision 1070).

    Raises:
        Refusal: STORE_BUSY, STORE_FULL.
    """
    if engine.dialect.name == "sqlite":
        _rewrite_file(engine)
        return
    with refusing(), engine.connect() as plain:
        connection = plain.execution_options(isolation_level="AUTOCOMMIT")
        quote = connection.dialect.identifier_preparer.quote
        for table in tables:
            connection.execute(text(f"VACUUM (FULL) {quote(table.name)}"))


def _rewrite_file(engine: Engine) -> None:
    """Past SQLAlchemy, which begins a transaction before whatever it is told."""
    held = engine.raw_connection()
    try:
        cursor = held.cursor()
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.close()
    except sqlite3.OperationalError as error:
        raise refusal_of(error) or error from error
    finally:
        held.close()
