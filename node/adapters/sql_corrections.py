"""Corrections on SQL: one transaction over the cases, the index and the log."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Engine, Select, insert, update

from node.adapters import case_tables as t
from node.adapters.case_log import CaseLog
from node.adapters.correction_tables import certified_records, corrections
from node.adapters.row_values import to_ms
from node.adapters.sealed_rows import SealedRows
from node.adapters.sql_builds import open_builds
from node.adapters.sql_case_writer import SqlCaseWriter
from node.adapters.sql_casebook import case_rows, lock_writers
from node.adapters.sql_cases import SqlCaseReader
from node.adapters.sql_catalogue_reader import reader_inside
from node.adapters.sql_entry_replacer import SqlEntryReplacer
from node.correction_ports import CorrectionReader, CorrectionWriter
from node.domain.cases import Issuance
from node.domain.correction_reasons import CORRECTION_OPEN, CORRECTION_UNKNOWN
from node.domain.corrections import PROPOSED, Correction
from node.domain.reasons import CASE_CHANGED
from node.domain.shelves import IndexedEntry
from node.ports import Random
from records.entries import CatalogueEntry
from records.refusal import Refusal
from records.sought import QueryReader
from trust.store.engine import transaction
from trust.store.sealed_fields import SealedFields


class _Corrections:
    """What reader and writer read alike."""

    _connection: Connection
    _rows: SealedRows

    def get_correction(self, archive_code: str, correction_id: str) -> Correction:
        """The correction. Raises Refusal: CORRECTION_UNKNOWN."""
        c = corrections.c
        query = self._rows.select(corrections).where(
            c.correction_id == correction_id, c.archive_code == archive_code
        )
        found = self._read(query)
        if not found:
            raise Refusal(CORRECTION_UNKNOWN)
        return found[0]

    def list_corrections(
        self, archive_code: str, states: Sequence[str], limit: int
    ) -> list[Correction]:
        """Newest first; empty `states` = all."""
        c = corrections.c
        query = self._rows.select(corrections).where(c.archive_code == archive_code)
        if states:
            query = query.where(c.state.in_(states))
        return self._read(query.order_by(c.proposed_ms.desc(), c.correction_id.desc()).limit(limit))

    def find_open(self, archive_code: str, reference_code: str, field: str) -> Correction | None:
        """The correction of that field that waits for its decision."""
        c = corrections.c
        found = self._read(
            self._rows.select(corrections).where(
                c.archive_code == archive_code,
                c.reference_code == reference_code,
                c.open_field == field,
            )
        )
        return found[0] if found else None

    def certified(self, archive_code: str, reference_code: str) -> list[Issuance]:
        """Certificates that were issued from that record, oldest first."""
        c = certified_records.c
        query = (
            self._rows.select(t.issuances)
            .join(certified_records, c.release_id == t.issuances.c.release_id)
            .where(c.archive_code == archive_code, c.reference_code == reference_code)
        )
        rows = self._connection.execute(query)
        found = [self._rows.open(t.issuances, row, Issuance) for row in rows]
        return sorted(found, key=lambda one: one.serial)

    def get_entry(self, archive_code: str, reference_code: str) -> CatalogueEntry:
        """The entry as it stands in this view. Raises Refusal: ENTRY_NOT_FOUND."""
        return reader_inside(self._connection).get_entry(archive_code, reference_code)

    def _read(self, query: Select[Any]) -> list[Correction]:
        rows = self._connection.execute(query)
        return [self._rows.open(corrections, row, Correction) for row in rows]


class SqlCorrectionReader(_Corrections, SqlCaseReader):
    """`CorrectionReader` on one connection."""


class SqlCorrectionWriter(_Corrections, SqlCaseWriter):
    """`CorrectionWriter` on one connection whose transaction already holds the write lock."""

    def __init__(
        self, connection: Connection, rows: SealedRows, log: CaseLog, reader: QueryReader
    ) -> None:
        """Write through `connection`; entries are indexed as `reader` reads them."""
        super().__init__(connection, rows, log)
        self._reader = reader

    def add_correction(self, correction: Correction) -> None:
        """It waits for its decision. Raises Refusal: CORRECTION_OPEN."""
        key = (correction.archive_code, correction.reference_code, correction.field)
        if self.find_open(*key) is not None:
            raise Refusal(CORRECTION_OPEN)
        self._connection.execute(
            insert(corrections).values(
                correction_id=correction.correction_id,
                archive_code=correction.archive_code,
                reference_code=correction.reference_code,
                state=correction.state,
                open_field=correction.field,
                version=correction.version,
                proposed_ms=to_ms(correction.proposed_at),
                body=self._rows.seal(corrections, correction, correction.correction_id),
            )
        )

    def save_correction(self, correction: Correction) -> Correction:
        """As given, version + 1. Raises Refusal: CASE_CHANGED."""
        saved = replace(correction, version=correction.version + 1)
        is_open = saved.state == PROPOSED
        c = corrections.c
        changed = self._connection.execute(
            update(corrections)
            .where(c.correction_id == saved.correction_id, c.version == correction.version)
            .values(
                state=saved.state,
                open_field=saved.field if is_open else "",
                version=saved.version,
                body=self._rows.seal(corrections, saved, saved.correction_id),
            )
        )
        if changed.rowcount != 1:
            raise Refusal(CASE_CHANGED)
        return saved

    def replace_entry(self, corrected: IndexedEntry) -> int:
        """The index says what `corrected` says; the new version of its part of the index.

        Raises:
            Refusal: CORRECTION_STALE, INDEX_BUSY.
        """
        return SqlEntryReplacer(self._connection, self._reader).replace_entry(corrected)


class SqlCorrections:
    """`CorrectionBook` on SQL."""

    def __init__(
        self,
        engine: Engine,
        trust_domain: str,
        random: Random,
        reader: QueryReader,
        fields: SealedFields,
    ) -> None:
        """In the database of the cases and the index, whose tables exist; `fields` seal bodies.

        Whether an index is being built is asked before each change: that table exists from now on.
        """
        self._engine, self._reader = engine, reader
        self._log = CaseLog(trust_domain, random)
        self._rows = case_rows(fields, corrections)
        open_builds(engine)

    @contextmanager
    def read(self) -> Iterator[CorrectionReader]:
        """A consistent view; nothing can be written through it."""
        with self._engine.connect() as connection:
            yield SqlCorrectionReader(connection, self._rows)

    @contextmanager
    def write(self) -> Iterator[CorrectionWriter]:
        """One transaction, committed at the end unless something was raised."""
        with transaction(self._engine) as connection:
            lock_writers(connection)
            yield SqlCorrectionWriter(connection, self._rows, self._log, self._reader)
