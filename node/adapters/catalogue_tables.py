"""Tables of the catalogue, the one place that names their columns.

A dictionary of distinct normalised names, people pointing at it: further keys of a name (readings,
shapes) hang on the dictionary, not on the people, whose table is thirty times larger. `person` is
clustered on what a search has in hand: name, shelf, year (performance.md B).
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
)

SCHEMA_NAME = "node-catalogue"
SCHEMA_VERSION = 1

metadata = MetaData()

_ID = BigInteger().with_variant(Integer, "sqlite")

shelf = Table(
    "shelf",
    metadata,
    Column("shelf_id", Integer, primary_key=True, autoincrement=True),
    Column("archive_code", String(6), nullable=False),
    Column("category", String(40), nullable=False),
    Column("entries", Integer, nullable=False),
    Column("people", Integer, nullable=False),
    Column("first_year", Integer, nullable=False),
    Column("last_year", Integer, nullable=False),
    Column("index_version", Integer, nullable=False),
    UniqueConstraint("archive_code", "category", name="shelf_of_archive"),
)

entry = Table(
    "entry",
    metadata,
    Column("entry_id", _ID, primary_key=True, autoincrement=False),
    Column("shelf_id", Integer, nullable=False),
    Column("archive_code", String(6), nullable=False),
    Column("reference_code", String(64, collation="C").with_variant(String(64), "sqlite"),
           nullable=False),
    Column("is_hidden", Boolean, nullable=False),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("archive_code", "reference_code", name="entry_by_code"),
)  # fmt: skip
"""`body` is the whole entry as JSON."""

name = Table(
    "name",
    metadata,
    Column("name_id", _ID, primary_key=True, autoincrement=False),
    Column("normal", String(50, collation="C").with_variant(String(50), "sqlite"),
           nullable=False, unique=True),
)  # fmt: skip

name_key = Table(
    "name_key",
    metadata,
    Column("sound_key", BigInteger, primary_key=True, autoincrement=False),
    Column("name_id", _ID, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""Names that sound alike share a key of records/name_keys.py."""

person = Table(
    "person",
    metadata,
    Column("name_id", _ID, primary_key=True, autoincrement=False),
    Column("shelf_id", Integer, primary_key=True, autoincrement=False),
    Column("year", SmallInteger, primary_key=True, autoincrement=False),
    Column("entry_id", _ID, primary_key=True, autoincrement=False),
    Column("role", SmallInteger, primary_key=True, autoincrement=False),
    Column("other_name_id", _ID, nullable=False),
    Column("birth_from", Integer),
    Column("birth_to", Integer),
    sqlite_with_rowid=False,
)
"""`role` is the position in the category's people, plus `FORMER_NAME` under a former name; births
are day ordinals."""

FORMER_NAME = 100

id_number = Table(
    "id_number",
    metadata,
    Column("normal", String(18), primary_key=True),
    Column("shelf_id", Integer, primary_key=True, autoincrement=False),
    Column("entry_id", _ID, primary_key=True, autoincrement=False),
    Column("role", SmallInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

certificate_number = Table(
    "certificate_number",
    metadata,
    Column("number_key", String(80, collation="C").with_variant(String(80), "sqlite"),
           primary_key=True),
    Column("shelf_id", Integer, primary_key=True, autoincrement=False),
    Column("entry_id", _ID, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)  # fmt: skip

batch = Table(
    "batch",
    metadata,
    Column("batch_id", String(40), primary_key=True),
    Column("archive_code", String(6), nullable=False),
    Column("category", String(40), nullable=False),
    Column("file_sha256", String(64), nullable=False),
    Column("rows", Integer, nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("warned", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("handled_by", String(40), nullable=False),
    Column("approved_by", String(40), nullable=False),
    Index("batch_by_file", "archive_code", "category", "file_sha256"),
)
