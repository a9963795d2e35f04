"""Files that only erased cases named: noted down in the transaction, deleted after it."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Select, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from node.adapters import case_tables as t
from node.adapters.erasure_tables import doomed_files
from node.adapters.sealed_rows import SealedRows
from node.domain.cases import WINDOW, HolderCase, WindowCase
from node.domain.erasure import Copy
from node.domain.office_papers import CasePaper
from trust.store.engine import transaction


class SqlDoomedFiles:
    """The part of `ErasureBook` that is about files."""

    _engine: Engine
    _rows: SealedRows

    def files_to_delete(self) -> Sequence[str]:
        """See `ErasureBook.files_to_delete`."""
        with self._engine.connect() as connection:
            doomed = set(connection.execute(select(doomed_files.c.sha256)).scalars())
            # A paper that a second application names as well stays until that one goes.
            for sha256 in self._files_in_use(connection) if doomed else ():
                doomed.discard(sha256)
        return sorted(doomed)

    def deleted(self, sha256: str) -> None:
        """See `ErasureBook.deleted`."""
        with transaction(self._engine) as connection:
            connection.execute(delete(doomed_files).where(doomed_files.c.sha256 == sha256))

    def _doom_files(self, connection: Connection, copy: Copy) -> int:
        files = set(self._files_of(connection, copy))
        insert_ = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        for sha256 in sorted(files):
            row = insert_(doomed_files).values(sha256=sha256).on_conflict_do_nothing()
            connection.execute(row)
        return len(files)

    def _files_of(self, connection: Connection, copy: Copy) -> Iterator[str]:
        """Files that the copy names: what the applicant brought, certificates, office papers."""
        here = t.cases.c.case_no == copy.case_no
        if copy.desk == WINDOW:
            yield from self._case_files(connection, self._rows.select(t.cases).where(here))
        else:
            c = t.work.c
            mine = (c.case_no == copy.case_no) & (c.holder_archive == copy.archive_code)
            yield from self._work_files(connection, self._rows.select(t.work).where(mine))
        p = t.papers.c
        papers = self._rows.select(t.papers).where(
            p.case_no == copy.case_no, p.archive_code == copy.archive_code
        )
        yield from self._paper_files(connection, papers)

    def _files_in_use(self, connection: Connection) -> Iterator[str]:
        yield from self._case_files(connection, self._rows.select(t.cases))
        yield from self._work_files(connection, self._rows.select(t.work))
        yield from self._paper_files(connection, self._rows.select(t.papers))

    def _case_files(self, connection: Connection, query: Select[Any]) -> Iterator[str]:
        for row in connection.execute(query):
            case = self._rows.open(t.cases, row, WindowCase)
            yield from (proof.sha256 for proof in case.application.proofs)
            yield from (file.sha256 for leg in case.legs for file in leg.files)

    def _work_files(self, connection: Connection, query: Select[Any]) -> Iterator[str]:
        for row in connection.execute(query):
            yield from (file.sha256 for file in self._rows.open(t.work, row, HolderCase).files)

    def _paper_files(self, connection: Connection, query: Select[Any]) -> Iterator[str]:
        for row in connection.execute(query):
            paper = self._rows.open(t.papers, row, CasePaper)
            if paper.file_sha256:
                yield paper.file_sha256
