"""Tables of the post: sealed bytes, ids and replies. Bodies of replies are signed statements."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table

SCHEMA = "node_post"
VERSION = 1

metadata = MetaData()

outgoing = Table(
    "post_outgoing",
    metadata,
    Column("message_id", String(36), primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("origin", String(200), nullable=False),
    Column("sender", String(32), nullable=False),
    Column("recipient", String(32), nullable=False),
    Column("suite", String(64), nullable=False),
    Column("kid", String(16), nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("carried_ms", BigInteger, nullable=False),
    Column("settled", Integer, nullable=False),
    Index("post_outgoing_origin", "origin"),
    Index("post_outgoing_waiting", "settled", "carried_ms", "number"),
)

seen = Table(
    "post_seen",
    metadata,
    Column("sender", String(32), primary_key=True),
    Column("message_id", String(36), primary_key=True),
    Column("via", String(32), nullable=False),
    Column("told", Integer, nullable=False),
    Column("token", String(100), unique=True),
    Column("at_ms", BigInteger, nullable=False),
    Index("post_seen_untold", "via", "told"),
)

replies = Table(
    "post_replies",
    metadata,
    Column("message_id", String(36), primary_key=True),
    Column("in_reply_to", String(36), nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Index("post_replies_to", "in_reply_to", "offset"),
)

batches = Table(
    "post_batches",
    metadata,
    Column("participant_id", String(32), primary_key=True),
    Column("written", BigInteger, nullable=False),
    Column("read", BigInteger, nullable=False),
)
