"""Database engines: SQLite without a server, PostgreSQL in production, one behaviour.

A transaction is durable when it returns (`synchronous=FULL`, `synchronous_commit=on`) and a writer
takes its lock at the start, so that a state change, its outbox row and its log leaf commit
together or not at all. Values never appear in messages (`hide_parameters`).
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from records.refusal import Refusal
from trust.store import reasons

_BUSY_MILLISECONDS = 10_000
_POOL_SIZE = 20
_IMMEDIATE = "lantai_immediate"
_GUARD = "lantai_guard"

_SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    f"PRAGMA busy_timeout={_BUSY_MILLISECONDS}",
    "PRAGMA foreign_keys=ON",
    "PRAGMA trusted_schema=OFF",
)


def open_engine(url: str) -> Engine:
    """An engine for `sqlite:///FILE` or `postgresql://...`; no connection is made yet.

    Raises:
        Refusal: STORE_UNSUPPORTED.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise Refusal(reasons.STORE_UNSUPPORTED, "not a database address") from error
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return _open_sqlite(parsed)
    if backend == "postgresql":
        return _open_postgresql(parsed)
    raise Refusal(reasons.STORE_UNSUPPORTED, backend)


def guard_writes(engine: Engine, check: Callable[[], None]) -> None:
    """Every transaction of the engine begins with `check`, which may refuse it.

    For a database that may not be written because it is an old one (restore guard). Reading goes
    on; so does what is told to pass (`transaction(engine, guarded=False)`).
    """
    engine.update_execution_options(**{_GUARD: check})


@contextmanager
def transaction(engine: Engine, *, guarded: bool = True) -> Iterator[Connection]:
    """A connection whose work commits at the end of the block, or not at all.

    On SQLite the write lock is taken at once (BEGIN IMMEDIATE): what was read inside the block
    cannot be outdated when it is written. On PostgreSQL writers of one log queue on its head row.

    Raises:
        Refusal: STORE_BUSY, STORE_FULL, what a guard says; other database errors pass through.
    """
    check = engine.get_execution_options().get(_GUARD)
    if guarded and check is not None:
        check()
    with refusing(), engine.connect() as connection:
        marked = connection.execution_options(**{_IMMEDIATE: True})
        with marked.begin():
            yield marked


@contextmanager
def refusing() -> Iterator[None]:
    """A full disk or a busy database is said in words that a person can act on.

    Raises:
        Refusal: STORE_BUSY, STORE_FULL; other database errors pass through.
    """
    try:
        yield
    except OperationalError as error:
        refusal = refusal_of(error.orig)
        if refusal is None:
            raise
        raise refusal from error


def _open_sqlite(url: URL) -> Engine:
    name = url.database or ""
    if name in {"", ":memory:"} or name.startswith("file:"):
        # Every thread would see a database of its own; tests use a file as well.
        raise Refusal(reasons.STORE_UNSUPPORTED, "SQLite needs a file")
    _create_private(Path(name))
    engine = create_engine(
        url.set(drivername="sqlite+pysqlite"),
        hide_parameters=True,
        pool_size=_POOL_SIZE,
        max_overflow=_POOL_SIZE,
        connect_args={"check_same_thread": False, "timeout": _BUSY_MILLISECONDS / 1000},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _create_private(path: Path) -> None:
    """Create the file with mode 0600; SQLite gives its WAL the same mode."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise Refusal(reasons.STORE_UNSUPPORTED, f"cannot open {path.name}") from error


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # The driver's own BEGIN comes late and never IMMEDIATE: take it over (SQLAlchemy, "pysqlite").
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _SQLITE_PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get(_IMMEDIATE, False)
    driver: Any = connection.connection.dbapi_connection
    text = "BEGIN IMMEDIATE" if immediate else "BEGIN"
    try:
        # On the driver itself: every transaction comes by here (decision 1056).
        driver.execute(text)
    except sqlite3.Error as error:
        raise DBAPIError.instance(
            text, None, error, sqlite3.Error, hide_parameters=True, dialect=connection.dialect
        ) from error


def _open_postgresql(url: URL) -> Engine:
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_size=_POOL_SIZE,
        max_overflow=_POOL_SIZE,
        pool_pre_ping=True,
        isolation_level="READ COMMITTED",
        connect_args={
            "connect_timeout": 5,
            "application_name": "lantai",
            "options": "-c synchronous_commit=on -c timezone=UTC -c lock_timeout=10000",
        },
    )


def refusal_of(error: BaseException | None) -> Refusal | None:
    """The refusal that a person can act on, or None when the driver's error is a programmer's."""
    said = str(error).lower()
    if "disk is full" in said or "no space left" in said or "disk full" in said:
        return Refusal(reasons.STORE_FULL)
    busy = ("locked", "busy", "lock timeout", "deadlock", "connection", "server closed")
    if any(word in said for word in busy):
        return Refusal(reasons.STORE_BUSY)
    return None
