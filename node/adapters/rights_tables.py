"""Tables of rights and duties beside the cases: who looked at what.

No column here holds a name or a number: people are keyed digests (`House.person_keys`).
"""

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table

SCHEMA_NAME = "node-access-log"
SCHEMA_VERSION = 1

metadata = MetaData()

accesses = Table(
    "accesses",
    metadata,
    Column("archive_code", String(6), primary_key=True),
    Column("reference_code", String(120), primary_key=True),
    Column("case_no", String(40), primary_key=True),
    Column("kind", String(12), primary_key=True),
    Column("category", String(40), nullable=False),
    Column("requester", String(32), nullable=False),
    Column("asker_key", String(64), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("hidden", Integer, nullable=False),
    Column("released_ms", BigInteger, nullable=False),
    Index("accesses_of_case", "archive_code", "case_no"),
)

parties = Table(
    "record_parties",
    metadata,
    Column("person_key", String(64), primary_key=True),
    Column("archive_code", String(6), primary_key=True),
    Column("reference_code", String(120), primary_key=True),
    Column("role", String(24), nullable=False),
)
