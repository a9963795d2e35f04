"""Tables of witnessing: append-only by use; what lies here is signed by others."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

SCHEMA = "federation_registry_witness"
VERSION = 1

metadata = MetaData()

checkpoints = Table(
    "witness_checkpoints",
    metadata,
    Column("origin", String(200), primary_key=True),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("old_size", BigInteger, nullable=False),
    Column("proof", LargeBinary, nullable=False),
    Column("note", Text, nullable=False),
    Column("log_key", LargeBinary, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
)

cosignatures = Table(
    "witness_cosignatures",
    metadata,
    Column("origin", String(200), primary_key=True),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("witness", String(32), primary_key=True),
    Column("line", Text, nullable=False),
    Column("witness_key", LargeBinary, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)

contradictions = Table(
    "witness_contradictions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("origin", String(200), nullable=False, index=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("known", Text, nullable=False),
    Column("other", Text, nullable=False),
    Column("reported_by", String(32), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
