"""Tables of the citizens' letter box, a store of its own, and of the node's ledger beside cases.

The box may stand in another zone than the node: everything that says something about a person is
sealed before it gets here.
"""

from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary, MetaData, String, Table

BOX_SCHEMA = "citizen-box"
COUNT_SCHEMA = "citizen-box-counts"
LEDGER_SCHEMA = "node-citizens"
VERSION = 1

box_metadata = MetaData()
count_metadata = MetaData()
ledger_metadata = MetaData()

_ID = BigInteger().with_variant(Integer, "sqlite")

drafts = Table(
    "citizen_draft",
    box_metadata,
    Column("locator", String(64), primary_key=True),
    Column("saved_ms", BigInteger, nullable=False, index=True),
    Column("body", LargeBinary, nullable=False),
)

papers = Table(
    "citizen_paper",
    box_metadata,
    Column("paper_id", String(32), primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

filings = Table(
    "citizen_filing",
    box_metadata,
    Column("filing_id", String(32), primary_key=True),
    Column("code_locator", String(64), nullable=False, unique=True),
    Column("person_locator", String(64), nullable=False, index=True),
    Column("by_code", LargeBinary, nullable=False),
    Column("by_person", LargeBinary, nullable=False),
    Column("filed_ms", BigInteger, nullable=False),
    Column("view", LargeBinary, nullable=False),
    Column("ended_ms", BigInteger, nullable=False),
    Column("received", Boolean, nullable=False),
)
"""`ended_ms` is 0 while the case goes on."""

letters = Table(
    "citizen_letter",
    box_metadata,
    Column("seq", _ID, primary_key=True, autoincrement=True),
    Column("message_id", String(80), nullable=False),
    Column("sender", String(64), nullable=False),
    Column("recipient", String(64), nullable=False),
    Column("suite", String(64), nullable=False),
    Column("kid", String(16), nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
)

files = Table(
    "citizen_file",
    box_metadata,
    Column("filing_id", String(32), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

counts = Table(
    "citizen_count",
    count_metadata,
    Column("day", String(10), primary_key=True),
    Column("mark", String(64), primary_key=True),
    Column("amount", BigInteger, nullable=False),
)
"""How much of what in a day; `mark` is a keyed digest (`node.domain.citizen_limits`)."""

ledger = Table(
    "citizen_case",
    ledger_metadata,
    Column("filing_id", String(32), primary_key=True),
    Column("archive_code", String(6), nullable=False),
    Column("filer", String(40), nullable=False),
    Column("case_no", String(40), nullable=False, index=True),
    Column("delivery", String(16), nullable=False),
    Column("view_key", LargeBinary, nullable=False),
)
"""`view_key` is sealed under the node's own secret."""

cursors = Table(
    "citizen_cursor",
    ledger_metadata,
    Column("name", String(16), primary_key=True),
    Column("sequence", BigInteger, nullable=False),
)
