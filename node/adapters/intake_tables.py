"""The table of intake batches, beside the catalogue's own."""

from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table

SCHEMA_NAME = "node-intake"
SCHEMA_VERSION = 1

metadata = MetaData()

intake = Table(
    "intake_batch",
    metadata,
    Column("batch_id", String(40), primary_key=True),
    Column("archive_code", String(6), nullable=False, index=True),
    Column("category", String(40), nullable=False),
    Column("state", String(16), nullable=False),
    Column("file_sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("warned", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("sent_by", String(40), nullable=False),
    Column("sent_ms", BigInteger, nullable=False),
    Column("decided_by", String(40), nullable=False),
    Column("decided_ms", BigInteger, nullable=False),
    Column("note", String(200), nullable=False),
    Column("index_version", Integer, nullable=False),
)
"""Times are 0 where there is none."""
