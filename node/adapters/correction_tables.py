"""Tables of corrections, and of which certificate was issued from which record."""

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    insert,
    inspect,
    select,
)

from node.adapters import case_tables as t
from node.adapters.sealed_rows import SealedRows
from node.domain.cases import Issuance
from records.release import ReleaseOrder
from trust.envelope.statement import decode
from trust.store.engine import transaction
from trust.store.schema import ensure_schema

SCHEMA_NAME = "node-corrections"
SCHEMA_VERSION = 1
_CONFIRMED = "confirmed"

metadata = MetaData()

corrections = Table(
    "corrections",
    metadata,
    Column("correction_id", String(40), primary_key=True),
    Column("archive_code", String(6), nullable=False),
    Column("reference_code", String(64), nullable=False),
    Column("state", String(12), nullable=False),
    Column("open_field", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("proposed_ms", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("corrections_by_state", "archive_code", "state", "proposed_ms"),
    Index("corrections_open", "archive_code", "reference_code", "open_field"),
)
"""`open_field` is the field's code until the correction is decided, then empty."""

certified_records = Table(
    "certified_records",
    metadata,
    Column("archive_code", String(6), primary_key=True),
    Column("reference_code", String(64), primary_key=True),
    Column("release_id", String(36), primary_key=True),
)
"""Certificates by the record that they were issued from."""


def ensure_correction_tables(engine: Engine, rows: SealedRows) -> None:
    """The tables exist, and know the certificates that were issued before there were any.

    `rows` open the bodies of the case database.

    Raises:
        Refusal: STORE_VERSION, STORE_BUSY.
    """
    is_new = not inspect(engine).has_table(certified_records.name)
    ensure_schema(engine, metadata, SCHEMA_NAME, SCHEMA_VERSION)
    if not is_new:
        return
    issued = rows.select(t.issuances).where(t.issuances.c.step == _CONFIRMED)
    with transaction(engine) as connection:
        for row in connection.execute(issued).all():
            remember_certified(connection, rows.open(t.issuances, row, Issuance))


def remember_certified(connection: Connection, issuance: Issuance) -> None:
    """The confirmed certificate is found by its record; texts without a record have none."""
    reference = decode(issuance.order.payload, ReleaseOrder).reference_code
    if not reference:
        return
    key = {
        "archive_code": issuance.holder_archive,
        "reference_code": reference,
        "release_id": issuance.release_id,
    }
    there = select(certified_records.c.release_id).filter_by(**key)
    if connection.execute(there).first() is None:
        connection.execute(insert(certified_records).values(**key))
