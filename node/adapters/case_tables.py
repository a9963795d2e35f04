"""Tables of the case database, the one place that names their columns.

A row carries what is searched for in columns and the whole value as JSON in `body`: that column is
what erasure empties after the retention period, while number, state and log stay.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)

SCHEMA_NAME = "node-cases"
SCHEMA_VERSION = 6

metadata = MetaData()

cases = Table(
    "cases",
    metadata,
    Column("case_no", String(40), primary_key=True),
    Column("archive_code", String(6), nullable=False),
    Column("client_key", String(64), nullable=False),
    Column("state", String(32), nullable=False),
    Column("version", Integer, nullable=False),
    Column("filed_ms", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("archive_code", "client_key", name="cases_client_key"),
    Index("cases_by_state", "archive_code", "state", "filed_ms"),
)

work = Table(
    "work",
    metadata,
    Column("case_no", String(40), primary_key=True),
    Column("holder_archive", String(6), primary_key=True),
    Column("state", String(32), nullable=False),
    Column("version", Integer, nullable=False),
    Column("deadline_ms", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("work_by_state", "state", "holder_archive", "deadline_ms"),
)

issuances = Table(
    "issuances",
    metadata,
    Column("release_id", String(36), primary_key=True),
    Column("case_no", String(40), nullable=False),
    Column("holder_archive", String(6), nullable=False),
    Column("step", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("due_ms", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("issuances_due", "step", "due_ms"),
)

events = Table(
    "events",
    metadata,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("case_no", String(40), nullable=False),
    Column("archive_code", String(6), nullable=False),
    Column("desk", String(8), nullable=False),
    Column("state", String(32), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("code", String(40), nullable=False),
    Index("events_by_case", "case_no", "desk", "archive_code", "sequence"),
    Index("events_by_time", "archive_code", "at_ms"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("message_id", String(36), primary_key=True),
    Column("state", String(8), nullable=False),
    Column("due_ms", BigInteger, nullable=False),
    Column("lease_ms", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("outbox_due", "state", "due_ms"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("sender", String(32), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("case_no", String(40), nullable=False),
    Column("holder_archive", String(6), nullable=False),
    Column("in_reply_to", String(64), nullable=False),
    Column("envelope_id", String(64), nullable=False),
    Column("receipt", LargeBinary, nullable=False),
    UniqueConstraint(
        "sender", "kind", "case_no", "holder_archive", "in_reply_to", name="inbox_once"
    ),
)

tokens = Table(
    "act_tokens",
    metadata,
    Column("issuer", String(32), primary_key=True),
    Column("jti", String(64), primary_key=True),
    Column("expires_ms", BigInteger, nullable=False),
)

counters = Table(
    "counters",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

released_files = Table(
    "released_files",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("case_no", String(40), primary_key=True),
    Column("node_id", String(32), primary_key=True),
    Column("holder_archive", String(6), nullable=False),
)

statements = Table(
    "statements",
    metadata,
    Column("archive_code", String(6), primary_key=True),
    Column("envelope_id", String(64), primary_key=True),
    Column("case_no", String(40), nullable=False),
    Column("name", String(16), nullable=False),
    Column("payload_type", String(120), nullable=False),
    Column("idx", BigInteger, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=True),
    Index("statements_of_case", "case_no", "archive_code"),
)

papers = Table(
    "papers",
    metadata,
    Column("paper_id", String(36), primary_key=True),
    Column("case_no", String(40), nullable=False),
    Column("archive_code", String(6), nullable=False),
    Column("version", Integer, nullable=False),
    Column("drawn", Integer, nullable=False),
    Column("ordered_ms", BigInteger, nullable=False),
    Column("posted", String(16), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("papers_of_case", "case_no", "ordered_ms"),
    Index("papers_undrawn", "drawn", "ordered_ms"),
    Index("papers_posted", "archive_code", "posted"),
)

officers = Table(
    "officers",
    metadata,
    Column("officer_id", String(32), primary_key=True),
    Column("archive_code", String(6), nullable=False),
    Column("user_name", String(32), nullable=False),
    Column("code_step", BigInteger, nullable=False),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("locked_ms", BigInteger, nullable=False, server_default="0"),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("archive_code", "user_name", name="officers_user"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_sha256", String(64), primary_key=True),
    Column("officer_id", String(32), nullable=False),
    Column("seen_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
)


SEALED = (cases, work, issuances, outbox, statements, papers, officers)
"""Tables whose `body` is sealed to its row; what the other columns hold is about nobody."""


def count_tries_in_columns(connection: Connection) -> None:
    """Version 1 to 2: wrong passwords are counted in columns, where counting is atomic."""
    for name, type_ in (("failures", "INTEGER"), ("locked_ms", "BIGINT")):
        column = f"ALTER TABLE officers ADD COLUMN {name} {type_} NOT NULL DEFAULT 0"
        connection.execute(text(column))


def keep_statements(connection: Connection) -> None:
    """Version 2 to 3: signed statements are kept beside the cases that they are about."""
    statements.create(connection)


def find_events_by_time(connection: Connection) -> None:
    """Version 3 to 4: the supervisor's figures ask for the events of a period."""
    connection.execute(text("CREATE INDEX events_by_time ON events (archive_code, at_ms)"))


def keep_papers(connection: Connection) -> None:
    """Version 4 to 5: office papers and their postings are kept beside the cases."""
    papers.create(connection)
