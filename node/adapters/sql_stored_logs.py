"""The logs in the database as the restore guard sees them."""

from collections.abc import Sequence

from sqlalchemy import Connection, Engine, select, update

from node.adapters import case_tables as t
from node.adapters.sql_casebook import lock_writers
from node.domain.exchange_reasons import RESTORE_DIFFERENT
from records.refusal import Refusal
from trust.store.engine import transaction
from trust.transparency import tables
from trust.transparency.checkpoint import Checkpoint, log_origin
from trust.transparency.log import TransparencyLog
from trust.transparency.reasons import LOG_FORKED

_EVENTS = "events"


class SqlStoredLogs:
    """`StoredLogs` on SQL."""

    def __init__(self, engine: Engine, trust_domain: str) -> None:
        """Of the archives of one federation."""
        self._engine = engine
        self._trust_domain = trust_domain
        self._log = TransparencyLog()

    def size(self, archive_code: str) -> int:
        """See `StoredLogs.size`."""
        with self._engine.connect() as connection:
            return self._log.size(connection, self._origin(archive_code))

    def continues(self, archive_code: str, known: Checkpoint) -> bool:
        """See `StoredLogs.continues`."""
        with self._engine.connect() as connection:
            return self._continues(connection, archive_code, known)

    def leaves(self, archive_code: str, start: int, limit: int) -> Sequence[bytes]:
        """See `StoredLogs.leaves`."""
        c = tables.log_leaf.c
        page = (
            select(c.body)
            .where(c.log_id == self._origin(archive_code), c.idx >= start)
            .order_by(c.idx)
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [bytes(body) for body in connection.execute(page).scalars()]

    def newest_note(self, archive_code: str) -> str:
        """See `StoredLogs.newest_note`."""
        c = tables.log_checkpoint.c
        newest = (
            select(c.note)
            .where(c.log_id == self._origin(archive_code))
            .order_by(c.size.desc())
            .limit(1)
        )
        with self._engine.connect() as connection:
            return connection.execute(newest).scalar_one_or_none() or ""

    def catch_up(
        self, archive_code: str, missing: Sequence[bytes], known: Checkpoint | None, said: bytes
    ) -> int:
        """See `StoredLogs.catch_up`."""
        origin = self._origin(archive_code)
        with transaction(self._engine, guarded=False) as connection:
            lock_writers(connection)
            if missing:
                self._log.append_all(connection, origin, missing)
            if known is not None and not self._continues(connection, archive_code, known):
                raise Refusal(RESTORE_DIFFERENT, archive_code)
            # Every number that was given out stands behind a leaf of its own, so that no number of
            # the lost time lies beyond as many steps.
            c = t.counters.c
            skip = update(t.counters).where(c.name != _EVENTS).values(value=c.value + len(missing))
            connection.execute(skip)
            self._log.append(connection, origin, said)
            return self._log.size(connection, origin)

    def _continues(self, connection: Connection, archive_code: str, known: Checkpoint) -> bool:
        try:
            self._log.check_continues(connection, self._origin(archive_code), known)
        except Refusal as refusal:
            if refusal.code != LOG_FORKED.code:
                raise
            return False
        return True

    def _origin(self, archive_code: str) -> str:
        return log_origin(self._trust_domain, archive_code)
