"""Tables of the catalogue, the one place that names their columns.

A dictionary of distinct normalised names, people pointing at it: further keys of a name (readings,
shapes) hang on the dictionary, not on the people, whose table is thirty times larger. `person` is
clustered on what a search has in hand: name, shelf, birth (performance.md B).
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
from sqlalchemy.types import TypeEngine

SCHEMA_NAME = "node-catalogue"
SCHEMA_VERSION = 2

metadata = MetaData()

_ID = BigInteger().with_variant(Integer, "sqlite")


def _text(length: int) -> TypeEngine[str]:
    """Text in the order of its bytes on both engines."""
    return String(length, collation="C").with_variant(String(length), "sqlite")


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
    Column("last_entry_id", BigInteger, nullable=False, default=0),
    UniqueConstraint("archive_code", "category", name="shelf_of_archive"),
)
"""Entries above `last_entry_id` belong to an import that is not complete: no search sees them."""

entry = Table(
    "entry",
    metadata,
    Column("entry_id", _ID, primary_key=True, autoincrement=False),
    Column("shelf_id", Integer, nullable=False),
    Column("reference_code", _text(64), nullable=False),
    Column("is_hidden", Boolean, nullable=False),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("reference_code", "shelf_id", name="entry_by_code"),
)
"""`body` is the whole entry, as `catalogue_rows` packs it."""

name = Table(
    "name",
    metadata,
    Column("name_id", _ID, primary_key=True, autoincrement=False),
    Column("normal", _text(50), nullable=False, unique=True),
)

name_key = Table(
    "name_key",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("sign", Integer, primary_key=True, autoincrement=False),
    Column("name_id", _ID, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""Names that are near each other share a key of records/name_keys.py."""

name_sign = Table(
    "name_sign",
    metadata,
    Column("place", SmallInteger, primary_key=True, autoincrement=False),
    Column("sign", Integer, primary_key=True, autoincrement=False),
    Column("people", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""How many people bear that character first in their name (place 0), or after it (1)."""

person = Table(
    "person",
    metadata,
    Column("name_id", _ID, primary_key=True, autoincrement=False),
    Column("shelf_id", Integer, primary_key=True, autoincrement=False),
    Column("born", Integer, primary_key=True, autoincrement=False),
    Column("entry_id", _ID, primary_key=True, autoincrement=False),
    Column("role", SmallInteger, primary_key=True, autoincrement=False),
    Column("other_name_id", _ID, nullable=False),
    Column("born_days", SmallInteger, nullable=False),
    Column("year", SmallInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""`role` is the position in the category's people, plus `FORMER_NAME` under a former name; `born`
is the ordinal of the earliest day of birth, 0 = unknown, and `born_days` how many days later it
may have been; `year` is that of the event."""

FORMER_NAME = 100

id_number = Table(
    "id_number",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("shelf_id", Integer, primary_key=True, autoincrement=False),
    Column("entry_id", _ID, primary_key=True, autoincrement=False),
    Column("role", SmallInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""`number` is the first seventeen digits; the eighteenth is computed from them."""

certificate_number = Table(
    "certificate_number",
    metadata,
    Column("number_key", BigInteger, primary_key=True, autoincrement=False),
    Column("shelf_id", Integer, primary_key=True, autoincrement=False),
    Column("entry_id", _ID, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""`number_key` is 48 bits of the normalised number; weighing compares the numbers themselves."""

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
