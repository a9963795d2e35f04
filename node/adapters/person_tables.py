"""Which keys of digests of people this database needs: numbers and fingerprints, never a key.

A row says: digests under that key may lie in the tables. Version 0 are those from before there was
a key of their own. Everything is read and written inside the caller's transaction.
"""

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    exists,
    func,
    insert,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from node.adapters.case_tables import counters
from node.adapters.duty_tables import lookups
from node.adapters.rights_tables import accesses, parties
from records.refusal import Refusal
from trust.envelope.reasons import KEY_FILE_EXISTS
from trust.store import reasons
from trust.store.engine import transaction
from trust.store.person_digests import UNVERSIONED, PersonDigests, prefix_of
from trust.store.schema import ensure_schema
from trust.store.sealed_fields import FieldKeys

SCHEMA_NAME = "node-person-keys"
SCHEMA_VERSION = 1
QUESTIONS = "access/"
"""Counters of how often a person asked today: access/<digest>/<day>."""

metadata = MetaData()

person_keys = Table(
    "person_keys",
    metadata,
    Column("kid", Integer, primary_key=True, autoincrement=False),
    Column("fingerprint", String(16), nullable=False),
)

PLACES = (
    (parties, parties.c.person_key),
    (accesses, accesses.c.asker_key),
)
"""Where digests stay for years; those of `lookups` and of the counters live for hours."""


def open_digests(engine: Engine, keys: FieldKeys, secret: bytes) -> PersonDigests:
    """Digests for that database; the first key is made where there is none. The tables exist.

    Raises:
        Refusal: FIELD_KEY_MISSING, FIELD_KEY_MALFORMED for keys of another database, and the
            refusals of keys and store.
    """
    ensure_schema(engine, metadata, SCHEMA_NAME, SCHEMA_VERSION)
    with engine.connect() as connection:
        known = _known(connection)
    if not known:
        return _open_first(engine, keys, secret)
    digests = PersonDigests(keys, secret)
    for kid, fingerprint in known.items():
        if kid != UNVERSIONED and digests.fingerprint(kid) != fingerprint:
            raise Refusal(reasons.FIELD_KEY_MALFORMED, f"person key {kid}")
    return digests


def _open_first(engine: Engine, keys: FieldKeys, secret: bytes) -> PersonDigests:
    """The database knows no key yet: what lies in it was digested without one."""
    if not keys.load():
        try:
            keys.add()
        except Refusal as refusal:
            if refusal.code != KEY_FILE_EXISTS.code:
                raise
    digests = PersonDigests(keys, secret)
    with transaction(engine) as connection:
        if not _known(connection):
            if _has_unversioned(connection):
                register(connection, UNVERSIONED, "")
            newest = digests.load()
            register(connection, newest, digests.fingerprint(newest))
    return digests


def person_kids(connection: Connection) -> tuple[int, ...]:
    """Versions under which digests may lie in the tables, the one that is written first."""
    kids = connection.execute(select(person_keys.c.kid).order_by(person_keys.c.kid.desc()))
    return tuple(kids.scalars())


def register(connection: Connection, kid: int, fingerprint: str) -> None:
    """Digests may be under that key from now on."""
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row = {"kid": kid, "fingerprint": fingerprint}
    connection.execute(make(person_keys).on_conflict_do_nothing(), [row])


def is_other(column: ColumnElement[str], kid: int) -> ColumnElement[bool]:
    """Whether a column holds a digest, and not one under that key."""
    head = prefix_of(kid)
    return (column != "") & (func.substr(column, 1, len(head)) != head)


def is_anywhere(connection: Connection, *, but: int) -> bool:
    """Whether any table holds a digest that is not under that key."""
    found = (
        select(exists().where(is_other(column, but)))
        for column in (*(column for _, column in PLACES), lookups.c.name_key)
    )
    return any(connection.execute(one).scalar() for one in found)


def count_question(connection: Connection, digest: str, day: str) -> int:
    """How often that person has asked today, this time included; other days are forgotten."""
    c = counters.c
    mine = f"{QUESTIONS}{digest}/{day}"
    past = c.name.startswith(QUESTIONS, autoescape=True) & ~c.name.endswith(
        f"/{day}", autoescape=True
    )
    connection.execute(counters.delete().where(past))
    raised = counters.update().where(c.name == mine).values(value=c.value + 1).returning(c.value)
    value = connection.execute(raised).scalar_one_or_none()
    if value is None:
        connection.execute(insert(counters).values(name=mine, value=1))
    return int(value or 1)


def _known(connection: Connection) -> dict[int, str]:
    rows = connection.execute(select(person_keys.c.kid, person_keys.c.fingerprint))
    return {int(kid): str(fingerprint) for kid, fingerprint in rows}


def _has_unversioned(connection: Connection) -> bool:
    """Whether the tables hold digests already: all there are were made without a key of theirs."""
    questions = exists().where(counters.c.name.startswith(QUESTIONS, autoescape=True))
    return is_anywhere(connection, but=UNVERSIONED) or bool(
        connection.execute(select(questions)).scalar()
    )
