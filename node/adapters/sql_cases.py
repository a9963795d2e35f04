"""Reading cases from the database. Rows stop here: what leaves is a value of the domain."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, Table, func, select
from sqlalchemy.engine import Row

from node.adapters import case_tables as t
from node.adapters.row_values import from_ms, to_ms
from node.adapters.sealed_rows import SealedRows
from node.adapters.sql_accesses import SqlAccesses
from node.adapters.sql_duties import SqlDuties
from node.adapters.sql_escalations import SqlEscalations
from node.adapters.sql_statements import list_statements
from node.domain.cases import (
    Event,
    HolderCase,
    InboxEntry,
    Issuance,
    OutboxMessage,
    WindowCase,
)
from node.domain.kept_statements import KeptStatement
from node.domain.office_papers import CasePaper
from node.domain.reasons import CASE_NOT_FOUND
from records.refusal import Refusal
from trust.envelope.dsse import envelope_from_json

T = TypeVar("T")
UNFINISHED = ("ordered", "prepared", "logged", "issued", "filed")
"""Steps of an issuance that another follows; the others are "confirmed" and "failed"."""


def _event(row: Row[*tuple[object, ...]]) -> Event:
    return Event(
        sequence=row.sequence,
        case_no=row.case_no,
        archive_code=row.archive_code,
        desk=row.desk,
        state=row.state,
        at=from_ms(row.at_ms),
        actor=row.actor,
        code=row.code,
    )


class SqlCaseReader(SqlAccesses, SqlEscalations, SqlDuties):
    """`CaseReader` on one connection."""

    def __init__(self, connection: Connection, rows: SealedRows) -> None:
        """Read through `connection`, whose transaction is the caller's; `rows` open bodies."""
        self._connection = connection
        self._rows = rows

    def _bodies(self, table: Table, query: Select[Any], type_: type[T]) -> list[T]:
        found = self._connection.execute(query).all()
        return [self._rows.open(table, row, type_) for row in found]

    def get_case(self, case_no: str) -> WindowCase:
        """The window's copy. Raises Refusal: CASE_NOT_FOUND."""
        found = self._rows.find(self._connection, t.cases, WindowCase, case_no)
        if found is None:
            raise Refusal(CASE_NOT_FOUND)
        return found

    def find_case(self, archive_code: str, client_key: str) -> WindowCase | None:
        """The case that was filed under that key, if any."""
        query = self._rows.select(t.cases).where(
            t.cases.c.archive_code == archive_code, t.cases.c.client_key == client_key
        )
        return next(iter(self._bodies(t.cases, query, WindowCase)), None)

    def list_cases(
        self, archive_code: str, states: Sequence[str], limit: int
    ) -> Sequence[WindowCase]:
        """Newest first; empty `archive_code` or `states` = all."""
        query = self._rows.select(t.cases).order_by(
            t.cases.c.filed_ms.desc(), t.cases.c.case_no.desc()
        )
        if archive_code:
            query = query.where(t.cases.c.archive_code == archive_code)
        if states:
            query = query.where(t.cases.c.state.in_([str(state) for state in states]))
        return self._bodies(t.cases, query.limit(limit), WindowCase)

    def get_work(self, case_no: str, holder_archive: str) -> HolderCase:
        """The holder's copy. Raises Refusal: CASE_NOT_FOUND."""
        found = self.find_work(case_no, holder_archive)
        if found is None:
            raise Refusal(CASE_NOT_FOUND)
        return found

    def find_work(self, case_no: str, holder_archive: str) -> HolderCase | None:
        """The holder's copy, if there is one."""
        return self._rows.find(self._connection, t.work, HolderCase, case_no, holder_archive)

    def list_work(
        self, archive_code: str, states: Sequence[str], limit: int
    ) -> Sequence[HolderCase]:
        """Earliest deadline first; empty `archive_code` or `states` = all."""
        query = self._rows.select(t.work).order_by(t.work.c.deadline_ms, t.work.c.case_no)
        if archive_code:
            query = query.where(t.work.c.holder_archive == archive_code)
        if states:
            query = query.where(t.work.c.state.in_([str(state) for state in states]))
        return self._bodies(t.work, query.limit(limit), HolderCase)

    def get_issuance(self, release_id: str) -> Issuance:
        """A certificate on its way. Raises Refusal: CASE_NOT_FOUND."""
        query = self._rows.select(t.issuances).where(t.issuances.c.release_id == release_id)
        found = self._bodies(t.issuances, query, Issuance)
        if not found:
            raise Refusal(CASE_NOT_FOUND)
        return found[0]

    def case_issuances(self, case_no: str, holder_archive: str) -> Sequence[Issuance]:
        """Certificates of that case, whatever became of them."""
        query = self._rows.select(t.issuances).where(t.issuances.c.case_no == case_no)
        found = self._bodies(t.issuances, query, Issuance)
        return [one for one in found if one.holder_archive == holder_archive]

    def due_issuances(self, now: datetime, limit: int) -> Sequence[Issuance]:
        """Unfinished ones whose time has come, oldest first."""
        query = (
            self._rows.select(t.issuances)
            .where(t.issuances.c.step.in_(UNFINISHED), t.issuances.c.due_ms <= to_ms(now))
            .order_by(t.issuances.c.due_ms, t.issuances.c.release_id)
        )
        return self._bodies(t.issuances, query.limit(limit), Issuance)

    def find_received(
        self, sender: str, kind: str, case_no: str, holder_archive: str, in_reply_to: str
    ) -> InboxEntry | None:
        """What was accepted under that key."""
        c = t.inbox.c
        query = select(t.inbox).where(
            c.sender == sender,
            c.kind == kind,
            c.case_no == case_no,
            c.holder_archive == holder_archive,
            c.in_reply_to == in_reply_to,
        )
        row = self._connection.execute(query).one_or_none()
        if row is None:
            return None
        return InboxEntry(
            sequence=row.sequence,
            sender=row.sender,
            kind=row.kind,
            case_no=row.case_no,
            holder_archive=row.holder_archive,
            in_reply_to=row.in_reply_to,
            envelope_id=row.envelope_id,
            receipt=envelope_from_json(row.receipt),
        )

    def list_messages(self, state: str, limit: int) -> Sequence[OutboxMessage]:
        """Messages that wait or are dead, oldest due first."""
        query = (
            self._rows.select(t.outbox).where(t.outbox.c.state == state).order_by(t.outbox.c.due_ms)
        )
        return self._bodies(t.outbox, query.limit(limit), OutboxMessage)

    def events_after(self, after: int, limit: int) -> Sequence[Event]:
        """In order of sequence."""
        query = select(t.events).where(t.events.c.sequence > after).order_by(t.events.c.sequence)
        return [_event(row) for row in self._connection.execute(query.limit(limit))]

    def case_events(self, case_no: str, desk: str, archive_code: str) -> Sequence[Event]:
        """All events of one copy of one case, in order."""
        c = t.events.c
        query = (
            select(t.events)
            .where(c.case_no == case_no, c.desk == desk, c.archive_code == archive_code)
            .order_by(c.sequence)
        )
        return [_event(row) for row in self._connection.execute(query)]

    def last_event(self) -> int:
        """Newest sequence number, 0 = none."""
        newest = self._connection.execute(select(func.max(t.events.c.sequence))).scalar()
        return int(newest or 0)

    def find_release(self, sha256: str, case_no: str, node_id: str) -> str:
        """The archive that lets that node fetch that file for that case; empty = none does."""
        c = t.released_files.c
        query = select(c.holder_archive).where(
            c.sha256 == sha256, c.case_no == case_no, c.node_id == node_id
        )
        return self._connection.execute(query).scalar() or ""

    def get_paper(self, paper_id: str) -> CasePaper:
        """An office paper. Raises Refusal: CASE_NOT_FOUND."""
        query = self._rows.select(t.papers).where(t.papers.c.paper_id == paper_id)
        found = self._bodies(t.papers, query, CasePaper)
        if not found:
            raise Refusal(CASE_NOT_FOUND)
        return found[0]

    def list_papers(self, case_no: str) -> Sequence[CasePaper]:
        """Office papers of a case, oldest first."""
        c = t.papers.c
        query = self._rows.select(t.papers).where(c.case_no == case_no)
        return self._bodies(t.papers, query.order_by(c.ordered_ms, c.paper_id), CasePaper)

    def undrawn_papers(self, limit: int) -> Sequence[CasePaper]:
        """Office papers that wait to be drawn, oldest first."""
        c = t.papers.c
        query = self._rows.select(t.papers).where(c.drawn == 0).order_by(c.ordered_ms, c.paper_id)
        return self._bodies(t.papers, query.limit(limit), CasePaper)

    def posted_papers(self, archive_code: str, limit: int) -> Sequence[CasePaper]:
        """寄送登记: what the archive posted, newest entry first."""
        c = t.papers.c
        query = self._rows.select(t.papers).where(c.archive_code == archive_code, c.posted != "")
        return self._bodies(t.papers, query.order_by(c.posted.desc()).limit(limit), CasePaper)

    def list_statements(self, archive_code: str, case_no: str) -> Sequence[KeptStatement]:
        """Signed statements of the case that the archive keeps, oldest first."""
        return list_statements(self._connection, self._rows, archive_code, case_no)

    def counts(self) -> Mapping[str, int]:
        """How many rows wait where."""

        def count(query: Select[int]) -> int:
            return int(self._connection.execute(query).scalar_one())

        every = select(func.count())
        return {
            "cases": count(every.select_from(t.cases)),
            "work": count(every.select_from(t.work)),
            "outbox": count(every.where(t.outbox.c.state == "waiting")),
            "dead": count(every.where(t.outbox.c.state == "dead")),
            "issuing": count(every.where(t.issuances.c.step.in_(UNFINISHED))),
            "events": self.last_event(),
        }
