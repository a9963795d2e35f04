"""Every status list that an archive ever signed: number, digest, time. Rows are only added."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    LargeBinary,
    MetaData,
    Row,
    String,
    Table,
    insert,
    select,
)
from sqlalchemy.exc import IntegrityError

from certificate_service.domain.reasons import STATUS_LIST_BAD
from certificate_service.ports import SignedList
from records.refusal import Refusal
from trust.store.engine import transaction
from trust.store.schema import ensure_schema

SCHEMA_NAME, SCHEMA_VERSION = "certificate_status_journal", 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_metadata = MetaData()
_list = Table(
    "certificate_status_list",
    _metadata,
    Column("archive_code", String(6), primary_key=True),
    Column("sequence", BigInteger, primary_key=True),
    Column("signed_ms", BigInteger, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
)


class SQLStatusJournal:
    """`StatusJournal` in a database; every method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        """Make sure that the table is there.

        Raises:
            Refusal: STORE_VERSION, STORE_BUSY.
        """
        ensure_schema(engine, _metadata, SCHEMA_NAME, SCHEMA_VERSION)
        self._engine = engine

    def last(self, archive_code: str) -> SignedList | None:
        """The list of the highest sequence, or None."""
        query = select(_list).where(_list.c.archive_code == archive_code)
        with self._engine.connect() as connection:
            row = connection.execute(query.order_by(_list.c.sequence.desc()).limit(1)).first()
        return None if row is None else _signed(row)

    def since(self, archive_code: str, after: int, most: int) -> tuple[SignedList, ...]:
        """Lists with higher numbers, lowest first."""
        mine = (_list.c.archive_code == archive_code) & (_list.c.sequence > after)
        query = select(_list).where(mine).order_by(_list.c.sequence).limit(most)
        with self._engine.connect() as connection:
            return tuple(_signed(row) for row in connection.execute(query))

    def add(self, archive_code: str, signed: SignedList) -> None:
        """The list is written down; a sequence is used once.

        Raises:
            Refusal: STATUS_LIST_BAD when another process used the sequence.
        """
        values = {
            "archive_code": archive_code,
            "sequence": signed.sequence,
            "signed_ms": (signed.signed_at - _EPOCH) // timedelta(milliseconds=1),
            "sha256": signed.sha256,
        }
        try:
            with transaction(self._engine) as connection:
                connection.execute(insert(_list).values(values))
        except IntegrityError as error:
            raise Refusal(STATUS_LIST_BAD, f"sequence {signed.sequence} is taken") from error


def _signed(row: Row[tuple[str, int, int, bytes]]) -> SignedList:
    signed_at = _EPOCH + timedelta(milliseconds=row.signed_ms)
    return SignedList(sequence=row.sequence, signed_at=signed_at, sha256=bytes(row.sha256))
