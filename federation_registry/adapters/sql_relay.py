"""The relay on SQL: a message is left once, fetched until it is acknowledged, remembered after."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import Connection, Engine, RowMapping, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from federation_registry.adapters.relay_tables import (
    SCHEMA,
    VERSION,
    batches,
    messages,
    metadata,
)
from federation_registry.domain.relay_reasons import RELAY_FULL, RELAY_OTHER_MESSAGE
from federation_registry.relay_ports import KEPT
from records.refusal import Refusal
from trust.post.sealing import Address, Sealed
from trust.store.engine import transaction
from trust.store.schema import ensure_schema

MOST_WAITING = 10_000
MOST_WAITING_BYTES = 512 * 1024 * 1024


class SqlRelayStore:
    """`RelayStore` on SQL."""

    def __init__(self, engine: Engine) -> None:
        """The tables exist from now on."""
        self._engine = engine
        ensure_schema(engine, metadata, SCHEMA, VERSION)

    def leave(self, sealed: Sealed, now: datetime) -> bool:
        """See `RelayStore.leave`."""
        try:
            with transaction(self._engine) as connection:
                if _is_known(connection, sealed):
                    return False
                _check_room(connection, sealed.address.recipient)
                connection.execute(delete(messages).where(messages.c.fetched_at < now - KEPT))
                connection.execute(insert(messages).values(**_values(sealed, now)))
        except IntegrityError:
            # Another replica took the same message a moment ago.
            with self._engine.connect() as connection:
                return not _is_known(connection, sealed)
        return True

    def acknowledge(self, recipient: str, message_ids: Iterable[str], now: datetime) -> int:
        """See `RelayStore.acknowledge`."""
        theirs = (
            (messages.c.recipient == recipient)
            & messages.c.message_id.in_(list(message_ids))
            & messages.c.ciphertext.is_not(None)
        )
        gone = update(messages).where(theirs).values(ciphertext=None, fetched_at=now)
        with transaction(self._engine) as connection:
            return connection.execute(gone).rowcount

    def waiting(self, recipient: str, limit: int) -> Iterator[Sealed]:
        """See `RelayStore.waiting`."""
        theirs = (messages.c.recipient == recipient) & messages.c.ciphertext.is_not(None)
        numbers = select(messages.c.number).where(theirs).order_by(messages.c.number).limit(limit)
        with self._engine.connect() as connection:
            wanted = list(connection.execute(numbers).scalars())
        # One at a time: a hundred messages of a megabyte are never in memory together.
        for number in wanted:
            found = select(messages).where(messages.c.number == number)
            with self._engine.connect() as connection:
                row = connection.execute(found).mappings().first()
            if row is not None and row["ciphertext"] is not None:
                yield _sealed(row)

    def depths(self) -> dict[str, int]:
        """See `RelayStore.depths`."""
        counted = (
            select(messages.c.recipient, func.count())
            .where(messages.c.ciphertext.is_not(None))
            .group_by(messages.c.recipient)
        )
        with self._engine.connect() as connection:
            return {recipient: int(count) for recipient, count in connection.execute(counted)}

    def next_batch(self, reader: str) -> int:
        """See `RelayStore.next_batch`."""
        with transaction(self._engine) as connection:
            written, _ = _batch_row(connection, reader)
            mine = batches.c.participant_id == reader
            connection.execute(update(batches).where(mine).values(written=written + 1))
        return written + 1

    def note_batch(self, writer: str, sequence: int) -> int:
        """See `RelayStore.note_batch`."""
        with transaction(self._engine) as connection:
            _, read = _batch_row(connection, writer)
            mine = batches.c.participant_id == writer
            connection.execute(update(batches).where(mine).values(read=max(read, sequence)))
        return read


def _batch_row(connection: Connection, participant_id: str) -> tuple[int, int]:
    mine = batches.c.participant_id == participant_id
    found = select(batches.c.written, batches.c.read).where(mine).with_for_update()
    row = connection.execute(found).first()
    if row is None:
        connection.execute(insert(batches).values(participant_id=participant_id, written=0, read=0))
        return 0, 0
    return int(row.written), int(row.read)


def _is_known(connection: Connection, sealed: Sealed) -> bool:
    """Whether the same message was left before. Raises Refusal: RELAY_OTHER_MESSAGE."""
    address = sealed.address
    same = (messages.c.sender == address.sender) & (messages.c.message_id == address.message_id)
    known = connection.execute(select(messages.c.sha256, messages.c.recipient).where(same)).first()
    if known is None:
        return False
    if (known.sha256, known.recipient) != (_sha256(sealed), address.recipient):
        raise Refusal(RELAY_OTHER_MESSAGE)
    return True


def _check_room(connection: Connection, recipient: str) -> None:
    theirs = (messages.c.recipient == recipient) & messages.c.ciphertext.is_not(None)
    counted = select(func.count(), func.coalesce(func.sum(messages.c.size), 0)).where(theirs)
    count, size = connection.execute(counted).one()
    if count >= MOST_WAITING or size >= MOST_WAITING_BYTES:
        raise Refusal(RELAY_FULL, recipient)


def _values(sealed: Sealed, now: datetime) -> dict[str, object]:
    return {
        "sender": sealed.address.sender,
        "message_id": sealed.address.message_id,
        "recipient": sealed.address.recipient,
        "suite": sealed.suite,
        "kid": sealed.kid,
        "sha256": _sha256(sealed),
        "size": len(sealed.ciphertext),
        "ciphertext": sealed.ciphertext,
        "left_at": now,
    }


def _sealed(row: RowMapping) -> Sealed:
    return Sealed(
        address=Address(
            message_id=row["message_id"], sender=row["sender"], recipient=row["recipient"]
        ),
        suite=row["suite"],
        kid=row["kid"],
        ciphertext=bytes(row["ciphertext"]),
    )


def _sha256(sealed: Sealed) -> str:
    return hashlib.sha256(sealed.ciphertext).hexdigest()
