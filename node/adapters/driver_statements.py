"""Statements of SQLAlchemy Core, compiled once and then run by the database's own driver.

A search runs half a dozen small statements in a fraction of a millisecond; building a statement,
its parameters and its result anew takes the toolkit longer than the store needs to answer. What
is kept is the text: one for each statement and length of its lists. Lists are padded to a power
of two with their last value, so that there are few texts and the store keeps its plans.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, SelectBase, TextClause
from sqlalchemy.dialects.postgresql import psycopg as postgresql
from sqlalchemy.dialects.sqlite import pysqlite as sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.interfaces import DBAPICursor

Statement = SelectBase | TextClause

MOST_VALUES = 512
"""Values of one list; longer ones are asked in parts."""


class _Text:
    """One statement for lists of certain lengths."""

    __slots__ = ("constants", "order", "sql")

    def __init__(self, statement: Statement, values: Mapping[str, Any], dialect: Dialect) -> None:
        lists = {key for key, value in values.items() if isinstance(value, list)}
        state = statement.compile(dialect=dialect).construct_expanded_state(values)
        self.sql = state.statement
        """For the driver, with its own marks."""
        order: list[tuple[str, int]] = []
        self.constants: dict[str, object] = {}
        """Values that are written in the statement itself."""
        for name in state.positiontup or ():
            key, _, place = name.rpartition("_")
            order.append((key, int(place) - 1) if key in lists else (name, -1))
            if key not in lists and name not in values:
                self.constants[name] = state.parameters[name]
        self.order = tuple(order)
        """Parameter of each mark, and the place in its list; -1 = it is none."""


class DriverStatements:
    """The texts of one dialect; safe to share between threads."""

    def __init__(self, dialect_name: str) -> None:
        """For `sqlite` or `postgresql`."""
        self._dialect: Dialect = (
            postgresql.dialect(paramstyle="format")  # type: ignore[no-untyped-call]
            if dialect_name == "postgresql"
            else sqlite.dialect(paramstyle="qmark")
        )
        self._texts: dict[tuple[object, ...], _Text] = {}

    def ask(
        self, cursor: DBAPICursor, statement: Statement, values: Mapping[str, Any]
    ) -> Sequence[Any]:
        """All rows of the statement; a value that is a list fills an expanding parameter.

        The statement must be one that is kept: its text is remembered by its identity.
        """
        key: list[object] = [statement]
        filled = dict(values)
        for name, value in values.items():
            if isinstance(value, list):
                length = 1 << (len(value) - 1).bit_length()
                filled[name] = value + value[-1:] * (length - len(value))
                key.append(length)
        text = self._texts.get(tuple(key))
        if text is None:
            text = self._texts[tuple(key)] = _Text(statement, filled, self._dialect)
        filled |= text.constants
        cursor.execute(
            text.sql, [filled[name] if at < 0 else filled[name][at] for name, at in text.order]
        )
        return cursor.fetchall()


_OF_DIALECT = {name: DriverStatements(name) for name in ("sqlite", "postgresql")}


def statements_of(dialect_name: str) -> DriverStatements:
    """The texts that every connection of that dialect shares."""
    return _OF_DIALECT[dialect_name]


def driver_cursor(connection: Connection) -> DBAPICursor:
    """A cursor of the driver inside the connection's own transaction."""
    driver = connection.connection.driver_connection
    if driver is None:
        message = "the connection was given back"
        raise RuntimeError(message)
    cursor: DBAPICursor = driver.cursor()
    return cursor


@contextmanager
def driver_reading(engine: Engine) -> Iterator[DBAPICursor]:
    """A cursor of the driver whose reads all see one state of the store."""
    pooled = engine.raw_connection()
    try:
        cursor = pooled.cursor()
        if engine.dialect.name == "sqlite":
            cursor.execute("BEGIN")
        yield cursor
    finally:
        # Giving it back ends the transaction.
        pooled.close()
