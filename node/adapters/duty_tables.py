"""Tables of misuse alerts and complaints."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table

SCHEMA_NAME = "node-duties"
SCHEMA_VERSION = 1

metadata = MetaData()

lookups = Table(
    "lookups",
    metadata,
    Column("lookup_id", String(36), primary_key=True),
    Column("officer_id", String(32), nullable=False),
    Column("archive_code", String(6), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("name_key", String(64), nullable=False),
    Column("case_no", String(40), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Index("lookups_of_officer", "officer_id", "at_ms"),
    Index("lookups_by_time", "at_ms"),
)

alerts = Table(
    "misuse_alerts",
    metadata,
    Column("alert_id", String(36), primary_key=True),
    Column("archive_code", String(6), nullable=False),
    Column("officer_id", String(32), nullable=False),
    Column("rule", String(32), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("names", Integer, nullable=False),
    Column("blocks", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("acknowledged_by", String(32), nullable=False),
    Column("acknowledged_ms", BigInteger, nullable=False),
    Column("note", String(400), nullable=False),
    Index("alerts_of_officer", "officer_id", "state"),
    Index("alerts_by_time", "archive_code", "at_ms"),
)

complaints = Table(
    "complaints",
    metadata,
    Column("number", String(32), primary_key=True),
    Column("archive_code", String(6), nullable=False),
    Column("case_no", String(40), nullable=False),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("filed_ms", BigInteger, nullable=False),
    Column("due_ms", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("complaints_by_state", "archive_code", "state", "due_ms"),
    Index("complaints_of_case", "archive_code", "case_no"),
)
