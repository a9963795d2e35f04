"""The case database: SQLite or PostgreSQL, one behaviour.

A writer first takes the lock of the event counter, so that sequence numbers are gapless and
appear in the order in which they were committed, and so that two writers never wait for each
other's logs (decision 0501).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Engine, insert, update
from sqlalchemy.exc import IntegrityError

from node.adapters import case_tables as t
from node.adapters import rights_tables as rights
from node.adapters.case_log import CaseLog
from node.adapters.sql_case_writer import SqlCaseWriter
from node.adapters.sql_cases import SqlCaseReader
from node.case_ports import CaseReader, CaseWriter
from node.ports import Random
from trust.envelope.suites import Signer
from trust.store.engine import transaction
from trust.store.schema import ensure_schema
from trust.transparency.log import ensure_log

_EVENTS = "events"


def ensure_case_tables(engine: Engine) -> None:
    """Tables and logs exist at this version.

    Raises:
        Refusal: STORE_VERSION, STORE_BUSY.
    """
    migrations = {
        1: t.count_tries_in_columns,
        2: t.keep_statements,
        3: t.find_events_by_time,
        4: t.keep_papers,
    }
    ensure_schema(engine, t.metadata, t.SCHEMA_NAME, t.SCHEMA_VERSION, migrations)
    ensure_schema(engine, rights.metadata, rights.SCHEMA_NAME, rights.SCHEMA_VERSION)
    ensure_log(engine)
    try:
        with transaction(engine) as connection:
            connection.execute(insert(t.counters).values(name=_EVENTS, value=0))
    except IntegrityError:
        return


class SqlCasebook:
    """`Casebook` on SQL."""

    def __init__(
        self,
        engine: Engine,
        trust_domain: str,
        log_signers: Mapping[str, Signer],
        random: Random,
    ) -> None:
        """Use `log_signers`, archive code → log key, for checkpoints."""
        self._engine = engine
        self._log = CaseLog(trust_domain, random)
        self._signers = log_signers

    @contextmanager
    def read(self) -> Iterator[CaseReader]:
        """A consistent view; nothing can be written through it."""
        with self._engine.connect() as connection:
            yield SqlCaseReader(connection)

    @contextmanager
    def write(self) -> Iterator[CaseWriter]:
        """One transaction, committed at the end unless something was raised."""
        with transaction(self._engine) as connection:
            # SQLite's write lock was taken with BEGIN IMMEDIATE; elsewhere this row is the lock.
            if connection.dialect.name != "sqlite":
                counter = t.counters.c
                connection.execute(
                    update(t.counters).where(counter.name == _EVENTS).values(value=counter.value)
                )
            yield SqlCaseWriter(connection, self._log)

    def make_proof(self, archive_code: str, index: int, now: datetime) -> str:
        """C2SP tlog-proof that the leaf is in the archive's log; forces a checkpoint.

        Raises:
            Refusal: LOG_ENTRY_MISSING, LOG_FORKED, LOG_DAMAGED.
        """
        signer = self._signers[archive_code]
        with transaction(self._engine) as connection:
            return self._log.make_proof(connection, archive_code, index, signer, now)
