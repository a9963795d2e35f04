"""Tables of escalations: which step was taken, and which notice has yet to go out."""

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table

SCHEMA_NAME = "node-escalations"
SCHEMA_VERSION = 1

metadata = MetaData()

escalations = Table(
    "escalations",
    metadata,
    Column("desk", String(8), primary_key=True),
    Column("case_no", String(40), primary_key=True),
    Column("archive_code", String(6), primary_key=True),
    Column("since_ms", BigInteger, primary_key=True),
    Column("code", String(24), primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("target", String(64), nullable=False),
    Index("escalations_by_time", "archive_code", "at_ms"),
)

notices = Table(
    "notices",
    metadata,
    Column("notice_id", String(36), primary_key=True),
    Column("archive_code", String(6), nullable=False),
    Column("case_no", String(40), nullable=False),
    Column("code", String(24), nullable=False),
    Column("target", String(64), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("due_ms", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Index("notices_due", "due_ms"),
)
