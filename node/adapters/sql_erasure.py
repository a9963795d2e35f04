"""Erasing on SQL: one copy of one case goes in one transaction, and its leaf says so.

Rows that name people are deleted; statements keep everything but their body; the openings of the
state leaves go (nobody can link them any more), those of the statements stay (they prove).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Select, delete, func, insert, select, update

from node.adapters import case_tables as t
from node.adapters import desk_tables
from node.adapters.case_log import CaseLog, commitments
from node.adapters.correction_tables import certified_records
from node.adapters.erased_traces import drop_traces
from node.adapters.erasure_tables import ensure_erasure_tables, erasures
from node.adapters.row_values import to_ms
from node.adapters.sql_casebook import case_rows, lock_writers
from node.adapters.sql_doomed_files import SqlDoomedFiles
from node.adapters.sql_holds import SqlHolds
from node.domain.cases import HOLDER, WINDOW, HolderCase, OutboxMessage, WindowCase
from node.domain.erasure import PERSONAL, Copy, Erased, EraseOrder
from node.domain.exchange_reasons import CASE_HELD, CASE_NOT_ENDED
from node.domain.reasons import CASE_NOT_FOUND
from records.case_states import CLOCK_STOPPED, CaseState
from records.exchange import AssistRequest
from records.refusal import Refusal
from records.retention import Keeping
from trust.envelope.statement import decode
from trust.store.engine import transaction
from trust.store.schema import read_version
from trust.store.scrubbing import overwriting
from trust.store.sealed_fields import SealedFields
from trust.transparency.checkpoint import log_origin

_ENDED = tuple(state.value for state in CLOCK_STOPPED)
_GONE = (*_ENDED, CaseState.DRAFT.value)


class SqlErasureBook(SqlDoomedFiles, SqlHolds):
    """`ErasureBook` on SQL."""

    def __init__(
        self, engine: Engine, trust_domain: str, fields: SealedFields, log: CaseLog
    ) -> None:
        """The tables exist from now on; leaves go to `log` in the same transaction."""
        ensure_erasure_tables(engine)
        self._engine = engine
        self._has_desks = read_version(engine, desk_tables.SCHEMA_NAME) is not None
        self._trust_domain = trust_domain
        self._rows = case_rows(fields, erasures)
        self._log = log

    def copies(self, archive_code: str, case_no: str) -> Sequence[Copy]:
        """See `ErasureBook.copies`."""
        with self._engine.connect() as connection:
            return [
                Copy(archive_code=archive_code, case_no=case_no, desk=desk)
                for desk in (WINDOW, HOLDER)
                if connection.execute(_this(desk, archive_code, case_no)).first() is not None
            ]

    def due(
        self, archive_code: str, before: Mapping[Keeping, datetime], limit: int
    ) -> Sequence[Copy]:
        """See `ErasureBook.due`."""
        found: list[Copy] = []
        with self._engine.connect() as connection:
            held = set(self._held(connection, archive_code))
            for desk, query in _due(archive_code, before):
                for case_no in connection.execute(query.limit(limit + len(held))).scalars():
                    if case_no not in held:
                        found.append(Copy(archive_code=archive_code, case_no=case_no, desk=desk))
        return found[:limit]

    def erase(self, copy: Copy, order: EraseOrder) -> Erased:
        """See `ErasureBook.erase`."""
        with transaction(self._engine) as connection, overwriting(connection):
            lock_writers(connection)
            if copy.case_no in self._held(connection, copy.archive_code):
                raise Refusal(CASE_HELD, copy.case_no)
            state, category, outcome = self._end_of(connection, copy)
            self._drop_messages(connection, copy)
            files = self._doom_files(connection, copy)
            statements = self._empty_statements(connection, copy)
            self._drop_traces(connection, copy)
            _drop_rows(connection, copy)
            leaf = self._log.append_erasure(
                connection, copy.archive_code, copy.case_no, order.ordered_by, order.basis, order.at
            )
            erased = Erased(
                copy=copy,
                order=order,
                state=state,
                category=category,
                outcome=outcome,
                statements=statements,
                files=files,
                leaf=leaf,
            )
            self._remember(connection, erased)
        return erased

    def erased(self, archive_code: str, limit: int) -> Sequence[Erased]:
        """See `ErasureBook.erased`."""
        newest = (
            select(erasures)
            .where(erasures.c.archive_code == archive_code)
            .order_by(erasures.c.at_ms.desc())
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [
                Erased(
                    copy=Copy(archive_code=archive_code, case_no=row.case_no, desk=row.desk),
                    order=self._rows.open(erasures, row, EraseOrder),
                    state=row.state,
                    category=row.category,
                    outcome=row.outcome,
                    statements=row.statements,
                    files=row.files,
                    leaf=row.leaf,
                )
                for row in connection.execute(newest)
            ]

    def _end_of(self, connection: Connection, copy: Copy) -> tuple[str, str, str]:
        """State, category and outcome of the copy that is about to go."""
        table = t.cases if copy.desk == WINDOW else t.work
        key = table.c.archive_code if copy.desk == WINDOW else table.c.holder_archive
        query = self._rows.select(table).where(
            table.c.case_no == copy.case_no, key == copy.archive_code
        )
        row = connection.execute(query).first()
        if row is None:
            raise Refusal(CASE_NOT_FOUND)
        if copy.desk == WINDOW:
            case = self._rows.open(table, row, WindowCase)
            state, category = case.state, case.application.query.category
            outcome = next((leg.outcome for leg in case.legs if leg.outcome), "")
        else:
            work = self._rows.open(table, row, HolderCase)
            request = decode(work.request.payload, AssistRequest)
            state, category, outcome = work.state, request.query.category, work.outcome
        if state not in _GONE:
            raise Refusal(CASE_NOT_ENDED, state)
        return state, category, outcome

    def _drop_messages(self, connection: Connection, copy: Copy) -> None:
        """Dead letters of the case are gone; one that is still to arrive refuses."""
        every = self._rows.select(t.outbox)
        for row in connection.execute(every).all():
            message = self._rows.open(t.outbox, row, OutboxMessage)
            if message.case_no != copy.case_no:
                continue
            if message.state != "dead":
                raise Refusal(CASE_NOT_ENDED, "outbox")
            gone = t.outbox.c.message_id == message.message_id
            connection.execute(delete(t.outbox).where(gone))

    def _drop_traces(self, connection: Connection, copy: Copy) -> None:
        other = HOLDER if copy.desk == WINDOW else WINDOW
        kept = connection.execute(_this(other, copy.archive_code, copy.case_no)).first()
        drop_traces(connection, copy, last=kept is None, desks=self._has_desks)

    def _empty_statements(self, connection: Connection, copy: Copy) -> int:
        """Bodies that name people are gone, unless the archive's other copy still needs them."""
        desk = HOLDER if copy.desk == WINDOW else WINDOW
        if connection.execute(_this(desk, copy.archive_code, copy.case_no)).first() is not None:
            return 0
        c = t.statements.c
        mine = (c.archive_code == copy.archive_code) & (c.case_no == copy.case_no)
        ids = select(c.envelope_id).where(mine)
        origin = log_origin(self._trust_domain, copy.archive_code)
        connection.execute(
            delete(commitments).where(
                commitments.c.log_id == origin, commitments.c.envelope_id.in_(ids)
            )
        )
        named = c.name.in_(PERSONAL) & c.body.is_not(None)
        return connection.execute(
            update(t.statements).where(mine, named).values(body=None)
        ).rowcount

    def _remember(self, connection: Connection, erased: Erased) -> None:
        key = (erased.copy.archive_code, erased.copy.case_no, erased.copy.desk)
        archive_code, case_no, desk = key
        connection.execute(
            insert(erasures).values(
                archive_code=archive_code,
                case_no=case_no,
                desk=desk,
                at_ms=to_ms(erased.order.at),
                state=erased.state,
                category=erased.category,
                outcome=erased.outcome,
                statements=erased.statements,
                files=erased.files,
                leaf=erased.leaf,
                body=self._rows.seal(erasures, erased.order, *key),
            )
        )


