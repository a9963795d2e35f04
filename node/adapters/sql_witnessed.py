"""Proofs under cosigned checkpoints, and status lists in our logs, on SQL; tables of their own."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    MetaData,
    String,
    Table,
    insert,
    select,
)
from sqlalchemy.exc import IntegrityError

from node.adapters import witness_tables
from node.adapters.case_tables import issuances
from node.adapters.row_values import to_ms
from node.adapters.sql_casebook import lock_writers
from node.adapters.witness_tables import standings
from node.witness_ports import ListHead
from trust.store.engine import transaction
from trust.store.schema import ensure_schema
from trust.transparency.checkpoint import log_origin, parse_checkpoint
from trust.transparency.leaf import Leaf, encode_leaf
from trust.transparency.log import TransparencyLog
from trust.transparency.note import parse_note
from trust.transparency.proof import write_proof

SCHEMA_NAME, SCHEMA_VERSION = "node_witnessed", 1
LIST_LEAF = "status_list"
metadata = MetaData()

_told = Table(
    "witnessed_releases",
    metadata,
    Column("release_id", String(36), primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
)
_lists = Table(
    "logged_status_lists",
    metadata,
    Column("archive_code", String(6), primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("sha256", String(64), nullable=False),
    Column("leaf", BigInteger, nullable=False),
)
_alarms = Table(
    "status_list_alarms",
    metadata,
    Column("archive_code", String(6), primary_key=True),
    Column("code", String(40), primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
)


class SqlWitnessedLeaves:
    """`WitnessedLeaves` and `ListBook` on SQL, beside the book of standings."""

    def __init__(self, engine: Engine, trust_domain: str) -> None:
        """The tables exist from now on."""
        self._engine = engine
        self._trust_domain = trust_domain
        self._log = TransparencyLog()
        ensure_schema(engine, metadata, SCHEMA_NAME, SCHEMA_VERSION)
        # A node without a registry asks before anybody has witnessed anything.
        ensure_schema(
            engine, witness_tables.metadata, witness_tables.SCHEMA, witness_tables.VERSION
        )

    def prove(self, archive_code: str, index: int) -> str:
        """See `WitnessedLeaves.prove`."""
        origin = log_origin(self._trust_domain, archive_code)
        wanted = select(standings.c.note).where(standings.c.origin == origin)
        with self._engine.connect() as connection:
            note = connection.execute(wanted).scalar_one_or_none()
            if not note:
                return ""
            size = parse_checkpoint(parse_note(note)).size
            if index >= size:
                return ""
            path = self._log.inclusion_proof(connection, origin, index, size)
            leaf = self._log.leaf(connection, origin, index)
        return write_proof(index=index, path=path, checkpoint=note, leaf=leaf)

    def untold(self, limit: int) -> Sequence[str]:
        """See `WitnessedLeaves.untold`."""
        c = issuances.c
        wanted = (
            select(c.release_id)
            .where(c.step == "confirmed", c.release_id.not_in(select(_told.c.release_id)))
            .order_by(c.due_ms, c.release_id)
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return connection.execute(wanted).scalars().all()

    def told(self, release_id: str, now: datetime) -> None:
        """See `WitnessedLeaves.told`."""
        known = select(_told.c.release_id).where(_told.c.release_id == release_id)
        with transaction(self._engine) as connection:
            if connection.execute(known).first() is None:
                values = {"release_id": release_id, "at_ms": to_ms(now)}
                connection.execute(insert(_told).values(values))

    def last(self, archive_code: str) -> ListHead | None:
        """See `ListBook.last`."""
        c = _lists.c
        newest = select(_lists).where(c.archive_code == archive_code).order_by(c.sequence.desc())
        with self._engine.connect() as connection:
            row = connection.execute(newest.limit(1)).first()
        return None if row is None else ListHead(sequence=row.sequence, sha256=row.sha256)

    def enter(self, archive_code: str, lists: Sequence[ListHead], now: datetime) -> None:
        """See `ListBook.enter`."""
        origin = log_origin(self._trust_domain, archive_code)
        leaves = [
            encode_leaf(
                Leaf(
                    ts_ms=to_ms(now), kind=LIST_LEAF, file_sha256=one.sha256, note=str(one.sequence)
                )
            )
            for one in lists
        ]
        with transaction(self._engine) as connection:
            lock_writers(connection)
            indices = self._log.append_all(connection, origin, leaves)
            rows = [
                {
                    "archive_code": archive_code,
                    "sequence": one.sequence,
                    "sha256": one.sha256,
                    "leaf": index,
                }
                for one, index in zip(lists, indices, strict=True)
            ]
            connection.execute(insert(_lists), rows)

    def alarm(self, archive_code: str, code: str, now: datetime) -> bool:
        """See `ListBook.alarm`."""
        values = {"archive_code": archive_code, "code": code, "at_ms": to_ms(now)}
        try:
            with transaction(self._engine) as connection:
                connection.execute(insert(_alarms).values(values))
        except IntegrityError:
            return False
        return True

    def alarms(self, archive_code: str) -> Sequence[str]:
        """See `ListBook.alarms`."""
        wanted = select(_alarms.c.code).where(_alarms.c.archive_code == archive_code)
        with self._engine.connect() as connection:
            return connection.execute(wanted.order_by(_alarms.c.at_ms)).scalars().all()
