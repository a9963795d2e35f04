"""Carries digests of people to the newest key, a few rows at a time; killing it loses nothing.

Each step is a short transaction, and a step that was not committed is done again: which rows are
left is said by the rows. Meanwhile digests under both keys are looked for (`person_kids`), so that
nobody waits and nothing is missed. An older key under which none is left is needed no more.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Column, Connection, Engine, Row, Table, delete, func, select, tuple_, update

from node.adapters.case_tables import counters
from node.adapters.duty_tables import lookups
from node.adapters.person_tables import (
    PLACES,
    QUESTIONS,
    is_anywhere,
    is_other,
    person_keys,
    person_kids,
    register,
)
from node.adapters.sql_casebook import lock_writers
from node.ports import EventLog
from trust.store.engine import transaction
from trust.store.person_digests import PersonDigests
from trust.store.sealed_fields import FieldKeys

_STEPS_OF_A_RUN = 20
AT_ONCE = 100
"""Rows of one transaction: others wait for some hundredths of a second."""


class CarryDigests:
    """The duty of one node, and what `lantai-node keys rotate --people` does until it is done."""

    def __init__(self, engine: Engine, digests: PersonDigests, log: EventLog) -> None:
        """In the database behind `engine`."""
        self._engine = engine
        self._digests = digests
        self._log = log
        self._goal = 0
        self._place = 0
        self._after: tuple[str, ...] = ()
        self._carried = 0

    def run(self) -> int:
        """Some rows are carried; 0, for it is never in a hurry and rests in between."""
        if not self.is_done():
            for _ in range(_STEPS_OF_A_RUN):
                if not self.step():
                    break
        return 0

    def is_done(self) -> bool:
        """Whether every digest is under the newest key."""
        with self._engine.connect() as connection:
            return len(person_kids(connection)) < 2

    def count(self) -> int:
        """Rows that have to be looked at."""
        with self._engine.connect() as connection:
            tables = [select(func.count()).select_from(table) for table, _ in PLACES]
            return sum(int(connection.execute(one).scalar_one()) for one in tables)

    def begin(self, keys: FieldKeys, tell: Callable[[Connection, int], None] | None = None) -> int:
        """A new key is made and used from now on; its number. What lives for hours is carried.

        A key that was made and never used, because the process was killed, is used now.

        Args:
            keys: Where keys are kept.
            tell: Writes down that it happened, in the same transaction.
        """
        with self._engine.connect() as connection:
            known = max(person_kids(connection), default=0)
        if self._digests.load() <= known:
            keys.add()
        newest = self._digests.load()
        fingerprint = self._digests.fingerprint(newest)
        with transaction(self._engine) as connection:
            lock_writers(connection)
            if newest not in person_kids(connection):
                register(connection, newest, fingerprint)
                self._carry_lookups(connection, newest)
                self._carry_questions(connection, newest)
                if tell is not None:
                    tell(connection, newest)
        return newest

    def step(self, limit: int = AT_ONCE) -> int:
        """How many rows were looked at; 0 = every digest is under the newest key."""
        with transaction(self._engine) as connection:
            lock_writers(connection)
            kids = person_kids(connection)
            if len(kids) < 2:
                return 0
            if kids[0] != self._goal:
                # Another key was made, or the process is new: everything is looked at once more.
                self._goal, self._place, self._after = kids[0], 0, ()
            if self._place == len(PLACES):
                self._finish(connection)
                return 1
            return self._carry_page(connection, limit) or 1

    def _carry_page(self, connection: Connection, limit: int) -> int:
        table, column = PLACES[self._place]
        keys = tuple(table.primary_key.columns)
        page = select(*keys, column.label("digest")).order_by(*keys).limit(limit)
        if self._after:
            page = page.where(tuple_(*keys) > tuple_(*self._after))
        rows = connection.execute(page).all()
        for row in rows:
            self._carry(connection, table, column, row)
        if len(rows) < limit:
            self._place, self._after = self._place + 1, ()
        else:
            self._after = tuple(rows[-1][: len(keys)])
        return len(rows)

    def _carry(
        self, connection: Connection, table: Table, column: Column[str], row: Row[*tuple[Any, ...]]
    ) -> None:
        carried = self._digests.carry(row.digest, self._goal)
        if carried == row.digest:
            return
        keys = tuple(table.primary_key.columns)
        values = dict(zip((key.name for key in keys), row, strict=False))
        here = [key == values[key.name] for key in keys]
        self._carried += 1
        if column in keys:
            there = [key == {**values, column.name: carried}[key.name] for key in keys]
            if connection.execute(select(column).where(*there)).first() is not None:
                connection.execute(delete(table).where(*here))
                return
        connection.execute(update(table).where(*here).values({column.name: carried}))

    def _finish(self, connection: Connection) -> None:
        """Older keys are needed no more, unless a row says otherwise."""
        self._place, self._after = 0, ()
        if is_anywhere(connection, but=self._goal):
            return
        connection.execute(delete(person_keys).where(person_keys.c.kid != self._goal))
        self._log.note("digests_carried", count=self._carried)
        self._carried = 0

    def _carry_lookups(self, connection: Connection, kid: int) -> None:
        """All at once: an officer's names are counted by them, and one name is not two."""
        c = lookups.c
        others = select(c.name_key).where(is_other(c.name_key, kid)).distinct()
        for (old,) in connection.execute(others).all():
            new = self._digests.carry(old, kid)
            connection.execute(update(lookups).where(c.name_key == old).values(name_key=new))

    def _carry_questions(self, connection: Connection, kid: int) -> None:
        c = counters.c
        mine = select(c.name).where(c.name.startswith(QUESTIONS, autoescape=True))
        for (name,) in connection.execute(mine).all():
            digest, _, day = name.removeprefix(QUESTIONS).rpartition("/")
            new = f"{QUESTIONS}{self._digests.carry(digest, kid)}/{day}"
            connection.execute(update(counters).where(c.name == name).values(name=new))
