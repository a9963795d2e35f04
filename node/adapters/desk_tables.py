"""Tables of the pages: what is typed but not sent, locked screens, paired devices.

Nothing here is a record of a case: losing these tables loses comfort, never a fact.
"""

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
    delete,
)

from node.domain.drafts import FILING
from trust.store.schema import ensure_schema

SCHEMA_NAME = "node-desk"
SCHEMA_VERSION = 2

metadata = MetaData()

drafts = Table(
    "desk_drafts",
    metadata,
    Column("officer_id", String(32), primary_key=True),
    Column("draft_id", String(64), primary_key=True),
    Column("saved_ms", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("desk_drafts_by_age", "officer_id", "saved_ms"),
)

locked = Table(
    "desk_locked",
    metadata,
    Column("token_sha256", String(64), primary_key=True),
    Column("locked_ms", BigInteger, nullable=False),
)

held = Table(
    "desk_held",
    metadata,
    Column("case_no", String(40), primary_key=True),
    Column("holder_archive", String(6), primary_key=True),
    Column("officer_id", String(32), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("due_ms", BigInteger, nullable=False),
    Column("failed", String(40), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("desk_held_due", "failed", "due_ms"),
)

devices = Table(
    "desk_devices",
    metadata,
    Column("device_id", String(32), primary_key=True),
    Column("archive_code", String(6), nullable=False),
    Column("name", String(80), nullable=False),
    Column("public_key", String(44), nullable=False),
    Column("paired_by", String(32), nullable=False),
    Column("paired_ms", BigInteger, nullable=False),
    Column("ended_ms", BigInteger, nullable=False),
)

challenges = Table(
    "desk_challenges",
    metadata,
    Column("challenge", String(64), primary_key=True),
    Column("officer_id", String(32), nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    Column("used", Integer, nullable=False),
)


def ensure_desk_tables(engine: Engine) -> None:
    """The tables exist at this version. Raises Refusal: STORE_VERSION, STORE_BUSY."""
    ensure_schema(engine, metadata, SCHEMA_NAME, SCHEMA_VERSION, {1: _forget_named_forms})


def _forget_named_forms(connection: Connection) -> None:
    """Forms that were kept under a readable name, or an unkeyed digest, are gone (decision 1321).

    Applications that are not yet filed have names that say nothing: they stay.
    """
    connection.execute(delete(drafts).where(~drafts.c.draft_id.startswith(FILING)))
