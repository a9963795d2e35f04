"""Tables of the relay: who, to whom, when, how large a bucket. No key and no plaintext, ever."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

SCHEMA = "federation_registry_relay"
VERSION = 1

metadata = MetaData()

messages = Table(
    "relay_messages",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("sender", String(32), nullable=False),
    Column("message_id", String(36), nullable=False),
    Column("recipient", String(32), nullable=False),
    Column("suite", String(64), nullable=False),
    Column("kid", String(16), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("ciphertext", LargeBinary),
    Column("left_at", DateTime(timezone=True), nullable=False),
    Column("fetched_at", DateTime(timezone=True)),
)
"""`ciphertext` is null once the recipient has acknowledged it; the row still refuses a replay."""

Index("relay_messages_once", messages.c.sender, messages.c.message_id, unique=True)
Index("relay_messages_waiting", messages.c.recipient, messages.c.number)

batches = Table(
    "relay_batches",
    metadata,
    Column("participant_id", String(32), primary_key=True),
    Column("written", BigInteger, nullable=False),
    Column("read", BigInteger, nullable=False),
)
"""Numbers of the newest batch file written for a node, and read from it."""
