"""The node's books read for supervision: facts about cases, log entries, certificates."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import Connection, Engine, and_, func, select

from node.adapters import case_tables as t
from node.adapters.row_values import from_ms, to_ms
from node.adapters.sealed_rows import SealedRows
from node.domain.cases import HOLDER, WINDOW, HolderCase, Issuance, WindowCase
from node.domain.reasons import LEDGER_DAMAGED
from node.domain.service_levels import CaseFact
from node.supervision_ports import LeafRow, LogCheck
from records.case_states import CaseState
from records.exchange import AssistRequest
from records.refusal import Refusal
from trust.envelope.statement import decode
from trust.envelope.suites import PublicKey
from trust.store.sealed_fields import SealedFields
from trust.transparency import tables as log
from trust.transparency.audit import verify_stored_log
from trust.transparency.checkpoint import log_origin
from trust.transparency.leaf import decode_leaf
from trust.transparency.merkle import leaf_hash

_CHUNK = 400
_SCANNED = 20_000
"""Entries looked at for one case before the page says that there may be more."""
_PAUSED = (CaseState.SUPPLEMENT_REQUIRED, CaseState.IDENTITY_RESOLUTION)
_ANSWERED = frozenset(
    {
        CaseState.DELIVERED,
        CaseState.REFUSED,
        CaseState.REFERRED,
        CaseState.NOT_FOUND_CONFIRMED,
        CaseState.CLOSED,
    }
)
_Moves = Sequence[tuple[str, datetime]]
_NO_TIME = timedelta()


class SqlFigures:
    """`FigureBook` on SQL."""

    def __init__(
        self,
        engine: Engine,
        trust_domain: str,
        log_keys: Mapping[str, PublicKey],
        fields: SealedFields,
    ) -> None:
        """Read from `engine`; `log_keys` verify the archives' checkpoints."""
        self._engine = engine
        self._rows = SealedRows(fields, (t.cases, t.work, t.issuances))
        self._trust_domain = trust_domain
        self._keys = log_keys

    def facts(self, archive_code: str, since: datetime, until: datetime) -> Sequence[CaseFact]:
        """Cases of both desks that began in [since, until), oldest first."""
        with self._engine.connect() as connection:
            found = [
                *_window_facts(connection, self._rows, archive_code, since, until),
                *_holder_facts(connection, self._rows, archive_code, since, until),
            ]
        return sorted(found, key=lambda fact: (fact.began, fact.case_no, fact.desk))

    def leaves(
        self, archive_code: str, before: int, limit: int, case_no: str = ""
    ) -> Sequence[LeafRow]:
        """Entries with an index below `before` (-1 = the newest), newest first; of one case."""
        c, origin = log.log_leaf.c, log_origin(self._trust_domain, archive_code)
        query = select(c.idx, c.body).where(c.log_id == origin).order_by(c.idx.desc())
        if before >= 0:
            query = query.where(c.idx < before)
        found: list[LeafRow] = []
        with self._engine.connect() as connection:
            rows = connection.execute(query.limit(_SCANNED if case_no else limit))
            for row in rows:
                leaf = _leaf_row(row.idx, bytes(row.body))
                if case_no in ("", leaf.case_no):
                    found.append(leaf)
                if len(found) == limit:
                    break
        return found

    def verify_log(self, archive_code: str) -> LogCheck:
        """Raises Refusal: LEDGER_DAMAGED."""
        origin = log_origin(self._trust_domain, archive_code)
        try:
            audit = verify_stored_log(self._engine, origin, keys=(self._keys[archive_code],))
        except Refusal as refusal:
            raise Refusal(LEDGER_DAMAGED, f"{archive_code} {refusal.code}") from refusal
        return LogCheck(size=audit.size, root=audit.root.hex(), checkpoints=audit.checkpoints)

    def issuances(self, archive_code: str, number: str, limit: int) -> Sequence[Issuance]:
        """Certificates of the archive, newest first; `number` = a part of the number."""
        c = t.issuances.c
        every = self._rows.select(t.issuances).where(c.holder_archive == archive_code)
        query = every.order_by(c.due_ms.desc())
        found: list[Issuance] = []
        with self._engine.connect() as connection:
            for row in connection.execute(query.limit(_SCANNED)):
                issuance = self._rows.open(t.issuances, row, Issuance)
                if number.upper() in issuance.number:
                    found.append(issuance)
                if len(found) == limit:
                    break
        return found


