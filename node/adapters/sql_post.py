"""The post's book on SQL: SQLite or PostgreSQL."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import (
    Connection,
    Engine,
    RowMapping,
    Select,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from node.adapters.post_tables import SCHEMA, VERSION, batches, metadata, outgoing, replies, seen
from node.domain.post_reasons import POST_TOKEN_REPLAYED
from node.post_ports import Outgoing
from records.post import PostItem
from records.refusal import Refusal
from trust.envelope.statement import decode, encode
from trust.post.sealing import Address, Sealed
from trust.store.engine import transaction
from trust.store.schema import ensure_schema


class SqlPostBook:
    """`PostBook` on SQL."""

    def __init__(self, engine: Engine) -> None:
        """The tables exist from now on."""
        self._engine = engine
        ensure_schema(engine, metadata, SCHEMA, VERSION)

    def find_outgoing(self, origin: str) -> Outgoing | None:
        """See `PostBook.find_outgoing`."""
        newest = (
            select(outgoing)
            .where(outgoing.c.origin == origin)
            .order_by(outgoing.c.number.desc())
            .limit(1)
        )
        with self._engine.connect() as connection:
            row = connection.execute(newest).mappings().first()
        return _outgoing(row) if row else None

    def find_sent(self, message_id: str) -> str:
        """See `PostBook.find_sent`."""
        same = select(outgoing.c.recipient).where(outgoing.c.message_id == message_id)
        with self._engine.connect() as connection:
            return connection.execute(same).scalar_one_or_none() or ""

    def put_outgoing(self, messages: Sequence[Outgoing]) -> None:
        """See `PostBook.put_outgoing`."""
        with transaction(self._engine) as connection:
            _put(connection, messages)

    def drop_outgoing(self, origin: str) -> None:
        """See `PostBook.drop_outgoing`."""
        with transaction(self._engine) as connection:
            connection.execute(delete(outgoing).where(outgoing.c.origin == origin))

    def to_carry(self, again: datetime, limit: int) -> Sequence[Sealed]:
        """See `PostBook.to_carry`."""
        return self._waiting(_waiting(again, limit))

    def to_write(self, recipient: str, again: datetime, limit: int) -> Sequence[Sealed]:
        """See `PostBook.to_write`."""
        wanted = _waiting(again, limit)
        if recipient:
            wanted = wanted.where(outgoing.c.recipient == recipient)
        return self._waiting(wanted)

    def carried(self, message_ids: Iterable[str], now: datetime) -> None:
        """See `PostBook.carried`."""
        mine = outgoing.c.message_id.in_(list(message_ids))
        with transaction(self._engine) as connection:
            connection.execute(update(outgoing).where(mine).values(carried_ms=_ms(now)))

    def settled(self, message_ids: Iterable[str]) -> int:
        """See `PostBook.settled`."""
        mine = outgoing.c.message_id.in_(list(message_ids)) & (outgoing.c.settled == 0)
        with transaction(self._engine) as connection:
            return connection.execute(update(outgoing).where(mine).values(settled=1)).rowcount

    def is_seen(self, sender: str, message_id: str) -> bool:
        """See `PostBook.is_seen`."""
        same = (seen.c.sender == sender) & (seen.c.message_id == message_id)
        with self._engine.connect() as connection:
            return connection.execute(select(seen.c.at_ms).where(same)).first() is not None

    def processed(
        self, item: PostItem, via: str, replies: Sequence[Outgoing], token: str, now: datetime
    ) -> None:
        """See `PostBook.processed`."""
        try:
            with transaction(self._engine) as connection:
                _see(connection, item, via, token, now)
                _put(connection, replies)
        except IntegrityError as fault:
            if self.is_seen(item.sender, item.message_id):
                # Another hand of this node was faster: what it put is the same.
                return
            raise Refusal(POST_TOKEN_REPLAYED) from fault

    def carry_replies_again(self, in_reply_to: str) -> int:
        """See `PostBook.carry_replies_again`."""
        theirs = outgoing.c.origin == in_reply_to
        with transaction(self._engine) as connection:
            again = update(outgoing).where(theirs).values(carried_ms=0, settled=0)
            return connection.execute(again).rowcount

    def keep_reply(self, item: PostItem, via: str, now: datetime) -> None:
        """See `PostBook.keep_reply`."""
        with transaction(self._engine) as connection:
            same = (seen.c.sender == item.sender) & (seen.c.message_id == item.message_id)
            if connection.execute(select(seen.c.at_ms).where(same)).first() is not None:
                return
            _see(connection, item, via, "", now)
            connection.execute(
                insert(replies).values(
                    message_id=item.message_id,
                    in_reply_to=item.in_reply_to,
                    offset=item.offset,
                    body=encode(item),
                    at_ms=_ms(now),
                )
            )

    def replies(self, in_reply_to: str) -> Sequence[PostItem]:
        """See `PostBook.replies`."""
        theirs = (
            select(replies.c.body)
            .where(replies.c.in_reply_to == in_reply_to)
            .order_by(replies.c.offset, replies.c.at_ms)
        )
        with self._engine.connect() as connection:
            return [decode(bytes(body), PostItem) for body in connection.execute(theirs).scalars()]

    def unacknowledged(self, via: str, limit: int) -> Sequence[str]:
        """See `PostBook.unacknowledged`."""
        untold = (seen.c.via == via) & (seen.c.told == 0)
        wanted = select(seen.c.message_id).where(untold).order_by(seen.c.at_ms).limit(limit)
        with self._engine.connect() as connection:
            return list(connection.execute(wanted).scalars())

    def acknowledged(self, via: str, message_ids: Iterable[str]) -> None:
        """See `PostBook.acknowledged`."""
        told = (seen.c.via == via) & seen.c.message_id.in_(list(message_ids))
        with transaction(self._engine) as connection:
            connection.execute(update(seen).where(told).values(told=1))

    def next_batch(self, reader: str) -> int:
        """See `PostBook.next_batch`."""
        with transaction(self._engine) as connection:
            written, _ = _batch_row(connection, reader)
            mine = batches.c.participant_id == reader
            connection.execute(update(batches).where(mine).values(written=written + 1))
        return written + 1

    def note_batch(self, writer: str, sequence: int) -> int:
        """See `PostBook.note_batch`."""
        with transaction(self._engine) as connection:
            _, read = _batch_row(connection, writer)
            mine = batches.c.participant_id == writer
            connection.execute(update(batches).where(mine).values(read=max(read, sequence)))
        return read

    def counts(self) -> Mapping[str, int]:
        """See `PostBook.counts`."""
        with self._engine.connect() as connection:
            unsettled = select(func.count()).where(outgoing.c.settled == 0)
            waiting = unsettled.where(outgoing.c.carried_ms == 0)
            carried = unsettled.where(outgoing.c.carried_ms > 0)
            return {
                "waiting": int(connection.execute(waiting).scalar_one()),
                "carried": int(connection.execute(carried).scalar_one()),
                "seen": int(
                    connection.execute(select(func.count()).select_from(seen)).scalar_one()
                ),
            }

    def _waiting(self, wanted: Select[tuple[object, ...]]) -> Sequence[Sealed]:
        with self._engine.connect() as connection:
            return [_outgoing(row).sealed for row in connection.execute(wanted).mappings()]


def _waiting(again: datetime, limit: int) -> Select[tuple[object, ...]]:
    due = (outgoing.c.settled == 0) & (outgoing.c.carried_ms < _ms(again))
    return select(outgoing).where(due).order_by(outgoing.c.number).limit(limit)


def _see(connection: Connection, item: PostItem, via: str, token: str, now: datetime) -> None:
    connection.execute(
        insert(seen).values(
            sender=item.sender,
            message_id=item.message_id,
            via=via,
            told=0,
            token=token or None,
            at_ms=_ms(now),
        )
    )


def _put(connection: Connection, messages: Sequence[Outgoing]) -> None:
    newest = select(func.coalesce(func.max(outgoing.c.number), 0))
    for message in messages:
        address = message.sealed.address
        known = select(outgoing.c.number).where(outgoing.c.message_id == address.message_id)
        if connection.execute(known).first() is not None:
            continue
        connection.execute(
            insert(outgoing).values(
                message_id=address.message_id,
                number=int(connection.execute(newest).scalar_one()) + 1,
                origin=message.origin,
                sender=address.sender,
                recipient=address.recipient,
                suite=message.sealed.suite,
                kid=message.sealed.kid,
                ciphertext=message.sealed.ciphertext,
                made_ms=_ms(message.made_at),
                carried_ms=0,
                settled=0,
            )
        )


def _batch_row(connection: Connection, participant_id: str) -> tuple[int, int]:
    mine = batches.c.participant_id == participant_id
    row = connection.execute(select(batches).where(mine).with_for_update()).first()
    if row is None:
        values = {"participant_id": participant_id, "written": 0, "read": 0}
        connection.execute(insert(batches).values(values))
        return 0, 0
    return int(row.written), int(row.read)


def _outgoing(row: RowMapping) -> Outgoing:
    address = Address(
        message_id=row["message_id"], sender=row["sender"], recipient=row["recipient"]
    )
    sealed = Sealed(
        address=address, suite=row["suite"], kid=row["kid"], ciphertext=bytes(row["ciphertext"])
    )
    made_at = datetime.fromtimestamp(row["made_ms"] / 1000, UTC)
    return Outgoing(sealed=sealed, origin=row["origin"], made_at=made_at)


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
