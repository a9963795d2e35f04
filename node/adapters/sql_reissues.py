"""Batches of certificates to be replaced, on SQL."""

from sqlalchemy import BigInteger, Column, Engine, Index, LargeBinary, MetaData, String, Table
from sqlalchemy import insert as insert_into

from node.adapters.row_values import to_ms
from node.adapters.sql_casebook import case_rows
from node.domain.correction_reasons import CORRECTION_UNKNOWN
from node.domain.reissue import ReissueBatch
from records.refusal import Refusal
from trust.store.engine import transaction
from trust.store.schema import ensure_schema
from trust.store.sealed_fields import SealedFields

SCHEMA_NAME, SCHEMA_VERSION = "node-reissues", 1
metadata = MetaData()
reissues = Table(
    "reissue_batches",
    metadata,
    Column("batch_id", String(40), primary_key=True),
    Column("archive_code", String(6), nullable=False),
    Column("planned_ms", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("reissues_of_archive", "archive_code", "planned_ms"),
)


class SqlReissues:
    """`BatchBook` on SQL."""

    def __init__(self, engine: Engine, fields: SealedFields) -> None:
        """The table exists from now on; `fields` seal bodies."""
        ensure_schema(engine, metadata, SCHEMA_NAME, SCHEMA_VERSION)
        self._engine, self._rows = engine, case_rows(fields, reissues)

    def add(self, batch: ReissueBatch) -> None:
        """The batch is kept."""
        row = {
            "batch_id": batch.batch_id,
            "archive_code": batch.archive_code,
            "planned_ms": to_ms(batch.planned_at),
            "body": self._rows.seal(reissues, batch, batch.batch_id),
        }
        with transaction(self._engine) as connection:
            connection.execute(insert_into(reissues).values(**row))

    def get(self, archive_code: str, batch_id: str) -> ReissueBatch:
        """The batch as planned. Raises Refusal: CORRECTION_UNKNOWN."""
        for batch in self.list(archive_code):
            if batch.batch_id == batch_id:
                return batch
        raise Refusal(CORRECTION_UNKNOWN)

    def list(self, archive_code: str) -> list[ReissueBatch]:
        """Newest first."""
        c = reissues.c
        query = self._rows.select(reissues).where(c.archive_code == archive_code)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(c.planned_ms.desc(), c.batch_id)).all()
        return [self._rows.open(reissues, row, ReissueBatch) for row in rows]
