"""fsck: the tables against the log, leaf by leaf; nothing that the database says is believed.

The log is recomputed from its leaves; every event has its leaf and every leaf its event, in one
order; a case is in the state of its last leaf; every statement opens its leaf's commitment and is
the bytes that it committed to; every sealed body opens where it lies (F26).
"""

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Engine, Row, Table, func, select, text

from node.adapters import case_tables as t
from node.adapters.case_log import commitments
from node.adapters.erasure_tables import erasures
from node.adapters.sealed_rows import SealedRows
from node.adapters.sql_statements import NO_LEAF
from node.domain.cases import HOLDER, WINDOW, HolderCase, WindowCase
from node.domain.ledger import Fault, LedgerReport
from records.refusal import Refusal
from trust.envelope.dsse import envelope_from_json, envelope_id
from trust.envelope.suites import PublicKey
from trust.transparency import tables as log
from trust.transparency.audit import LogDamaged, verify_log
from trust.transparency.checkpoint import log_origin
from trust.transparency.leaf import Leaf, commit_to, decode_leaf

MOST_FAULTS = 1000
_Key = tuple[str, str]
"""Case and desk."""


class LedgerCheck:
    """Checks the database of one node, in one snapshot, while others go on writing."""

    def __init__(
        self,
        engine: Engine,
        trust_domain: str,
        keys: Mapping[str, PublicKey],
        rows: SealedRows,
    ) -> None:
        """`keys` are the log keys by archive; `rows` open every sealed body."""
        self._engine = engine
        self._trust_domain = trust_domain
        self._keys = keys
        self._rows = rows

    def run(self) -> LedgerReport:
        """Everything that was found."""
        with self._engine.connect() as plain:
            connection = plain
            if plain.dialect.name == "postgresql":
                connection = plain.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                faults = [*_pages(connection), *self._bodies(connection)]
                for archive_code in self._keys:
                    faults.extend(self._archive(connection, archive_code))
                return LedgerReport(
                    leaves=_count(connection, log.log_leaf),
                    events=_count(connection, t.events),
                    statements=_count(connection, t.statements),
                    bodies=sum(_count(connection, table) for table in t.SEALED),
                    faults=tuple(faults[:MOST_FAULTS]),
                )

    def _bodies(self, connection: Connection) -> Iterator[Fault]:
        for table, key in self._rows.check(connection):
            where = f"{table} {' '.join(map(str, key))}"
            yield Fault(archive_code="", what="body_damaged", where=where)

    def _archive(self, connection: Connection, archive_code: str) -> Iterator[Fault]:
        origin = log_origin(self._trust_domain, archive_code)
        try:
            verify_log(connection, origin, keys=(self._keys[archive_code],))
        except LogDamaged as damaged:
            for one in damaged.findings:
                yield Fault(archive_code=archive_code, what=one.what, where=one.where)
        leaves: dict[int, Leaf] = {}
        for index, body in _leaves(connection, origin):
            try:
                leaves[index] = decode_leaf(body)
            except Refusal:
                yield Fault(archive_code=archive_code, what="leaf_altered", where=f"leaf {index}")
        # Events of what came back from the copy were lost with the database.
        lost = _restored(leaves)
        moves = {index: leaf for index, leaf in leaves.items() if index not in lost}
        for check in (
            _check_events(connection, archive_code, moves),
            self._check_states(connection, archive_code),
            self._check_statements(connection, archive_code, leaves),
            _check_commitments(connection, archive_code, origin, leaves),
        ):
            yield from check

    def _check_states(self, connection: Connection, archive_code: str) -> Iterator[Fault]:
        """Each case stands where its last event left it, or was erased."""
        last = _last_states(connection, archive_code)
        gone = {
            (row.case_no, row.desk)
            for row in connection.execute(
                select(erasures.c.case_no, erasures.c.desk).where(
                    erasures.c.archive_code == archive_code
                )
            )
        }
        present = dict(self._states(connection, archive_code))
        for (case_no, desk), (column, body) in present.items():
            where = f"{case_no} {desk}"
            known = last.get((case_no, desk))
            if known is None:
                yield Fault(archive_code=archive_code, what="case_without_events", where=where)
            elif not known == column == body:
                yield Fault(archive_code=archive_code, what="state_differs", where=where)
        for case_no, desk in last.keys() - present.keys() - gone:
            yield Fault(archive_code=archive_code, what="case_missing", where=f"{case_no} {desk}")

    def _states(
        self, connection: Connection, archive_code: str
    ) -> Iterator[tuple[_Key, tuple[str, str]]]:
        """State by column and by body, of every copy whose body opens."""
        c, w = t.cases.c, t.work.c
        cases = (
            self._rows.select(t.cases).add_columns(c.state).where(c.archive_code == archive_code)
        )
        for row in connection.execute(cases):
            with_body = self._opened(t.cases, row, WindowCase)
            yield (row.case_no, WINDOW), (row.state, with_body or row.state)
        work = self._rows.select(t.work).add_columns(w.state)
        for row in connection.execute(work.where(w.holder_archive == archive_code)):
            with_body = self._opened(t.work, row, HolderCase)
            yield (row.case_no, HOLDER), (row.state, with_body or row.state)

    def _opened(
        self, table: Table, row: Row[Any], type_: type[WindowCase] | type[HolderCase]
    ) -> str:
        try:
            return self._rows.open(table, row, type_).state
        except Refusal:
            # Said already, as a damaged body.
            return ""

    def _check_statements(
        self, connection: Connection, archive_code: str, leaves: Mapping[int, Leaf]
    ) -> Iterator[Fault]:
        """Each kept statement is what its leaf committed to; each such leaf has its statement."""
        c = t.statements.c
        kept = select(t.statements).where(c.archive_code == archive_code)
        seen = set()
        for row in connection.execute(kept.order_by(c.idx)):
            where = f"statement {row.envelope_id[:16]}"
            if row.idx != NO_LEAF:
                seen.add(row.idx)
                leaf = leaves.get(row.idx)
                commit = commit_to(row.envelope_id, row.salt)
                if leaf is None or leaf.commit != commit or leaf.case != row.case_no:
                    yield Fault(archive_code=archive_code, what="statement_differs", where=where)
            if row.body is not None and not self._is_whole(row):
                yield Fault(archive_code=archive_code, what="statement_differs", where=where)
        spoken = {index for index, leaf in leaves.items() if leaf.kind == "statement"}
        for index in sorted(spoken - seen - _restored(leaves)):
            where = f"leaf {index}"
            yield Fault(archive_code=archive_code, what="statement_missing", where=where)

    def _is_whole(self, row: Row[Any]) -> bool:
        try:
            envelope = envelope_from_json(self._rows.open_bytes(t.statements, row))
        except Refusal:
            return False
        return bool(envelope_id(envelope) == row.envelope_id)


