"""The case database: SQLite or PostgreSQL, one behaviour.

A writer first takes the lock of the event counter, so that sequence numbers are gapless and
appear in the order in which they were committed, and so that two writers never wait for each
other's logs (decision 0501).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, Engine, Table, insert, update
from sqlalchemy.exc import IntegrityError

from node.adapters import asking_tables as asking
from node.adapters import case_tables as t
from node.adapters import duty_tables as duties
from node.adapters import escalation_tables as escalated
from node.adapters import rights_tables as rights
from node.adapters.case_log import CaseLog
from node.adapters.correction_tables import ensure_correction_tables
from node.adapters.sealed_rows import SealedRows
from node.adapters.sql_case_writer import SqlCaseWriter
from node.adapters.sql_cases import SqlCaseReader
from node.case_ports import CaseReader, CaseWriter
from node.ports import Random
from trust.envelope.suites import Signer
from trust.store.engine import transaction
from trust.store.schema import ensure_schema, read_version
from trust.store.scrubbing import scrub
from trust.store.sealed_fields import SealedFields
from trust.transparency.log import ensure_log

_EVENTS = "events"
_SEALED_SINCE = 6


def case_rows(fields: SealedFields, *more: Table) -> SealedRows:
    """Opens and seals every body of the case database, and of `more` tables beside it."""
    return SealedRows(fields, (*t.SEALED, *more))


def ensure_case_tables(engine: Engine, fields: SealedFields) -> None:
    """Tables and logs exist at this version, and every body is sealed.

    What an older program wrote in plain is sealed, and scrubbed from the file.

    Raises:
        Refusal: STORE_VERSION, STORE_BUSY, STORE_FULL.
    """
    before = read_version(engine, t.SCHEMA_NAME)
    migrations = {
        1: t.count_tries_in_columns,
        2: t.keep_statements,
        3: t.find_events_by_time,
        4: t.keep_papers,
        5: case_rows(fields).seal_what_is_plain,
    }
    ensure_schema(engine, t.metadata, t.SCHEMA_NAME, t.SCHEMA_VERSION, migrations)
    for tables in (rights, escalated, duties, asking):
        ensure_schema(engine, tables.metadata, tables.SCHEMA_NAME, tables.SCHEMA_VERSION)
    ensure_log(engine)
    ensure_correction_tables(engine, case_rows(fields))
    if before is not None and before < _SEALED_SINCE:
        scrub(engine, t.SEALED)
    try:
        with transaction(engine) as connection:
            connection.execute(insert(t.counters).values(name=_EVENTS, value=0))
    except IntegrityError:
        return


def lock_writers(connection: Connection) -> None:
    """No other writer of cases goes on before the caller's transaction ends."""
    # SQLite's write lock was taken with BEGIN IMMEDIATE; elsewhere this row is the lock.
    if connection.dialect.name != "sqlite":
        counter = t.counters.c
        connection.execute(
            update(t.counters).where(counter.name == _EVENTS).values(value=counter.value)
        )


class SqlCasebook:
    """`Casebook` on SQL."""

    def __init__(
        self,
        engine: Engine,
        trust_domain: str,
        log_signers: Mapping[str, Signer],
        fields: SealedFields,
        random: Random,
    ) -> None:
        """Use `log_signers`, archive code → log key, for checkpoints; `fields` seal the bodies."""
        self._engine = engine
        self._rows = case_rows(fields, duties.complaints)
        self._log = CaseLog(trust_domain, random)
        self._signers = log_signers

    @contextmanager
    def read(self) -> Iterator[CaseReader]:
        """A consistent view; nothing can be written through it."""
        with self._engine.connect() as connection:
            yield SqlCaseReader(connection, self._rows)

    @contextmanager
    def write(self) -> Iterator[CaseWriter]:
        """One transaction, committed at the end unless something was raised."""
        with transaction(self._engine) as connection:
            lock_writers(connection)
            yield SqlCaseWriter(connection, self._rows, self._log)

    def make_proof(self, archive_code: str, index: int, now: datetime) -> str:
        """C2SP tlog-proof that the leaf is in the archive's log; forces a checkpoint.

        Raises:
            Refusal: LOG_ENTRY_MISSING, LOG_FORKED, LOG_DAMAGED.
        """
        signer = self._signers[archive_code]
        with transaction(self._engine) as connection:
            return self._log.make_proof(connection, archive_code, index, signer, now)
