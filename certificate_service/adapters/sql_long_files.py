"""Longer forms of issued files and the flags of those that wait, on SQLAlchemy Core.

Tables of their own: the register's rows, and the file as issued, are never touched by a worker.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.sql.elements import ColumnElement

from certificate_service.long_term_ports import Waiting
from trust.store.engine import transaction
from trust.store.schema import ensure_schema

SCHEMA_NAME, SCHEMA_VERSION = "certificate_long_term", 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_metadata = MetaData()
_flag = Table(
    "certificate_waiting",
    _metadata,
    Column("release_id", String(36), primary_key=True),
    Column("level", String(3), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("due_ms", BigInteger, nullable=False, index=True),
    Column("reason", String(64), nullable=False),
)
_file = Table(
    "certificate_long_file",
    _metadata,
    Column("release_id", String(36), primary_key=True),
    Column("level", String(3), nullable=False),
    Column("kept_ms", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
)


class SQLLongFiles:
    """`LongFiles` in a database; every method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        """Make sure that the tables are there.

        Raises:
            Refusal: STORE_VERSION, STORE_BUSY.
        """
        ensure_schema(engine, _metadata, SCHEMA_NAME, SCHEMA_VERSION)
        self._engine = engine

    def want(self, release_id: str, level: str, now: datetime) -> None:
        """The certificate is flagged; flagging it again changes nothing."""
        query = select(_flag.c.release_id).where(_flag.c.release_id == release_id)
        with transaction(self._engine) as connection:
            if connection.execute(query).first() is None:
                values = {"release_id": release_id, "level": level, "due_ms": _ms(now)}
                connection.execute(insert(_flag).values(values | {"tries": 0, "reason": ""}))

    def due(self, now: datetime, most: int) -> tuple[Waiting, ...]:
        """Flagged certificates whose next try is due, longest waiting first."""
        return tuple(self._waiting(_flag.c.due_ms <= _ms(now), most))

    def find(self, release_id: str) -> Waiting | None:
        """That flag, if it is still there."""
        return next(self._waiting(_flag.c.release_id == release_id, 1), None)

    def waiting(self) -> tuple[Waiting, ...]:
        """Every flagged certificate."""
        return tuple(self._waiting(_flag.c.due_ms >= 0, None))

    def postpone(self, release_id: str, due_at: datetime, reason: str) -> None:
        """The next try is at that instant; one more try is counted."""
        with transaction(self._engine) as connection:
            connection.execute(
                update(_flag)
                .where(_flag.c.release_id == release_id)
                .values(due_ms=_ms(due_at), reason=reason[:64], tries=_flag.c.tries + 1)
            )

    def keep(self, release_id: str, pdf: bytes, level: str, now: datetime) -> None:
        """The longer form is kept; at LTA the flag is gone, in the same transaction."""
        row = {"release_id": release_id, "level": level, "kept_ms": _ms(now), "body": pdf}
        with transaction(self._engine) as connection:
            connection.execute(delete(_file).where(_file.c.release_id == release_id))
            connection.execute(insert(_file).values(row))
            where = _flag.c.release_id == release_id
            if level == "LTA":
                connection.execute(delete(_flag).where(where))
            else:
                connection.execute(update(_flag).where(where).values(level=level))

    def file(self, release_id: str) -> bytes | None:
        """The newest longer form, if there is one."""
        query = select(_file.c.body).where(_file.c.release_id == release_id)
        with self._engine.connect() as connection:
            body = connection.execute(query).scalar_one_or_none()
        return None if body is None else bytes(body)

    def kept_at(self, release_id: str) -> datetime | None:
        """When that form was kept."""
        query = select(_file.c.kept_ms).where(_file.c.release_id == release_id)
        with self._engine.connect() as connection:
            kept = connection.execute(query).scalar_one_or_none()
        return None if kept is None else _instant(int(kept))

    def _waiting(self, where: ColumnElement[bool], most: int | None) -> Iterator[Waiting]:
        query = select(_flag).where(where).order_by(_flag.c.due_ms, _flag.c.release_id)
        with self._engine.connect() as connection:
            for row in connection.execute(query.limit(most)):
                yield Waiting(
                    release_id=row.release_id,
                    level=row.level,
                    tries=row.tries,
                    due_at=_instant(row.due_ms),
                    reason=row.reason,
                )


def _ms(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _instant(ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=ms)
