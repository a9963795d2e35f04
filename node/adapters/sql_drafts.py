"""Drafts in the node's database, each sealed to its officer and its id.

What a citizen said at the window is in them before anything is filed: on disk it is a ciphertext.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, delete, insert, select, update

from node.adapters.desk_tables import drafts as t
from node.adapters.row_values import read_body, to_ms, write_body
from node.domain.drafts import LIFETIME, Draft
from trust.store.engine import transaction
from trust.store.sealed_fields import SealedFields

MOST_DRAFTS = 200
"""Of one officer; the oldest go first."""


class SqlDrafts:
    """`Drafts` on SQL."""

    def __init__(self, engine: Engine, fields: SealedFields) -> None:
        """Bodies are sealed by `fields`; the tables exist."""
        self._engine = engine
        self._body = fields.column("desk_drafts", "body")

    def save(self, draft: Draft) -> None:
        """The draft is durable; expired ones of the officer and those beyond the most are gone."""
        mine = t.c.officer_id == draft.officer_id
        row = {
            "saved_ms": to_ms(draft.saved_at),
            "body": self._body.seal(write_body(draft), draft.officer_id, draft.draft_id),
        }
        with transaction(self._engine) as connection:
            known = update(t).where(mine, t.c.draft_id == draft.draft_id).values(**row)
            if not connection.execute(known).rowcount:
                fresh = {"officer_id": draft.officer_id, "draft_id": draft.draft_id, **row}
                connection.execute(insert(t).values(**fresh))
            old = select(t.c.draft_id).where(mine).order_by(t.c.saved_ms.desc()).offset(MOST_DRAFTS)
            too_many = connection.execute(old.limit(1000)).scalars().all()
            gone = t.c.saved_ms < to_ms(draft.saved_at - LIFETIME)
            connection.execute(delete(t).where(mine, gone | t.c.draft_id.in_(too_many)))

    def find(self, draft_id: str, officer_id: str, now: datetime) -> Draft | None:
        """The officer's own draft; None where there is none or it has expired."""
        query = select(t.c.body).where(
            t.c.officer_id == officer_id,
            t.c.draft_id == draft_id,
            t.c.saved_ms >= to_ms(now - LIFETIME),
        )
        with self._engine.connect() as connection:
            body = connection.execute(query).scalar()
        return None if body is None else self._open(body, officer_id, draft_id)

    def list(self, officer_id: str, prefix: str, now: datetime) -> Sequence[Draft]:
        """The officer's drafts whose ids begin with `prefix`, newest first."""
        query = (
            select(t.c.draft_id, t.c.body)
            .where(t.c.officer_id == officer_id, t.c.saved_ms >= to_ms(now - LIFETIME))
            .order_by(t.c.saved_ms.desc())
        )
        with self._engine.connect() as connection:
            rows = [row for row in connection.execute(query) if row.draft_id.startswith(prefix)]
        return [self._open(row.body, officer_id, row.draft_id) for row in rows]

    def drop(self, draft_id: str, officer_id: str) -> None:
        """The draft is gone."""
        this = (t.c.officer_id == officer_id, t.c.draft_id == draft_id)
        with transaction(self._engine) as connection:
            connection.execute(delete(t).where(*this))

    def _open(self, body: bytes, officer_id: str, draft_id: str) -> Draft:
        return read_body(self._body.open(body, officer_id, draft_id), Draft)
