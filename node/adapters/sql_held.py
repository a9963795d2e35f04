"""Held answers in the node's database, sealed to their case: they survive a restart."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, Engine, Row, delete, insert, select, update

from node.adapters.desk_tables import held as t
from node.adapters.row_values import from_ms, to_ms, write_body
from node.domain.held_answers import COMMANDS, HeldAnswer
from trust.store.engine import transaction
from trust.store.sealed_fields import SealedFields


class SqlHeldAnswers:
    """`HeldAnswers` on SQL."""

    def __init__(self, engine: Engine, fields: SealedFields) -> None:
        """Commands are sealed by `fields`; the tables exist."""
        self._engine = engine
        self._body = fields.column("desk_held", "body")

    def put(self, answer: HeldAnswer) -> None:
        """It waits, instead of whatever waited for that case before."""
        with transaction(self._engine) as connection:
            connection.execute(delete(t).where(*_this(answer.case_no, answer.holder_archive)))
            connection.execute(
                insert(t).values(
                    case_no=answer.case_no,
                    holder_archive=answer.holder_archive,
                    officer_id=answer.officer_id,
                    kind=answer.kind,
                    due_ms=to_ms(answer.due_at),
                    failed=answer.failed,
                    body=self._body.seal(
                        write_body(answer.command), answer.case_no, answer.holder_archive
                    ),
                )
            )

    def find(self, case_no: str, holder_archive: str) -> HeldAnswer | None:
        """What waits for that case, or failed; None where nothing does."""
        with self._engine.connect() as connection:
            row = connection.execute(select(t).where(*_this(case_no, holder_archive))).one_or_none()
        return None if row is None else self._open(row)

    def take(self, case_no: str, holder_archive: str, now: datetime) -> bool:
        """True where it was still waiting: it is gone now, and nobody will obey it."""
        waiting = (*_this(case_no, holder_archive), t.c.due_ms > to_ms(now), t.c.failed == "")
        with transaction(self._engine) as connection:
            return bool(connection.execute(delete(t).where(*waiting)).rowcount)

    def due(self, now: datetime, limit: int) -> Sequence[HeldAnswer]:
        """What is to be obeyed now, the oldest first."""
        query = (
            select(t)
            .where(t.c.failed == "", t.c.due_ms <= to_ms(now))
            .order_by(t.c.due_ms)
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [self._open(row) for row in connection.execute(query)]

    def settle(self, answer: HeldAnswer, failed: str) -> None:
        """It was obeyed and is gone; or it stays with the code that says why not."""
        this = (*_this(answer.case_no, answer.holder_archive), t.c.due_ms == to_ms(answer.due_at))
        act = update(t).where(*this).values(failed=failed) if failed else delete(t).where(*this)
        with transaction(self._engine) as connection:
            connection.execute(act)

    def drop(self, case_no: str, holder_archive: str) -> None:
        """Nothing of that case is kept."""
        with transaction(self._engine) as connection:
            connection.execute(delete(t).where(*_this(case_no, holder_archive)))

    def _open(self, row: Row[tuple[object, ...]]) -> HeldAnswer:
        data = self._body.open(row.body, row.case_no, row.holder_archive)
        return HeldAnswer(
            case_no=row.case_no,
            holder_archive=row.holder_archive,
            officer_id=row.officer_id,
            kind=row.kind,
            command=msgspec.json.decode(data, type=COMMANDS[row.kind]),
            due_at=from_ms(row.due_ms),
            failed=row.failed,
        )


def _this(case_no: str, holder_archive: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return t.c.case_no == case_no, t.c.holder_archive == holder_archive