def _this(desk: str, archive_code: str, case_no: str) -> Select[Any]:
    """Whether the archive has that copy."""
    if desk == WINDOW:
        c = t.cases.c
        return select(c.case_no).where(c.case_no == case_no, c.archive_code == archive_code)
    w = t.work.c
    return select(w.case_no).where(w.case_no == case_no, w.holder_archive == archive_code)


def _due(
    archive_code: str, before: Mapping[Keeping, datetime]
) -> Iterator[tuple[str, Select[Any]]]:
    """Desk and query of each keeping; a case counts from its last event."""
    c, w = t.cases.c, t.work.c
    own = select(w.case_no).where(w.holder_archive == archive_code)
    windows = select(c.case_no).where(c.archive_code == archive_code, c.state.in_(_ENDED))
    quiet = _quiet(WINDOW, archive_code, before[Keeping.WINDOW_COPY])
    yield WINDOW, windows.where(c.case_no.not_in(own), c.case_no.in_(quiet)).order_by(c.filed_ms)
    quiet = _quiet(WINDOW, archive_code, before[Keeping.HOLDER_CASE])
    yield WINDOW, windows.where(c.case_no.in_(own), c.case_no.in_(quiet)).order_by(c.filed_ms)
    drafts = select(c.case_no).where(
        c.archive_code == archive_code,
        c.state == CaseState.DRAFT.value,
        c.filed_ms < to_ms(before[Keeping.DRAFT]),
    )
    yield WINDOW, drafts.order_by(c.filed_ms)
    quiet = _quiet(HOLDER, archive_code, before[Keeping.HOLDER_CASE])
    kept = select(w.case_no).where(w.holder_archive == archive_code, w.state.in_(_ENDED))
    yield HOLDER, kept.where(w.case_no.in_(quiet)).order_by(w.deadline_ms)


def _quiet(desk: str, archive_code: str, before: datetime) -> Select[Any]:
    """Cases of which nothing was heard since then."""
    e = t.events.c
    mine = select(e.case_no).where(e.desk == desk, e.archive_code == archive_code)
    return mine.group_by(e.case_no).having(func.max(e.at_ms) < to_ms(before))


def _drop_rows(connection: Connection, copy: Copy) -> None:
    """Every row that holds something about a person, of this copy."""
    archive, case_no = copy.archive_code, copy.case_no
    if copy.desk == WINDOW:
        c = t.cases.c
        connection.execute(delete(t.cases).where(c.case_no == case_no, c.archive_code == archive))
    else:
        w, i, f = t.work.c, t.issuances.c, t.released_files.c
        issued = select(i.release_id).where(i.case_no == case_no, i.holder_archive == archive)
        for gone in (
            delete(certified_records).where(certified_records.c.release_id.in_(issued)),
            delete(t.issuances).where(i.case_no == case_no, i.holder_archive == archive),
            delete(t.released_files).where(f.case_no == case_no, f.holder_archive == archive),
            delete(t.work).where(w.case_no == case_no, w.holder_archive == archive),
        ):
            connection.execute(gone)
    p = t.papers.c
    connection.execute(delete(t.papers).where(p.case_no == case_no, p.archive_code == archive))
