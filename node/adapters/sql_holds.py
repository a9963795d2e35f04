"""Cases that are held against erasure, and messages whose term is over."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Engine, delete, insert, select

from node.adapters import case_tables as t
from node.adapters.erased_traces import complained_of, forget_looks
from node.adapters.erasure_tables import holds
from node.adapters.post_tables import outgoing, replies
from node.adapters.row_values import from_ms, to_ms
from records.retention import Held
from trust.store.engine import transaction
from trust.store.schema import read_version


class SqlHolds:
    """The part of `ErasureBook` that is about holds and messages."""

    _engine: Engine

    def hold(self, held: Held) -> None:
        """See `ErasureBook.hold`."""
        with transaction(self._engine) as connection:
            connection.execute(delete(holds).where(_case(held.archive_code, held.case_no)))
            connection.execute(
                insert(holds).values(
                    archive_code=held.archive_code,
                    case_no=held.case_no,
                    why=held.why,
                    held_by=held.held_by,
                    at_ms=to_ms(held.at),
                )
            )

    def release_hold(self, archive_code: str, case_no: str) -> bool:
        """See `ErasureBook.release_hold`."""
        with transaction(self._engine) as connection:
            gone = delete(holds).where(_case(archive_code, case_no))
            return bool(connection.execute(gone).rowcount)

    def holds(self, archive_code: str) -> Sequence[Held]:
        """See `ErasureBook.holds`."""
        every = select(holds).where(holds.c.archive_code == archive_code).order_by(holds.c.at_ms)
        with self._engine.connect() as connection:
            return [
                Held(
                    archive_code=row.archive_code,
                    case_no=row.case_no,
                    why=row.why,
                    held_by=row.held_by,
                    at=from_ms(row.at_ms),
                )
                for row in connection.execute(every)
            ]

    def forget_messages(self, before: datetime) -> int:
        """See `ErasureBook.forget_messages`."""
        old = to_ms(before)
        gone = [delete(t.tokens).where(t.tokens.c.expires_ms < old)]
        if read_version(self._engine, "node_post") is not None:
            settled = (outgoing.c.settled == 1) & (outgoing.c.made_ms < old)
            gone += [delete(outgoing).where(settled), delete(replies).where(replies.c.at_ms < old)]
        with transaction(self._engine) as connection:
            return sum(connection.execute(one).rowcount for one in gone)

    def forget_looks(self, before: datetime) -> int:
        """See `ErasureBook.forget_looks`."""
        with transaction(self._engine) as connection:
            return forget_looks(connection, to_ms(before))

    @staticmethod
    def _held(connection: Connection, archive_code: str) -> Iterable[str]:
        every = select(holds.c.case_no).where(holds.c.archive_code == archive_code)
        ordered = connection.execute(every).scalars().all()
        # Nobody has to remember to hold what a citizen has complained of.
        return {*ordered, *complained_of(connection, archive_code)}


def _case(archive_code: str, case_no: str) -> ColumnElement[bool]:
    return (holds.c.archive_code == archive_code) & (holds.c.case_no == case_no)
