"""Scrubbing: what was overwritten or deleted is gone from the files of the database as well.

A database keeps old bytes in free pages, dead rows and its journal until it needs the space. After
an erasure, or after plain text was sealed, that is too long.
"""

from collections.abc import Iterable

from sqlalchemy import Engine, Table, text

from trust.store.engine import refusing


def scrub(engine: Engine, tables: Iterable[Table]) -> None:
    """Nothing that these tables no longer show is left in the database's files.

    SQLite rewrites the file and empties its journal; PostgreSQL rewrites the tables. Both want as
    much free space as what they rewrite. Copies outside (backups, an archived WAL) are not reached:
    for those the field keys are changed (decision 1070).

    Raises:
        Refusal: STORE_BUSY, STORE_FULL.
    """
    with refusing(), engine.connect() as plain:
        connection = plain.execution_options(isolation_level="AUTOCOMMIT")
        if connection.dialect.name == "sqlite":
            connection.execute(text("VACUUM"))
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
            return
        quote = connection.dialect.identifier_preparer.quote
        for table in tables:
            connection.execute(text(f"VACUUM (FULL) {quote(table.name)}"))
