"""Tables of the log. Leaves, nodes and checkpoints are append-only by trigger on both stores.

The triggers stop accidents and careless operators; whoever drops them is caught by `verify_log`
and, when hashes were rewritten too, by the witnessed checkpoints.
"""

from sqlalchemy import (
    DDL,
    BigInteger,
    Column,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    event,
)

SCHEMA_NAME = "log"
SCHEMA_VERSION = 1

metadata = MetaData()

log_head = Table(
    "log_head",
    metadata,
    Column("log_id", String(200), primary_key=True),
    Column("size", BigInteger, nullable=False),
)
log_leaf = Table(
    "log_leaf",
    metadata,
    Column("log_id", String(200), primary_key=True),
    Column("idx", BigInteger, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
)
log_node = Table(
    "log_node",
    metadata,
    Column("log_id", String(200), primary_key=True),
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("idx", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary(32), nullable=False),
)
log_checkpoint = Table(
    "log_checkpoint",
    metadata,
    Column("log_id", String(200), primary_key=True),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False),
    Column("signed_ms", BigInteger, nullable=False),
)

_SQLITE_TRIGGER = (
    "CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb} ON {table} "
    "BEGIN SELECT RAISE(ABORT, 'append only'); END"
)
_POSTGRESQL_FUNCTION = (
    "CREATE OR REPLACE FUNCTION lantai_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'append only'; END $$"
)
_POSTGRESQL_TRIGGER = (
    "CREATE OR REPLACE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
    "FOR EACH {each} EXECUTE FUNCTION lantai_append_only()"
)


def _guard(table: Table, verbs: tuple[str, ...]) -> None:
    """Refuse these verbs on the table, in the store itself."""
    _after(table, _POSTGRESQL_FUNCTION, "postgresql")
    for verb in verbs:
        if verb != "truncate":
            _after(table, _SQLITE_TRIGGER.format(table=table.name, verb=verb), "sqlite")
        each = "STATEMENT" if verb == "truncate" else "ROW"
        statement = _POSTGRESQL_TRIGGER.format(table=table.name, verb=verb, each=each)
        _after(table, statement, "postgresql")


def _after(table: Table, statement: str, dialect: str) -> None:
    """Run the statement when the table is created on that kind of store."""
    ddl: DDL = DDL(statement)  # type: ignore[no-untyped-call]
    event.listen(table, "after_create", ddl.execute_if(dialect=dialect))


for _table in (log_leaf, log_node, log_checkpoint):
    _guard(_table, ("update", "delete", "truncate"))
_guard(log_head, ("delete", "truncate"))
