"""Tables of the registry. None of them holds anything about a citizen.

Officers appear by pseudonym. Parts are never changed: a newer one takes the place of an older one
by the flag `in_force`, and both can still be fetched by hash.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    text,
)

SCHEMA = "federation_registry"
VERSION = 2

metadata = MetaData()

parts = Table(
    "registry_parts",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("subject", String(128), nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("owner", String(128), nullable=False),
    Column("envelope_id", String(64), nullable=False),
    Column("envelope", LargeBinary, nullable=False),
    Column("in_force", Boolean, nullable=False),
    Column("published_at", DateTime(timezone=True), nullable=False),
    Column("version", Integer, nullable=False),
)
"""`version`: content version that first listed the part."""

Index(
    "registry_parts_one_in_force",
    parts.c.kind,
    parts.c.subject,
    unique=True,
    sqlite_where=text("in_force"),
    postgresql_where=text("in_force"),
)

Index("registry_parts_by_version", parts.c.version)

listings = Table(
    "registry_listings",
    metadata,
    Column("section", String(32), primary_key=True),
    Column("sha256", String(64), primary_key=True),
)
"""Which section lists which part in force; an agreement stands in several."""

Index("registry_listings_by_part", listings.c.sha256)

tree = Table(
    "registry_tree",
    metadata,
    Column("level", String(8), primary_key=True),
    Column("entry", String(32), primary_key=True),
    Column("group", String(2), nullable=False, index=True),
    Column("sha256", String(64), nullable=False),
)
"""Hash of the newest list of each section, group and of the root (entry "")."""

touched = Table(
    "registry_touched",
    metadata,
    Column("section", String(32), primary_key=True),
)
"""Sections that changed since their list was written last."""

lists = Table(
    "registry_lists",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("outdated_at", DateTime(timezone=True), index=True),
)
"""Lists by hash; an outdated one is still fetched by whoever is reading under an older head."""

directory = Table(
    "registry_directory",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("head_version", Integer, nullable=False),
    Column("head_issued_at", DateTime(timezone=True)),
    Column("head", LargeBinary),
)
"""One row, id 1: its lock is the queue of all writers."""

denials = Table(
    "registry_denials",
    metadata,
    Column("participant_id", String(64), primary_key=True),
    Column("reason", String(200), nullable=False),
    Column("ordered_by", String(64), nullable=False),
    Column("ordered_at", DateTime(timezone=True), nullable=False),
)

enrolments = Table(
    "registry_enrolments",
    metadata,
    Column("enrolment_id", String(32), primary_key=True),
    Column("token_sha256", String(64), nullable=False, unique=True),
    Column("participant", String(256), nullable=False),
    Column("invited_by", String(64), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("state", String(16), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("sign_public_key", LargeBinary, nullable=False),
    Column("decided_by", String(64), nullable=False),
    Column("csr_pem", LargeBinary, nullable=False),
    Column("chain_pem", LargeBinary, nullable=False),
    Column("received_at", DateTime(timezone=True)),
)

Index(
    "registry_enrolments_one_open",
    enrolments.c.participant,
    unique=True,
    sqlite_where=text("state = 'open'"),
    postgresql_where=text("state = 'open'"),
)

certificates = Table(
    "registry_certificates",
    metadata,
    Column("certificate_sha256", String(64), primary_key=True),
    Column("spki_sha256", String(64), nullable=False, unique=True),
    Column("participant", String(256), nullable=False, index=True),
    Column("not_after", DateTime(timezone=True), nullable=False),
    Column("revoked", Boolean, nullable=False),
)

acts = Table(
    "registry_acts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("act", String(32), nullable=False),
    Column("subject", String(256), nullable=False),
    Column("officer", String(64), nullable=False),
)
"""Who did what to whom: written in the transaction of the act, never changed."""
