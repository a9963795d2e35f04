"""Outbox, inbox, used tokens and released files, inside the writer's transaction.

A leased message is nobody else's until the lease ends; a receipt is kept beside the key under
which the same statement would come again (trust.md §7).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from node.adapters import case_tables as t
from node.adapters.case_statements import add_token
from node.adapters.row_values import to_ms
from node.adapters.sql_cases import SqlCaseReader
from node.domain.cases import InboxEntry, OutboxMessage
from records.refusal import Refusal
from trust.envelope.dsse import envelope_to_json
from trust.envelope.reasons import ACT_TOKEN_REPLAYED


class SqlMailbox(SqlCaseReader):
    """The part of `CaseWriter` that is about messages."""

    def enqueue(self, message: OutboxMessage) -> None:
        """The message will be sent until it arrives or its deadline passes."""
        self._connection.execute(
            insert(t.outbox).values(
                message_id=message.message_id,
                state=message.state,
                due_ms=to_ms(message.due_at),
                lease_ms=0,
                body=self._rows.seal(t.outbox, message, message.message_id),
            )
        )

    def lease_messages(self, now: datetime, until: datetime, limit: int) -> Sequence[OutboxMessage]:
        """Due messages that nobody else sends before `until`."""
        c = t.outbox.c
        due = (
            select(c.message_id, c.body)
            .where(c.state == "waiting", c.due_ms <= to_ms(now), c.lease_ms <= to_ms(now))
            .order_by(c.due_ms, c.message_id)
            .limit(limit)
        )
        leased = []
        for row in self._connection.execute(due).all():
            message = replace(self._rows.open(t.outbox, row, OutboxMessage), lease_until=until)
            self._connection.execute(
                update(t.outbox)
                .where(c.message_id == row.message_id)
                .values(
                    lease_ms=to_ms(until),
                    body=self._rows.seal(t.outbox, message, message.message_id),
                )
            )
            leased.append(message)
        return leased

    def free_leases(self) -> None:
        """Whatever a process that is gone was sending may be sent again at once."""
        waiting = t.outbox.c.state == "waiting"
        self._connection.execute(update(t.outbox).where(waiting).values(lease_ms=0))

    def save_message(self, message: OutboxMessage) -> None:
        """New due time, attempts, state; ignored when the message is gone."""
        self._connection.execute(
            update(t.outbox)
            .where(t.outbox.c.message_id == message.message_id)
            .values(
                state=message.state,
                due_ms=to_ms(message.due_at),
                lease_ms=to_ms(message.lease_until),
                body=self._rows.seal(t.outbox, message, message.message_id),
            )
        )

    def remove_message(self, message_id: str) -> bool:
        """Delivered: the message is gone. False when it was gone already."""
        gone = delete(t.outbox).where(t.outbox.c.message_id == message_id)
        return bool(self._connection.execute(gone).rowcount)

    def record_received(self, entry: InboxEntry) -> None:
        """What arrived, and its receipt."""
        self._connection.execute(
            insert(t.inbox).values(
                sequence=entry.sequence,
                sender=entry.sender,
                kind=entry.kind,
                case_no=entry.case_no,
                holder_archive=entry.holder_archive,
                in_reply_to=entry.in_reply_to,
                envelope_id=entry.envelope_id,
                receipt=envelope_to_json(entry.receipt),
            )
        )

    def use_token(self, issuer: str, jti: str, expires_at: datetime) -> None:
        """The act token is used up. Raises Refusal: ACT_TOKEN_REPLAYED."""
        if not add_token(self._connection, issuer, jti, to_ms(expires_at)):
            raise Refusal(ACT_TOKEN_REPLAYED)

    def release_file(self, sha256: str, case_no: str, holder_archive: str, node_id: str) -> None:
        """That node may fetch that file for that case."""
        if not self.find_release(sha256, case_no, node_id):
            self._connection.execute(
                insert(t.released_files).values(
                    sha256=sha256, case_no=case_no, node_id=node_id, holder_archive=holder_archive
                )
            )