def _window_facts(
    connection: Connection,
    rows: SealedRows,
    archive_code: str,
    since: datetime,
    until: datetime,
) -> Iterator[CaseFact]:
    c = t.cases.c
    query = rows.select(t.cases).where(
        c.archive_code == archive_code, c.filed_ms >= to_ms(since), c.filed_ms < to_ms(until)
    )
    cases = [rows.open(t.cases, row, WindowCase) for row in connection.execute(query)]
    moves = _moves(connection, archive_code, WINDOW, [case.case_no for case in cases])
    for case in cases:
        if case.registered_at is None:
            continue
        passed = moves[case.case_no]
        yield CaseFact(
            desk=WINDOW,
            case_no=case.case_no,
            category=case.application.query.category,
            purpose=case.application.purpose,
            partner="、".join(leg.holder_name for leg in case.legs),
            state=case.state,
            outcome=next((leg.outcome for leg in case.legs if leg.outcome), ""),
            began=case.registered_at,
            ended=_ended(passed),
            deadline=case.deadline,
            paused=_paused(passed),
            by_hand=_was(passed, CaseState.MANUAL_SEARCH),
            withdrawn=_was(passed, CaseState.WITHDRAWN),
        )


def _holder_facts(
    connection: Connection,
    rows: SealedRows,
    archive_code: str,
    since: datetime,
    until: datetime,
) -> Iterator[CaseFact]:
    e, w = t.events.c, t.work.c
    first = (
        select(e.case_no)
        .where(e.desk == HOLDER, e.archive_code == archive_code, e.at_ms < to_ms(until))
        .group_by(e.case_no)
        .having(func.min(e.at_ms) >= to_ms(since))
        .subquery()
    )
    query = rows.select(t.work).join(
        first, and_(first.c.case_no == w.case_no, w.holder_archive == archive_code)
    )
    cases = [rows.open(t.work, row, HolderCase) for row in connection.execute(query)]
    moves = _moves(connection, archive_code, HOLDER, [case.case_no for case in cases])
    for case in cases:
        passed, request = moves[case.case_no], decode(case.request.payload, AssistRequest)
        by_hand = _was(passed, CaseState.MANUAL_SEARCH)
        yield CaseFact(
            desk=HOLDER,
            case_no=case.case_no,
            category=request.query.category,
            purpose=request.purpose,
            partner=case.window_name,
            state=case.state,
            outcome=case.outcome if _ended(passed) else "",
            began=case.received_at,
            ended=_ended(passed),
            deadline=None if by_hand else case.deadline,
            paused=_paused(passed),
            by_hand=by_hand,
            withdrawn=_was(passed, CaseState.WITHDRAWN),
        )


def _moves(
    connection: Connection, archive_code: str, desk: str, case_nos: Sequence[str]
) -> Mapping[str, _Moves]:
    e = t.events.c
    found: dict[str, list[tuple[str, datetime]]] = defaultdict(list)
    for start in range(0, len(case_nos), _CHUNK):
        query = (
            select(e.case_no, e.state, e.at_ms)
            .where(
                e.case_no.in_(case_nos[start : start + _CHUNK]),
                e.desk == desk,
                e.archive_code == archive_code,
            )
            .order_by(e.case_no, e.sequence)
        )
        for row in connection.execute(query):
            found[row.case_no].append((row.state, from_ms(row.at_ms)))
    return found


def _ended(moves: _Moves) -> datetime | None:
    return next((at for state, at in moves if state in _ANSWERED), None)


def _paused(moves: _Moves) -> timedelta:
    """Time between a question and what followed it; an open pause counts once it has ended."""
    spans = (then - at for (state, at), (_, then) in pairwise(moves) if state in _PAUSED)
    return sum(spans, _NO_TIME)


def _was(moves: Iterable[tuple[str, datetime]], state: CaseState) -> bool:
    return any(passed == state for passed, _at in moves)


def _leaf_row(index: int, body: bytes) -> LeafRow:
    leaf = decode_leaf(body)
    return LeafRow(
        index=index,
        at=from_ms(leaf.ts_ms),
        kind=leaf.kind,
        case_no=leaf.case,
        from_state=leaf.from_state,
        to_state=leaf.to_state,
        actor=leaf.actor,
        note=leaf.note,
        number=leaf.number,
        sha256=leaf_hash(body).hex(),
    )
