"""What must hold after a simulated run, read from both databases; each breach is one sentence."""

from collections import Counter
from collections.abc import Iterator, Mapping

from sqlalchemy import func, select

from node.adapters import case_tables as t
from node.bootstrap import Base
from records.refusal import Refusal
from trust.transparency.audit import verify_stored_log
from trust.transparency.checkpoint import log_origin
from trust.transparency.leaf import Leaf, decode_leaf
from trust.transparency.tables import log_leaf

WINDOW, HOLDER = ("jiaxing", "330400"), ("shangrao", "361100")
ENDED = {
    "miss": ("not_found_confirmed", "delivered", "NO_RECORD_COVERED"),
    "ask": ("not_found_confirmed", "delivered", "NO_RECORD_COVERED"),
    "refuse": ("refused", "closed", "REFUSED"),
    "refer": ("referred", "closed", "REFERRED"),
    "hit": ("sealed", "delivered", "HIT_UNIQUE"),
}
"""State at the window and at the holder, and the outcome, of a request of each kind."""
_BOTH_KEEP = frozenset({"request", "answer"})


def check(bases: Mapping[str, Base], acknowledged: Mapping[str, str]) -> list[str]:
    """Every breach: lost, duplicated, unequal, or a log that is not whole; empty = none."""
    window, holder = bases[WINDOW[0]], bases[HOLDER[0]]
    leaves = {where: list(read_leaves(bases[where[0]], where[1])) for where in (WINDOW, HOLDER)}
    return [
        *_check_ends(window, holder, acknowledged),
        *_check_effects(holder, leaves[HOLDER], acknowledged),
        *_check_kept(window, holder, acknowledged),
        *(finding for where in (WINDOW, HOLDER) for finding in _check_log(bases, where, leaves)),
    ]


def count_leaves(bases: Mapping[str, Base]) -> int:
    """Leaves in both logs."""
    total = 0
    for base in bases.values():
        with base.engine.connect() as connection:
            total += connection.execute(select(func.count()).select_from(log_leaf)).scalar_one()
    return total


def _check_ends(window: Base, holder: Base, acknowledged: Mapping[str, str]) -> Iterator[str]:
    """Nothing acknowledged is lost, and each came to the end that the clerk meant."""
    with window.house.book.read() as ours, holder.house.book.read() as theirs:
        for case_no, kind in acknowledged.items():
            try:
                case, work = ours.get_case(case_no), theirs.get_work(case_no, HOLDER[1])
            except Refusal:
                yield f"lost: {case_no} {kind} is not in both databases"
                continue
            (leg,) = case.legs
            seen = (str(case.state), str(work.state), leg.outcome)
            if seen != ENDED[kind]:
                yield f"lost: {case_no} {kind} stands at {seen}"
            if (leg.request_id, leg.answer_id) != (work.request_id, work.answer_id):
                yield f"unequal: {case_no} envelope ids in the cases"


def _check_effects(
    holder: Base, leaves: list[Leaf], acknowledged: Mapping[str, str]
) -> Iterator[str]:
    """One arrival of each request, one certificate of each hit, no number twice."""
    arrived = Counter(x.case for x in leaves if x.kind == "state" and not x.from_state)
    sealed = Counter(x.case for x in leaves if x.kind == "certificate")
    numbers = Counter(x.number for x in leaves if x.kind == "certificate")
    files = Counter(x.case for x in leaves if x.kind == "certificate_file")
    for case_no, kind in acknowledged.items():
        wanted = int(kind == "hit")
        counted = (arrived[case_no], sealed[case_no], files[case_no])
        if counted != (1, wanted, wanted):
            yield f"duplicate: {case_no} {kind} arrived, sealed, filed {counted} times"
    yield from (f"duplicate: number {number}" for number, times in numbers.items() if times > 1)
    strangers = arrived.keys() - acknowledged.keys()
    yield from (f"duplicate: {case_no} was never acknowledged" for case_no in strangers)
    with holder.engine.connect() as connection:
        dead = connection.execute(
            select(func.count()).select_from(t.outbox).where(t.outbox.c.state == "dead")
        ).scalar_one()
    if dead:
        yield f"lost: {dead} dead letters"


def _check_kept(window: Base, holder: Base, acknowledged: Mapping[str, str]) -> Iterator[str]:
    """Both sides keep the same requests and answers, by envelope id."""
    ours, theirs = _kept(window, WINDOW[1]), _kept(holder, HOLDER[1])
    for case_no in acknowledged:
        if ours.get(case_no) != theirs.get(case_no) or not ours.get(case_no):
            yield f"unequal: {case_no} kept statements"


def _kept(base: Base, archive: str) -> dict[str, Counter[tuple[str, str]]]:
    c = t.statements.c
    query = select(c.case_no, c.name, c.envelope_id).where(
        c.archive_code == archive, c.name.in_(_BOTH_KEEP)
    )
    found: dict[str, Counter[tuple[str, str]]] = {}
    with base.engine.connect() as connection:
        for case_no, name, envelope_id in connection.execute(query):
            found.setdefault(case_no, Counter())[name, envelope_id] += 1
    return found


def _check_log(
    bases: Mapping[str, Base],
    where: tuple[str, str],
    leaves: Mapping[tuple[str, str], list[Leaf]],
) -> Iterator[str]:
    """Whole, gapless, and one leaf for every edge of a case."""
    base, archive = bases[where[0]], where[1]
    origin = log_origin(base.house.trust_domain, archive)
    key = base.folder.log_signers((archive,))[archive].public_key
    try:
        audit = verify_stored_log(base.engine, origin, keys=[key])
    except Refusal as refusal:
        yield f"log: {archive} {refusal.code} {refusal.detail}"
        return
    if audit.size != len(leaves[where]):
        yield f"log: {archive} has {audit.size} leaves, read {len(leaves[where])}"
    c = t.events.c
    edges: Counter[tuple[object, ...]] = Counter()
    with base.engine.connect() as connection:
        rows = connection.execute(
            select(c.case_no, c.state, c.at_ms, c.actor, c.code, c.sequence)
            .where(c.archive_code == archive)
            .order_by(c.sequence)
        ).all()
    edges.update(tuple(row)[:5] for row in rows)
    if [row.sequence for row in rows] != list(range(1, len(rows) + 1)):
        yield f"log: {archive} events have gaps"
    stated = Counter(
        (x.case, x.to_state, x.ts_ms, x.actor, x.note) for x in leaves[where] if x.kind == "state"
    )
    if stated - edges:
        yield f"log: {archive} {sum((stated - edges).values())} leaves without an edge"


def read_leaves(base: Base, archive: str) -> Iterator[Leaf]:
    """Every leaf of the archive's log, in order."""
    origin = log_origin(base.house.trust_domain, archive)
    query = select(log_leaf.c.body).where(log_leaf.c.log_id == origin).order_by(log_leaf.c.idx)
    with base.engine.connect() as connection:
        for body in connection.execute(query).scalars():
            yield decode_leaf(bytes(body))
