"""Many rows into one table, straight through the driver, inside the caller's transaction."""

import sqlite3
from collections.abc import Iterable, Sequence

import psycopg
from sqlalchemy import Connection

CACHE_KIBIBYTES = 262_144
"""What an import may keep of SQLite's pages: one that fits none of its changes writes each page
to the log several times over."""


def insert_rows(
    connection: Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    """The rows are in the table; each has the values of `columns` in their order."""
    driver = connection.connection.driver_connection
    names = ", ".join(f'"{column}"' for column in columns)
    if isinstance(driver, sqlite3.Connection):
        marks = ", ".join("?" * len(columns))
        driver.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)  # noqa: S608
    elif isinstance(driver, psycopg.Connection):
        with driver.cursor().copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)


def widen_cache(connection: Connection) -> None:
    """The connection keeps many pages in memory; on PostgreSQL the server sees to it."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA cache_size=-{CACHE_KIBIBYTES}")
