"""Questions to several archives in the node's database: they survive whoever asks them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, delete, insert, select, update

from node.adapters.asking_tables import askings as t
from node.adapters.asking_tables import ensure_asking_tables
from node.adapters.row_values import to_ms
from node.adapters.sealed_rows import SealedRows
from node.domain.asking import ANSWERED, ASKING, LEASE, PartnersAsked
from trust.store.engine import transaction
from trust.store.sealed_fields import SealedFields


class SqlAskings:
    """`AskingBook` on SQL."""

    def __init__(self, engine: Engine, fields: SealedFields) -> None:
        """The table exists from now on; what was said is sealed by `fields`."""
        ensure_asking_tables(engine)
        self._engine = engine
        self._rows = SealedRows(fields, (t,))

    def find(self, case_no: str) -> PartnersAsked | None:
        """See `AskingBook.find`."""
        with self._engine.connect() as connection:
            return self._rows.find(connection, t, PartnersAsked, case_no)

    def put(self, asked: PartnersAsked) -> bool:
        """See `AskingBook.put`."""
        here = t.c.case_no == asked.case_no
        with transaction(self._engine) as connection:
            state = connection.execute(
                select(t.c.state).where(here).with_for_update()
            ).scalar_one_or_none()
            if state == ASKING:
                return False
            connection.execute(delete(t).where(here))
            connection.execute(
                insert(t).values(
                    case_no=asked.case_no,
                    archive_code=asked.archive_code,
                    state=asked.state,
                    asked_ms=to_ms(asked.asked_at),
                    lease_ms=0,
                    body=self._rows.seal(t, asked, asked.case_no),
                )
            )
        return True

    def take(self, now: datetime, limit: int) -> Sequence[PartnersAsked]:
        """See `AskingBook.take`."""
        due = (t.c.state == ASKING, t.c.lease_ms <= to_ms(now))
        with self._engine.connect() as connection:
            waiting = connection.execute(
                self._rows.select(t).where(*due).order_by(t.c.asked_ms).limit(limit)
            ).all()
        return [
            self._rows.open(t, row, PartnersAsked)
            for row in waiting
            if self._lease(str(row.case_no), now)
        ]

    def settle(self, asked: PartnersAsked) -> None:
        """See `AskingBook.settle`."""
        with transaction(self._engine) as connection:
            connection.execute(
                update(t)
                .where(t.c.case_no == asked.case_no, t.c.asked_ms == to_ms(asked.asked_at))
                .values(state=ANSWERED, body=self._rows.seal(t, asked, asked.case_no))
            )

    def _lease(self, case_no: str, now: datetime) -> bool:
        """Whether it is ours to ask: nobody took it since."""
        with transaction(self._engine) as connection:
            taken = connection.execute(
                update(t)
                .where(t.c.case_no == case_no, t.c.state == ASKING, t.c.lease_ms <= to_ms(now))
                .values(lease_ms=to_ms(now + LEASE))
            )
        return taken.rowcount == 1
