"""Tables of erasure: what was erased and by whom, what is held, which files are still to go."""

from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

from trust.store.schema import ensure_schema

SCHEMA_NAME = "node-erasure"
SCHEMA_VERSION = 1

metadata = MetaData()

erasures = Table(
    "erasures",
    metadata,
    Column("archive_code", String(6), primary_key=True),
    Column("case_no", String(40), primary_key=True),
    Column("desk", String(8), primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("state", String(32), nullable=False),
    Column("category", String(40), nullable=False),
    Column("outcome", String(40), nullable=False),
    Column("statements", Integer, nullable=False),
    Column("files", Integer, nullable=False),
    Column("leaf", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("erasures_by_time", "archive_code", "at_ms"),
)
"""What figures need of a case that is gone. `body` is the order, sealed: its words may name."""

holds = Table(
    "case_holds",
    metadata,
    Column("archive_code", String(6), primary_key=True),
    Column("case_no", String(40), primary_key=True),
    Column("why", String(16), nullable=False),
    Column("held_by", String(64), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)

doomed_files = Table(
    "doomed_files",
    metadata,
    Column("sha256", String(64), primary_key=True),
)
"""Named in the transaction that erased their case, deleted after it, whatever happens between."""


def ensure_erasure_tables(engine: Engine) -> None:
    """The tables exist at this version. Raises Refusal: STORE_VERSION, STORE_BUSY."""
    ensure_schema(engine, metadata, SCHEMA_NAME, SCHEMA_VERSION)