def _pages(connection: Connection) -> Iterator[Fault]:
    """What the store itself finds wrong with its pages."""
    if connection.dialect.name == "sqlite":
        found = connection.execute(text("PRAGMA integrity_check(20)")).scalars().all()
        for said in found:
            if said != "ok":
                yield Fault(archive_code="", what="page_damaged", where="integrity_check")
        return
    failures = connection.execute(
        text("SELECT checksum_failures FROM pg_stat_database WHERE datname = current_database()")
    ).scalar()
    if failures:
        yield Fault(archive_code="", what="page_damaged", where=f"checksum_failures {failures}")


def _check_events(
    connection: Connection, archive_code: str, leaves: Mapping[int, Leaf]
) -> Iterator[Fault]:
    """One event for one leaf, in one order: writers queue, so both were written in it.

    A move has a leaf of the kind `state`; an event of a case that stays where it is has a leaf of
    another kind, of the same case, instant and officer.
    """
    e = t.events.c
    ordered = select(t.events).where(e.archive_code == archive_code).order_by(e.sequence)
    events = deque(connection.execute(ordered).all())
    last: dict[_Key, str] = {}
    for index, leaf in sorted(leaves.items()):
        event = events[0] if events else None
        if leaf.kind != "state":
            if event is not None and _stays(event, leaf, last):
                events.popleft()
            continue
        if event is None:
            where = f"leaf {index}"
            yield Fault(archive_code=archive_code, what="leaf_without_event", where=where)
            continue
        said = (leaf.case, leaf.to_state, leaf.ts_ms, leaf.actor, leaf.note)
        if said != (event.case_no, event.state, event.at_ms, event.actor, event.code):
            where = f"event {event.sequence}, leaf {index}"
            yield Fault(archive_code=archive_code, what="event_differs", where=where)
        last[event.case_no, event.desk] = event.state
        events.popleft()
    for event in events:
        where = f"event {event.sequence}"
        yield Fault(archive_code=archive_code, what="event_without_leaf", where=where)


def _stays(event: Row[Any], leaf: Leaf, last: Mapping[_Key, str]) -> bool:
    """Whether that is the event of the leaf: the case was told about and did not move."""
    same = (event.case_no, event.at_ms, event.actor) == (leaf.case, leaf.ts_ms, leaf.actor)
    return same and last.get((event.case_no, event.desk)) == event.state


def _check_commitments(
    connection: Connection, archive_code: str, origin: str, leaves: Mapping[int, Leaf]
) -> Iterator[Fault]:
    """What is kept to open the leaves of moves opens them."""
    for row in connection.execute(select(commitments).where(commitments.c.log_id == origin)):
        leaf = leaves.get(row.idx)
        if leaf is None or leaf.commit != commit_to(row.envelope_id, row.salt):
            where = f"leaf {row.idx}"
            yield Fault(archive_code=archive_code, what="commitment_differs", where=where)


def _restored(leaves: Mapping[int, Leaf]) -> set[int]:
    """Indices of leaves that came back from the copy after a backup was restored."""
    found: set[int] = set()
    for leaf in leaves.values():
        if leaf.kind == "restored":
            first, _, last = leaf.note.partition(" ")
            found.update(range(int(first), int(last)))
    return found


def _last_states(connection: Connection, archive_code: str) -> dict[_Key, str]:
    e = t.events.c
    ordered = (
        select(e.case_no, e.desk, e.state)
        .where(e.archive_code == archive_code)
        .order_by(e.sequence)
    )
    last: dict[_Key, str] = defaultdict(str)
    for case_no, desk, state in connection.execute(ordered):
        last[case_no, desk] = state
    return dict(last)


def _leaves(connection: Connection, origin: str) -> Iterator[tuple[int, bytes]]:
    c = log.log_leaf.c
    for index, body in connection.execute(
        select(c.idx, c.body).where(c.log_id == origin).order_by(c.idx)
    ):
        yield int(index), bytes(body)


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())
