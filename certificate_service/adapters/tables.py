"""Tables of the register. Page images are kept only between Prepare and Issue."""

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

SCHEMA_NAME = "certificate_register"
SCHEMA_VERSION = 2

metadata = MetaData()

release = Table(
    "certificate_release",
    metadata,
    Column("release_id", String(36), primary_key=True),
    Column("order_id", String(64), nullable=False),
    Column("archive_code", String(6), nullable=False),
    Column("number", String(18), nullable=False, unique=True),
    Column("order_json", LargeBinary, nullable=False),
    Column("appointments_json", Text, nullable=False),
    Column("log_key_json", LargeBinary, nullable=False),
    Column("code", String(10), nullable=False),
    Column("certificate_id", LargeBinary, nullable=False),
    Column("leaf_index", BigInteger, nullable=False),
    Column("status_index", Integer, nullable=False),
    Column("token", LargeBinary, nullable=False),
    Column("issued_ms", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("replaced_by", String(18), nullable=False),
    Column("certificate_proof", Text, nullable=False),
    Column("file_sha256", LargeBinary, nullable=False),
    UniqueConstraint("archive_code", "status_index"),
)

release_leaf = Index("certificate_release_leaf", release.c.archive_code, release.c.leaf_index)
"""Publishing reads an archive's releases by ranges of its log."""


def add_release_leaf(connection: Connection) -> None:
    """Version 1 to 2: the index is there."""
    release_leaf.create(connection, checkfirst=True)


image = Table(
    "certificate_image",
    metadata,
    Column("release_id", ForeignKey(release.c.release_id), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

file = Table(
    "certificate_file",
    metadata,
    Column("release_id", ForeignKey(release.c.release_id), primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

status_order = Table(
    "certificate_status_order",
    metadata,
    Column("number", String(18), primary_key=True),
    Column("order_json", LargeBinary, nullable=False),
)

appointment = Table(
    "certificate_appointment",
    metadata,
    Column("officer_id", String(23), primary_key=True),
    Column("archive_code", String(6), nullable=False, index=True),
    Column("sequence", BigInteger, nullable=False),
    Column("envelope_json", LargeBinary, nullable=False),
)
