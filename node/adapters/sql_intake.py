"""Intake batches in the node's database, each change with its leaf."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine, Row, insert, select, update

from node.adapters import catalogue_tables as catalogue
from node.adapters.intake_tables import SCHEMA_NAME, SCHEMA_VERSION, intake, metadata
from node.adapters.row_values import from_ms, to_ms
from node.domain.intake_batches import ACCEPTED, CHECKED, IntakeBatch
from node.domain.intake_reasons import BATCH_DECIDED
from node.domain.shelves import Shelf
from node.ports import Clock
from records.refusal import Refusal
from trust.store.engine import transaction
from trust.store.schema import ensure_schema
from trust.transparency.checkpoint import log_origin
from trust.transparency.leaf import Leaf, encode_leaf
from trust.transparency.log import TransparencyLog


class SqlIntake:
    """`IntakeBook` on SQL."""

    def __init__(self, engine: Engine, trust_domain: str, clock: Clock) -> None:
        """The table exists. Raises Refusal: STORE_VERSION, STORE_BUSY."""
        ensure_schema(engine, metadata, SCHEMA_NAME, SCHEMA_VERSION)
        self._engine, self._trust_domain, self._clock = engine, trust_domain, clock
        self._log = TransparencyLog()

    def add(self, batch: IntakeBatch) -> None:
        """The batch is known, and the log says who sent it."""
        with transaction(self._engine) as connection:
            connection.execute(insert(intake).values(_columns(batch)))
            self._leaf(connection, batch, "intake_sent", batch.sent_by)

    def decide(self, batch: IntakeBatch, actor: str) -> None:
        """The batch as given, if it still waits. Raises Refusal: BATCH_DECIDED."""
        c = intake.c
        waits = update(intake).where(c.batch_id == batch.batch_id, c.state == CHECKED)
        with transaction(self._engine) as connection:
            if not connection.execute(waits.values(_columns(batch))).rowcount:
                raise Refusal(BATCH_DECIDED)
            self._leaf(connection, batch, f"intake_{batch.state}", actor)

    def find(self, batch_id: str) -> IntakeBatch | None:
        """A batch that was sent in by page."""
        with self._engine.connect() as connection:
            row = connection.execute(
                select(intake).where(intake.c.batch_id == batch_id)
            ).one_or_none()
        return None if row is None else _batch(row)

    def list(self, archive_code: str, limit: int) -> Sequence[IntakeBatch]:
        """Batches of the archive, newest first, imports by command after those by page."""
        c, b = intake.c, catalogue.batch.c
        sent = (
            select(intake)
            .where(c.archive_code == archive_code)
            .order_by(c.sent_ms.desc(), c.batch_id.desc())
            .limit(limit)
        )
        imported = (
            select(catalogue.batch)
            .where(b.archive_code == archive_code)
            # Ids are UUIDv7: the newest is the greatest.
            .order_by(b.batch_id.desc())
            .limit(limit)
        )
        with self._engine.connect() as connection:
            by_page = [_batch(row) for row in connection.execute(sent)]
            known = {one.batch_id for one in by_page}
            by_command = [
                _imported(row) for row in connection.execute(imported) if row.batch_id not in known
            ]
        return [*by_page, *by_command][:limit]

    def shelves(self, archive_code: str) -> Sequence[Shelf]:
        """What the index has of that archive, by category."""
        c = catalogue.shelf.c
        wanted = select(catalogue.shelf).where(c.archive_code == archive_code).order_by(c.category)
        with self._engine.connect() as connection:
            return [Shelf(**row) for row in connection.execute(wanted).mappings()]

    def _leaf(self, connection: Connection, batch: IntakeBatch, kind: str, actor: str) -> None:
        leaf = Leaf(
            ts_ms=to_ms(self._clock()),
            kind=kind,
            case=batch.batch_id,
            actor=actor,
            file_sha256=batch.file_sha256,
            note=f"{batch.category} {batch.rows} {batch.warned} {batch.rejected}",
        )
        origin = log_origin(self._trust_domain, batch.archive_code)
        self._log.append(connection, origin, encode_leaf(leaf))


def _columns(batch: IntakeBatch) -> dict[str, object]:
    return {
        "batch_id": batch.batch_id,
        "archive_code": batch.archive_code,
        "category": batch.category,
        "state": batch.state,
        "file_sha256": batch.file_sha256,
        "size": batch.size,
        "rows": batch.rows,
        "warned": batch.warned,
        "rejected": batch.rejected,
        "sent_by": batch.sent_by,
        "sent_ms": to_ms(batch.sent_at),
        "decided_by": batch.decided_by,
        "decided_ms": to_ms(batch.decided_at),
        "note": batch.note,
        "index_version": batch.index_version,
    }


def _batch(row: Row[tuple[object, ...]]) -> IntakeBatch:
    return IntakeBatch(
        batch_id=row.batch_id,
        archive_code=row.archive_code,
        category=row.category,
        state=row.state,
        file_sha256=row.file_sha256,
        size=row.size,
        rows=row.rows,
        warned=row.warned,
        rejected=row.rejected,
        sent_by=row.sent_by,
        sent_at=_moment(row.sent_ms),
        decided_by=row.decided_by,
        decided_at=_moment(row.decided_ms),
        note=row.note,
        index_version=row.index_version,
    )


def _imported(row: Row[tuple[object, ...]]) -> IntakeBatch:
    return IntakeBatch(
        batch_id=row.batch_id,
        archive_code=row.archive_code,
        category=row.category,
        state=ACCEPTED,
        file_sha256=row.file_sha256,
        size=0,
        rows=row.rows,
        warned=row.warned,
        rejected=row.rejected,
        sent_by=row.handled_by,
        sent_at=None,
        decided_by=row.approved_by,
        by_page=False,
    )


def _moment(value: int) -> datetime | None:
    return from_ms(value) if value else None
