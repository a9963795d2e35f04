"""Time-stamp tokens on SQL, beside the logs that they cover."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    LargeBinary,
    MetaData,
    Row,
    String,
    Table,
    Text,
    insert,
    select,
)

from node.adapters.row_values import from_ms, to_ms
from node.adapters.sql_casebook import lock_writers
from node.stamp_ports import KeptStamp
from trust.store.engine import transaction
from trust.store.schema import ensure_schema
from trust.transparency.checkpoint import log_origin, parse_checkpoint
from trust.transparency.leaf import Leaf, decode_leaf, encode_leaf
from trust.transparency.log import TransparencyLog
from trust.transparency.note import parse_note
from trust.transparency.proof import write_proof

SCHEMA_NAME = "node-time-stamps"
SCHEMA_VERSION = 1
LEAF_KIND = "time_stamp"

metadata = MetaData()

stamps = Table(
    "time_stamps",
    metadata,
    Column("archive_code", String(6), primary_key=True),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False),
    Column("token", LargeBinary, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("leaf", BigInteger, nullable=False),
)


class SqlStamps:
    """`StampShelf` on SQL."""

    def __init__(self, engine: Engine, trust_domain: str) -> None:
        """The table exists from now on."""
        self._engine = engine
        self._trust_domain = trust_domain
        self._log = TransparencyLog()
        ensure_schema(engine, metadata, SCHEMA_NAME, SCHEMA_VERSION)

    def newest(self, archive_code: str) -> KeptStamp | None:
        """See `StampShelf.newest`."""
        found = self.list(archive_code, 1)
        return found[0] if found else None

    def covering(self, archive_code: str, index: int) -> KeptStamp | None:
        """See `StampShelf.covering`."""
        c = stamps.c
        nearest = (
            select(stamps)
            .where(c.archive_code == archive_code, c.size > index)
            .order_by(c.size)
            .limit(1)
        )
        with self._engine.connect() as connection:
            row = connection.execute(nearest).first()
        return _stamp(row) if row else None

    def keep(
        self, archive_code: str, note: str, token: bytes, stamped_at: datetime, now: datetime
    ) -> KeptStamp:
        """See `StampShelf.keep`."""
        size = parse_checkpoint(parse_note(note)).size
        said = Leaf(
            ts_ms=to_ms(now),
            kind=LEAF_KIND,
            file_sha256=hashlib.sha256(token).hexdigest(),
            note=str(size),
        )
        with transaction(self._engine) as connection:
            lock_writers(connection)
            leaf = self._log.append(connection, self._origin(archive_code), encode_leaf(said))
            connection.execute(
                insert(stamps).values(
                    archive_code=archive_code,
                    size=size,
                    note=note,
                    token=token,
                    at_ms=to_ms(stamped_at),
                    leaf=leaf,
                )
            )
        return KeptStamp(
            archive_code=archive_code, size=size, note=note, token=token, at=stamped_at, leaf=leaf
        )

    def prove(self, stamp: KeptStamp, index: int) -> str:
        """See `StampShelf.prove`."""
        origin = self._origin(stamp.archive_code)
        with self._engine.connect() as connection:
            path = self._log.inclusion_proof(connection, origin, index, stamp.size)
            leaf = self._log.leaf(connection, origin, index)
        return write_proof(index=index, path=path, checkpoint=stamp.note, leaf=leaf)

    def pending_since(self, archive_code: str) -> datetime | None:
        """See `StampShelf.pending_since`."""
        newest = self.newest(archive_code)
        index = newest.size if newest else 0
        with self._engine.connect() as connection:
            while index < self._log.size(connection, self._origin(archive_code)):
                leaf = decode_leaf(self._leaf(connection, archive_code, index))
                # A leaf about a token says nothing that time could be asked for.
                if leaf.kind != LEAF_KIND:
                    return from_ms(leaf.ts_ms)
                index += 1
        return None

    def list(self, archive_code: str, limit: int) -> Sequence[KeptStamp]:
        """See `StampShelf.list`."""
        c = stamps.c
        newest = select(stamps).where(c.archive_code == archive_code).order_by(c.size.desc())
        with self._engine.connect() as connection:
            return [_stamp(row) for row in connection.execute(newest.limit(limit))]

    def _leaf(self, connection: Connection, archive_code: str, index: int) -> bytes:
        return self._log.leaf(connection, self._origin(archive_code), index)

    def _origin(self, archive_code: str) -> str:
        return log_origin(self._trust_domain, archive_code)


def _stamp(row: Row[Any]) -> KeptStamp:
    return KeptStamp(
        archive_code=row.archive_code,
        size=row.size,
        note=row.note,
        token=bytes(row.token),
        at=from_ms(row.at_ms),
        leaf=row.leaf,
    )
