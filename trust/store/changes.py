"""Has anybody written? One cheap question instead of many careful ones.

A process that waits for work asks its tables ten times a second for each kind of work; nearly
every time nobody has written anything since. SQLite and PostgreSQL both know that for microseconds:
`PRAGMA data_version` changes when another connection of any process has committed, PostgreSQL's
snapshot when any transaction has.
"""

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.pool import PoolProxiedConnection

from trust.store.prepared import Filled, Prepared, Values

_QUESTIONS = {
    "sqlite": "PRAGMA data_version",
    "postgresql": "SELECT pg_current_snapshot()::text",
}


class StoreChanges:
    """The changes of one database; for one thread, on a connection of its own."""

    def __init__(self, engine: Engine) -> None:
        """Nothing is connected yet."""
        self._engine = engine
        self._question = _QUESTIONS[engine.dialect.name]
        self._connection: PoolProxiedConnection | None = None
        self._faults = 0

    def mark(self) -> object:
        """Another value than before, if anybody committed something meanwhile.

        A database that does not answer gives a new value each time.
        """
        try:
            return self._fetch(self._question)
        except Exception:  # noqa: BLE001 -- who works on the database meets the fault and says so
            self.close()
            self._faults += 1
            return ("away", self._faults)

    def row(self, statement: Prepared, values: Values) -> tuple[Any, ...] | None:
        """The statement's one row, on the same connection; None where nobody answers."""
        try:
            return self._fetch(*statement.spell(self._engine.dialect, values))
        except Exception:  # noqa: BLE001 -- as in `mark`
            self.close()
            return None

    def close(self) -> None:
        """The connection is gone; the next question opens another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()

    def _fetch(self, text: str, filled: Filled = ()) -> tuple[Any, ...] | None:
        if self._connection is None:
            self._connection = self._engine.raw_connection()
            driver: Any = self._connection.dbapi_connection
            if self._engine.dialect.name == "postgresql":
                # Each question sees a snapshot of its own. (SQLite's connections are so anyway.)
                driver.autocommit = True
        cursor: Any = self._connection.cursor()
        try:
            cursor.execute(text, filled)
            found = cursor.fetchone()
            return None if found is None else tuple(found)
        finally:
            cursor.close()
