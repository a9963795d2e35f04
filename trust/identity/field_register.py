"""Which field keys a database was sealed with: numbers and fingerprints, never a key.

A database that comes without its keys, or with those of another, is refused when it is opened, and
not at the first citizen's case. A key that was destroyed stays known as gone.
"""

from collections.abc import Callable

from sqlalchemy import Column, Engine, Integer, MetaData, String, Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from records.refusal import Refusal
from trust.envelope.reasons import KEY_FILE_EXISTS
from trust.store import reasons
from trust.store.engine import transaction
from trust.store.schema import ensure_schema
from trust.store.sealed_fields import FieldKeys, SealedFields

SCHEMA_NAME = "node-field-keys"
SCHEMA_VERSION = 1

metadata = MetaData()

field_keys = Table(
    "field_keys",
    metadata,
    Column("kid", Integer, primary_key=True, autoincrement=False),
    Column("fingerprint", String(16), nullable=False),
)


def open_fields(engine: Engine, keys: FieldKeys, random: Callable[[int], bytes]) -> SealedFields:
    """Seals and opens the fields of that database; the first key is made where there is none.

    Raises:
        Refusal: FIELD_KEY_MISSING, FIELD_KEY_MALFORMED for keys of another database, and the
            refusals of keys and store.
    """
    ensure_schema(engine, metadata, SCHEMA_NAME, SCHEMA_VERSION)
    if not keys.load() and not _known(engine):
        try:
            keys.add()
        except Refusal as refusal:
            if refusal.code != KEY_FILE_EXISTS.code:
                raise
    fields = SealedFields(keys, random)
    register(engine, fields)
    return fields


def register(engine: Engine, fields: SealedFields) -> None:
    """Every key of `fields` is known to the database as the key of its number.

    Raises:
        Refusal: FIELD_KEY_MISSING, FIELD_KEY_MALFORMED.
    """
    here, known = fields.fingerprints(), _known(engine)
    if here != known:
        with transaction(engine) as connection:
            insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
            new = [{"kid": kid, "fingerprint": said} for kid, said in here.items()]
            connection.execute(insert(field_keys).on_conflict_do_nothing(), new)
        known = _known(engine)
    for kid, fingerprint in known.items():
        if kid not in here:
            raise Refusal(reasons.FIELD_KEY_MISSING, f"key {kid}")
        if here[kid] != fingerprint:
            raise Refusal(reasons.FIELD_KEY_MALFORMED, f"key {kid}")


def forget(engine: Engine, kid: int) -> None:
    """The database no longer needs that key: nothing in it is sealed with it."""
    with transaction(engine) as connection:
        connection.execute(delete(field_keys).where(field_keys.c.kid == kid))


def _known(engine: Engine) -> dict[int, str]:
    with engine.connect() as connection:
        rows = connection.execute(select(field_keys.c.kid, field_keys.c.fingerprint))
        return {int(kid): str(fingerprint) for kid, fingerprint in rows}
