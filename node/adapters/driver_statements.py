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

    __slots__ = ("runs", "sql")

    def __init__(self, statement: Statement, values: Mapping[str, Any], dialect: Dialect) -> None:
        lists = {key for key, value in values.items() if isinstance(value, list)}
        state = statement.compile(dialect=dialect).construct_expanded_state(values)
        self.sql = state.statement
        """For the driver, with its own marks."""
        runs: list[tuple[str, int, object]] = []
        for name in state.positiontup or ():
            key, _, place = name.rpartition("_")
            if key not in lists:
                constant = None if name in values else state.parameters[name]
                runs.append((name, 0, constant))
            elif int(place) == 1:
                runs.append((key, len(values[key]), None))
        self.runs = tuple(runs)
        """Parameters in the order of their marks: name, marks of a list (0 = it is none), and what
        is written in the statement itself."""

    def fill(self, values: Mapping[str, Any]) -> list[object]:
        """The values in the order of their marks, lists padded with their last."""
        marks: list[object] = []
        for name, length, constant in self.runs:
            if not length:
                marks.append(values[name] if constant is None else constant)
                continue
            value = values[name]
            marks += value
            if length > len(value):
                marks += value[-1:] * (length - len(value))
        return marks


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
        lengths = [_padded(len(one)) for one in values.values() if type(one) is list]
        text = self._texts.get((statement, *lengths)) or self._compile(statement, values, lengths)
        cursor.execute(text.sql, text.fill(values))
        return cursor.fetchall()

    def _compile(
        self, statement: Statement, values: Mapping[str, Any], lengths: Sequence[int]
    ) -> _Text:
        filled = {
            name: [*value, *value[-1:] * (_padded(len(value)) - len(value))]
            if isinstance(value, list)
            else value
            for name, value in values.items()
        }
        text = self._texts[statement, *lengths] = _Text(statement, filled, self._dialect)
        return text


def _padded(length: int) -> int:
    return 1 << (length - 1).bit_length()


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
