"""Schemas: tables appear once, carry a version, and only ever move forward."""

from collections.abc import Callable, Mapping

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    insert,
    select,
    text,
    update,
)

from records.refusal import Refusal
from trust.store import reasons
from trust.store.engine import transaction

Migration = Callable[[Connection], None]
"""Brings the tables from one version to the next, inside the caller's transaction."""

_metadata = MetaData()
_versions = Table(
    "lantai_schema",
    _metadata,
    Column("name", String(64), primary_key=True),
    Column("version", Integer, nullable=False),
)
_ADVISORY_LOCK = 0x1A17A1


def ensure_schema(
    engine: Engine,
    metadata: MetaData,
    name: str,
    version: int,
    migrations: Mapping[int, Migration] | None = None,
) -> None:
    """The tables of `metadata` exist at exactly this version; concurrent callers are safe.

    `migrations[n]` brings version n to n + 1. A database that is newer, or older without a
    migration for every step, is refused untouched.

    Raises:
        Refusal: STORE_VERSION, STORE_BUSY.
    """
    with transaction(engine, guarded=False) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:k)"), {"k": _ADVISORY_LOCK})
        _metadata.create_all(connection)
        present = connection.execute(
            select(_versions.c.version).where(_versions.c.name == name)
        ).scalar_one_or_none()
        if present is None:
            metadata.create_all(connection)
            connection.execute(insert(_versions).values(name=name, version=version))
        elif present != version:
            _migrate(connection, name, present, version, migrations or {})


def read_version(engine: Engine, name: str) -> int | None:
    """At which version the tables of that name are; None = they were never made here."""
    with transaction(engine, guarded=False) as connection:
        _metadata.create_all(connection)
        known = select(_versions.c.version).where(_versions.c.name == name)
        return connection.execute(known).scalar_one_or_none()


def _migrate(
    connection: Connection,
    name: str,
    present: int,
    wanted: int,
    migrations: Mapping[int, Migration],
) -> None:
    steps = range(present, wanted)
    if present > wanted or any(step not in migrations for step in steps):
        raise Refusal(reasons.STORE_VERSION, f"{name}: {present} found, {wanted} wanted")
    for step in steps:
        migrations[step](connection)
    connection.execute(update(_versions).where(_versions.c.name == name).values(version=wanted))
