"""The table of questions to several archives. `body` is sealed: what a case may be about."""

from sqlalchemy import BigInteger, Column, Engine, Index, LargeBinary, MetaData, String, Table

from trust.store.schema import ensure_schema

SCHEMA_NAME = "node-askings"
SCHEMA_VERSION = 1

metadata = MetaData()

askings = Table(
    "askings",
    metadata,
    Column("case_no", String(40), primary_key=True),
    Column("archive_code", String(6), nullable=False),
    Column("state", String(12), nullable=False),
    Column("asked_ms", BigInteger, nullable=False),
    Column("lease_ms", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("askings_due", "state", "lease_ms"),
)


def ensure_asking_tables(engine: Engine) -> None:
    """The table exists at this version. Raises Refusal: STORE_VERSION, STORE_BUSY."""
    ensure_schema(engine, metadata, SCHEMA_NAME, SCHEMA_VERSION)
