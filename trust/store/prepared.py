"""Statements of the hot paths: compiled once for each kind of store, run on the driver's cursor.

A statement of SQLAlchemy Core costs 80 microseconds when it is built for the call and 25 when it
was built before; the database needs 3 for it. A call that a partner waits for runs a dozen, and so
do they (decision 1056). What is run is still what Core compiled, values are always parameters, and
errors are the same ones.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.expression import ClauseElement

Values = Mapping[str, object]
Filled = tuple[object, ...] | dict[str, object]
"""Parameters as a driver takes them."""


class Prepared:
    """One statement; its parameters are named as in the statement."""

    def __init__(self, statement: ClauseElement) -> None:
        """Compile `statement` when it is first run on a kind of store."""
        self._statement = statement
        self._texts: dict[str, tuple[str, tuple[str, ...] | None, dict[str, object]]] = {}

    def row(self, conn: Connection, values: Values) -> tuple[Any, ...] | None:
        """The first row; None where there is none, or where the statement gives none."""
        return _first(self._run(conn, [values], many=False))

    def rows(self, conn: Connection, values: Values) -> list[tuple[Any, ...]]:
        """All rows."""
        cursor = self._run(conn, [values], many=False)
        try:
            return [tuple(row) for row in cursor.fetchall()]
        finally:
            cursor.close()

    def run(self, conn: Connection, values: Values) -> int:
        """It was done; how many rows it changed."""
        cursor = self._run(conn, [values], many=False)
        count = int(cursor.rowcount)
        cursor.close()
        return count

    def run_each(self, conn: Connection, values: Sequence[Values]) -> None:
        """It was done once with each of `values`, in their order."""
        if len(values) == 1:
            self.run(conn, values[0])
        elif values:
            self._run(conn, values, many=True).close()

    def spell(self, dialect: Dialect, values: Values) -> tuple[str, Filled]:
        """Text and parameters for a driver's cursor."""
        text, order, constants = self._text(dialect)
        return text, _fill(order, constants, values)

    def _run(self, conn: Connection, values: Sequence[Values], *, many: bool) -> Any:  # noqa: ANN401
        if not conn.in_transaction():
            conn.begin()  # as Core would, at the first statement of a connection
        text, order, constants = self._text(conn.dialect)
        filled = [_fill(order, constants, one) for one in values]
        driver: Any = conn.connection.dbapi_connection
        cursor = driver.cursor()
        try:
            if many:
                cursor.executemany(text, filled)
            else:
                cursor.execute(text, filled[0])
        except conn.dialect.loaded_dbapi.Error as error:
            cursor.close()
            # As Core would raise it, and as silent about values (`hide_parameters`).
            raise DBAPIError.instance(
                text,
                None,
                error,
                conn.dialect.loaded_dbapi.Error,
                hide_parameters=True,
                dialect=conn.dialect,
            ) from error
        return cursor

    def _text(self, dialect: Dialect) -> tuple[str, tuple[str, ...] | None, dict[str, object]]:
        known = self._texts.get(dialect.name)
        if known is None:
            compiled: Any = self._statement.compile(dialect=dialect)
            order = tuple(compiled.positiontup) if compiled.positional else None
            constants = {k: v for k, v in compiled.params.items() if v is not None}
            known = self._texts[dialect.name] = (str(compiled), order, constants)
        return known


def _fill(order: tuple[str, ...] | None, constants: Mapping[str, object], values: Values) -> Filled:
    if order is None:
        return {**constants, **values}
    return tuple([values[name] if name in values else constants[name] for name in order])


def _first(cursor: Any) -> tuple[Any, ...] | None:  # noqa: ANN401
    try:
        found = cursor.fetchone() if cursor.description is not None else None
        return None if found is None else tuple(found)
    finally:
        cursor.close()
