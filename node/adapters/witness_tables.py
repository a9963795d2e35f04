"""Tables of witnessing at a node."""

from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table, Text

SCHEMA = "node_witness"
VERSION = 1

metadata = MetaData()

cosigned = Table(
    "witness_cosigned",
    metadata,
    Column("origin", String(200), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("note", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)
"""The newest checkpoint of each log that this node watches: what it will compare the next with."""

alarms = Table(
    "witness_alarms",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("origin", String(200), nullable=False),
    Column("code", String(40), nullable=False),
    Column("known", Text, nullable=False),
    Column("shown", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)

standings = Table(
    "witness_standings",
    metadata,
    Column("origin", String(200), primary_key=True),
    Column("sent_size", BigInteger, nullable=False),
    Column("sent_ms", BigInteger, nullable=False),
    Column("witnessed_size", BigInteger, nullable=False),
    Column("witnessed_ms", BigInteger, nullable=False),
    Column("note", Text, nullable=False),
    Column("alarm", String(40), nullable=False),
)
