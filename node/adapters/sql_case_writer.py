"""Writing cases: state edge, log leaf, event and message in one transaction.

Source: trust.md §7. The compare-and-set on `version` is what makes two officers, two processes or
a retried call change a case once.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, Update, insert, update

from node.adapters import case_tables as t
from node.adapters.case_log import CaseLog
from node.adapters.case_statements import add_event, count_on, set_case, set_work
from node.adapters.correction_tables import remember_certified
from node.adapters.row_values import to_ms
from node.adapters.sealed_rows import SealedRows
from node.adapters.sql_mailbox import SqlMailbox
from node.adapters.sql_statements import keep_statement
from node.case_ports import Move
from node.domain.cases import (
    HOLDER,
    WINDOW,
    HolderCase,
    Issuance,
    WindowCase,
    leave_release,
)
from node.domain.escalation import Escalation
from node.domain.kept_statements import KeptStatement
from node.domain.office_papers import CasePaper
from node.domain.reasons import CASE_CHANGED
from records.case_states import CaseState, verify_holder_move, verify_window_move
from records.refusal import Refusal


class SqlCaseWriter(SqlMailbox):
    """`CaseWriter` on one connection whose transaction already holds the write lock."""

    def __init__(self, connection: Connection, rows: SealedRows, log: CaseLog) -> None:
        """Write through `connection`; leaves go to `log` in the same transaction."""
        super().__init__(connection, rows)
        self._log = log

    def next_number(self, name: str) -> int:
        """1, 2, 3 ... without gaps, per name."""
        return count_on(self._connection, name)

    def add_case(self, case: WindowCase, move: Move) -> WindowCase:
        """A new case, with its leaf and event."""
        added = replace(case, state=move.to, version=1)
        self._connection.execute(
            insert(t.cases).values(
                case_no=added.case_no,
                archive_code=added.archive_code,
                client_key=added.client_key,
                filed_ms=to_ms(move.at),
                state=added.state,
                version=1,
                body=self._rows.seal(t.cases, added, added.case_no),
            )
        )
        self._record(added.archive_code, added.case_no, WINDOW, "", move)
        return added

    def move_case(self, case: WindowCase, move: Move) -> WindowCase:
        """The case as given, in state `move.to`, with its leaf and event.

        Raises:
            Refusal: CASE_MOVE_FORBIDDEN, CASE_CHANGED.
        """
        verify_window_move(CaseState(case.state), CaseState(move.to))
        moved = self.save_case(replace(case, state=move.to))
        self._record(case.archive_code, case.case_no, WINDOW, case.state, move)
        return moved

    def save_case(self, case: WindowCase) -> WindowCase:
        """The case as given, version + 1. Raises Refusal: CASE_CHANGED."""
        saved = replace(case, version=case.version + 1)
        values = {
            "state": saved.state,
            "version": saved.version,
            "body": self._rows.seal(t.cases, saved, saved.case_no),
        }
        if not set_case(self._connection, case.case_no, case.version, values):
            raise Refusal(CASE_CHANGED)
        return saved

    def add_work(self, work: HolderCase, move: Move) -> HolderCase:
        """A new case at the holder, with its leaf and event."""
        added = replace(work, state=move.to, version=1)
        self._connection.execute(
            insert(t.work).values(
                case_no=added.case_no,
                holder_archive=added.holder_archive,
                state=added.state,
                version=1,
                deadline_ms=to_ms(added.deadline),
                body=self._rows.seal(t.work, added, added.case_no, added.holder_archive),
            )
        )
        self._record(added.holder_archive, added.case_no, HOLDER, "", move)
        return added

    def move_work(self, work: HolderCase, move: Move) -> HolderCase:
        """As `move_case`, at the holder.

        Raises:
            Refusal: CASE_MOVE_FORBIDDEN, CASE_CHANGED.
        """
        verify_holder_move(CaseState(work.state), CaseState(move.to))
        moved = self.save_work(replace(leave_release(work, move.to), state=move.to))
        self._record(work.holder_archive, work.case_no, HOLDER, work.state, move)
        return moved

    def save_work(self, work: HolderCase) -> HolderCase:
        """As `save_case`, at the holder. Raises Refusal: CASE_CHANGED."""
        saved = replace(work, version=work.version + 1)
        values = {
            "state": saved.state,
            "version": saved.version,
            "deadline_ms": to_ms(saved.deadline),
            "body": self._rows.seal(t.work, saved, saved.case_no, saved.holder_archive),
        }
        key = (work.case_no, work.holder_archive, work.version)
        if not set_work(self._connection, *key, values):
            raise Refusal(CASE_CHANGED)
        return saved

    def add_issuance(self, issuance: Issuance) -> None:
        """A certificate is on its way."""
        self._connection.execute(
            insert(t.issuances).values(
                release_id=issuance.release_id,
                case_no=issuance.case_no,
                holder_archive=issuance.holder_archive,
                step=issuance.step,
                version=issuance.version,
                due_ms=to_ms(issuance.due_at),
                body=self._rows.seal(t.issuances, issuance, issuance.release_id),
            )
        )

    def save_issuance(self, issuance: Issuance) -> Issuance:
        """As given, version + 1. Raises Refusal: CASE_CHANGED."""
        saved = replace(issuance, version=issuance.version + 1)
        c = t.issuances.c
        self._compare_and_set(
            update(t.issuances)
            .where(c.release_id == issuance.release_id, c.version == issuance.version)
            .values(
                step=saved.step,
                version=saved.version,
                due_ms=to_ms(saved.due_at),
                body=self._rows.seal(t.issuances, saved, saved.release_id),
            )
        )
        if saved.step == "confirmed":
            remember_certified(self._connection, saved)
        return saved

    def add_paper(self, paper: CasePaper) -> None:
        """An office paper waits to be drawn."""
        self._connection.execute(
            insert(t.papers).values(
                paper_id=paper.paper_id,
                case_no=paper.case_no,
                archive_code=paper.archive_code,
                version=paper.version,
                drawn=0,
                ordered_ms=to_ms(paper.ordered_at),
                posted="",
                body=self._rows.seal(t.papers, paper, paper.paper_id),
            )
        )

    def save_paper(self, paper: CasePaper) -> CasePaper:
        """As given, version + 1. Raises Refusal: CASE_CHANGED."""
        saved = replace(paper, version=paper.version + 1)
        c = t.papers.c
        self._compare_and_set(
            update(t.papers)
            .where(c.paper_id == paper.paper_id, c.version == paper.version)
            .values(
                version=saved.version,
                drawn=1 if saved.file_sha256 else 0,
                posted=saved.posting.entry if saved.posting else "",
                body=self._rows.seal(t.papers, saved, saved.paper_id),
            )
        )
        return saved

    def note(self, archive_code: str, case_no: str, kind: str, actor: str, at: datetime) -> int:
        """A leaf without a move; its index."""
        return self._log.append_note(self._connection, archive_code, case_no, kind, actor, at)

    def keep(self, archive_code: str, kept: KeptStatement) -> None:
        """The statement is kept by that archive, with its leaf; once."""
        keep_statement(self._connection, self._log, self._rows, archive_code, kept)

    def tell(self, case: WindowCase, move: Move) -> None:
        """An event of a case that stays in its state, and its leaf; pages hear of it."""
        self._log.append_note(
            self._connection, case.archive_code, case.case_no, move.to, move.actor, move.at
        )
        self._add_event(case.archive_code, case.case_no, WINDOW, replace(move, to=case.state))

    def tell_work(self, work: HolderCase, move: Move) -> None:
        """An event of a case at the holder that stays in its state, and its leaf."""
        archive, case_no = work.holder_archive, work.case_no
        self._log.append_note(self._connection, archive, case_no, move.to, move.actor, move.at)
        self._add_event(archive, case_no, HOLDER, replace(move, to=work.state, code=move.to))

    def escalate(self, step: Escalation, state: str, at: datetime) -> None:
        """The leaf of the step, and the event that pages hear of; the case stays in `state`."""
        kind = f"escalated_{step.code.lower()}"
        self._log.append_note(self._connection, step.archive_code, step.case_no, kind, "system", at)
        add_event(
            self._connection,
            {
                "sequence": self.next_number("events"),
                "case_no": step.case_no,
                "archive_code": step.archive_code,
                "desk": step.desk,
                "state": state,
                "at_ms": to_ms(at),
                "actor": "system",
                "code": step.code,
            },
        )

    def append_release(self, work: HolderCase, order_id: str, move: Move) -> int:
        """The leaf of the order that two officers signed; its index."""
        return self._log.append_release(
            self._connection, work.holder_archive, work.case_no, order_id, move
        )

    def append_certificate(
        self, issuance: Issuance, at: datetime, *, expected_index: int | None
    ) -> int:
        """The leaf of number and token, or of number and file once the file is known.

        Raises:
            Refusal: LOG_INDEX_TAKEN.
        """
        return self._log.append_certificate(self._connection, issuance, at, expected_index)

    def append_void(self, issuance: Issuance, at: datetime) -> int:
        """The leaf that says that this running number prints nothing, ever; its index."""
        return self._log.append_void(self._connection, issuance, at)

    def log_size(self, archive_code: str) -> int:
        """Leaves in that archive's log."""
        return self._log.size(self._connection, archive_code)

    def _compare_and_set(self, statement: Update) -> None:
        if self._connection.execute(statement).rowcount != 1:
            raise Refusal(CASE_CHANGED)

    def _record(
        self, archive_code: str, case_no: str, desk: str, came_from: str, move: Move
    ) -> None:
        self._log.append_move(self._connection, archive_code, case_no, came_from, move)
        self._add_event(archive_code, case_no, desk, move)

    def _add_event(self, archive_code: str, case_no: str, desk: str, move: Move) -> None:
        add_event(
            self._connection,
            {
                "sequence": self.next_number("events"),
                "case_no": case_no,
                "archive_code": archive_code,
                "desk": desk,
                "state": move.to,
                "at_ms": to_ms(move.at),
                "actor": move.actor,
                "code": move.code,
            },
        )
