"""The criteria of trust.md §7, read from the databases after a run. Each finding is one sentence.

    C1 nothing acknowledged is lost         C5 leaves and state edges one to one, log consistent
    C2 one effect per request               C7 no canary where it has no business
    C4 both sides hold equal envelope ids   C8 no process ended but those that were killed

C3 (nobody unauthorised) is the attacker's count, C6 (recovered in 30 s) the runner's clock, C10 the
seed that every run prints.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from sqlalchemy import Connection, select

from certificate_service.adapters import tables as register
from node.adapters import case_tables as t
from node.adapters.witness_tables import cosigned
from node.bootstrap import Base, open_base
from records.refusal import Refusal
from tests.faults.canaries import find_canaries
from tests.faults.driver import Driver
from tests.faults.people import HIT, canaries_of
from tests.faults.world import ARCHIVES, CERTIFICATES, HOLDER, WINDOW, WITNESS, World
from trust.store.engine import open_engine
from trust.transparency import merkle, tables
from trust.transparency.audit import verify_stored_log
from trust.transparency.checkpoint import log_origin, parse_checkpoint
from trust.transparency.leaf import Leaf, decode_leaf
from trust.transparency.log import TransparencyLog
from trust.transparency.note import parse_note

_ANSWERED = ("request", "answer")
_ESCALATED = "escalated_"
Key = tuple[object, ...]


class Books:
    """The databases of a world, open for reading."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.window: Base = open_base(world.data(WINDOW))
        self.holder: Base = open_base(world.data(HOLDER))
        settings = world.data(CERTIFICATES) / "lantai.db"
        self.register = open_engine(f"sqlite:///{settings}")

    def close(self) -> None:
        """All of them are closed."""
        for engine in (self.window.engine, self.holder.engine, self.register):
            engine.dispose()

    def of(self, node: str) -> Base:
        """The books of the node."""
        return self.window if node == WINDOW else self.holder


def check_all(driver: Driver) -> list[str]:
    """Every breach of C1, C2, C4, C5, C7 and C8; empty = none."""
    world = driver.world
    found = [*_read_books(driver)]
    return [*found, *check_canaries(driver), *check_exits(world)]


def _read_books(driver: Driver) -> Iterator[str]:
    """What the books say; that they cannot be read is a finding too, and hides no other."""
    try:
        books = Books(driver.world)
    except Exception as fault:  # noqa: BLE001 -- a broken file breaks in many ways
        yield f"C5 the books cannot be opened: {type(fault).__name__}"
        return
    checks = (
        check_lost(driver, books),
        check_effects(driver, books),
        check_equal(driver, books),
        check_logs(books),
    )
    try:
        for check in checks:
            try:
                yield from check
            except Exception as fault:  # noqa: BLE001 -- as above
                yield f"C5 the books cannot be read: {type(fault).__name__}"
    finally:
        books.close()


def check_lost(driver: Driver, books: Books) -> Iterator[str]:
    """C1: whatever was acknowledged is at the window, and ended as it should."""
    with books.window.house.book.read() as book:
        for case_no, asked in driver.journal.cases.items():
            kept = book.find_case(ARCHIVES[WINDOW], asked.key)
            if kept is None or kept.case_no != case_no:
                yield f"C1 {case_no} was acknowledged and is gone"
    for case_no, why in driver.open_cases().items():
        yield f"C1 {case_no} did not end: {why}"


def check_effects(driver: Driver, books: Books) -> Iterator[str]:
    """C2: one case per key, one arrival and one certificate per request, no number twice."""
    filed = _all(books.window, select(t.cases.c.case_no))
    for case_no, count in Counter(filed).items():
        if count != 1 or case_no not in driver.journal.cases:
            yield f"C2 {case_no}: {count} cases, known to the client: no"
    leaves = read_leaves(books.holder, ARCHIVES[HOLDER])
    arrived = Counter(x.case for x in leaves if x.kind == "state" and not x.from_state)
    sealed = Counter(x.case for x in leaves if x.kind == "certificate")
    files = Counter(x.case for x in leaves if x.kind == "certificate_file")
    for case_no, asked in driver.journal.cases.items():
        if case_no in driver.given_up:
            continue
        wanted = int(asked.kind == HIT)
        counted = (arrived[case_no], sealed[case_no], files[case_no])
        if counted != (1, wanted, wanted):
            yield f"C2 {case_no}: arrived, sealed, filed {counted} times"
    with books.register.connect() as connection:
        numbers = list(connection.execute(select(register.release.c.number)).scalars())
    shown = list(driver.journal.numbers.values())
    if len(set(shown)) != len(shown) or not set(shown) <= set(numbers):
        yield f"C2 {len(shown)} numbers shown, {len(set(shown))} different"
    if len(numbers) > sum(sealed.values()):
        yield f"C2 {len(numbers)} certificates registered for {sum(sealed.values())} leaves"
    yield from _check_serials(leaves)


def _check_serials(leaves: Sequence[Leaf]) -> Iterator[str]:
    """C2: no order failed for good, and the numbers run on without a gap."""
    for leaf in leaves:
        if leaf.kind == "void":
            yield f"C2 {leaf.case}: an order became void, {leaf.note}"
    given = sorted(int(x.number.rpartition("-")[2]) for x in leaves if x.kind == "certificate")
    if given and given != list(range(given[0], given[0] + len(given))):
        yield f"C2 {len(given)} certificates are numbered from {given[0]} to {given[-1]}"


def check_equal(driver: Driver, books: Books) -> Iterator[str]:
    """C4: request and answer have the same envelope id on both sides, kept and in the case."""
    window, holder = books.window.house.book, books.holder.house.book
    with window.read() as ours, holder.read() as theirs:
        for case_no in driver.journal.cases:
            if case_no not in driver.ended:
                continue
            try:
                (leg,) = ours.get_case(case_no).legs
                work = theirs.get_work(case_no, ARCHIVES[HOLDER])
            except Refusal as refusal:
                yield f"C4 {case_no}: one side has lost it: {refusal.code}"
                continue
            if (leg.request_id, leg.answer_id) != (work.request_id, work.answer_id):
                yield f"C4 {case_no}: envelope ids differ"
            kept = [
                {
                    (one.name, one.envelope_id)
                    for one in book.list_statements(archive, case_no)
                    if one.name in _ANSWERED
                }
                for book, archive in ((ours, ARCHIVES[WINDOW]), (theirs, ARCHIVES[HOLDER]))
            ]
            if kept[0] != kept[1] or len(kept[0]) < len(_ANSWERED):
                yield f"C4 {case_no}: kept statements differ"


def check_logs(books: Books) -> Iterator[str]:
    """C5: whole, one leaf per edge, every two checkpoints consistent, witnesses agree."""
    for node in (WINDOW, HOLDER):
        base, archive = books.of(node), ARCHIVES[node]
        origin = log_origin(base.house.trust_domain, archive)
        key = base.folder.log_signers((archive,))[archive].public_key
        try:
            verify_stored_log(base.engine, origin, keys=[key])
        except Refusal as refusal:
            yield f"C5 {archive}: {refusal.code} {refusal.detail}"
            continue
        moves, notes = _leaf_keys(base, archive)
        edges = _edges(base, archive)
        # What happens within a state (a claim, a hand-over) has a leaf of its own kind.
        rest = (edges - moves).elements()
        bare = Counter((case, str(code).lower(), at, who) for case, _to, at, who, code in rest)
        if bare - notes or moves - edges:
            yield f"C5 {archive}: {sum((bare - notes).values())} edges without a leaf"
            yield f"C5 {archive}: {sum((moves - edges).values())} leaves without an edge"
        with base.engine.connect() as connection:
            yield from _check_checkpoints(connection, origin, archive)
        yield from _check_witness(books, base, origin, archive)


def _check_checkpoints(connection: Connection, origin: str, archive: str) -> Iterator[str]:
    table, log = tables.log_checkpoint, TransparencyLog()
    rows = connection.execute(
        select(table.c.note).where(table.c.log_id == origin).order_by(table.c.size)
    ).scalars()
    points = [parse_checkpoint(parse_note(str(note))) for note in rows]
    for old, new in pairwise(point for point in points if point.size):
        proof = log.consistency_proof(connection, origin, old.size, new.size)
        try:
            merkle.verify_consistency(old.size, new.size, old.root, new.root, proof)
        except Refusal as refusal:
            yield f"C5 {archive}: checkpoints {old.size} and {new.size}: {refusal.code}"


def _check_witness(books: Books, base: Base, origin: str, archive: str) -> Iterator[str]:
    if WITNESS not in books.world.setup.nodes:
        return
    witness = open_base(books.world.data(WITNESS))
    try:
        with witness.engine.connect() as connection:
            query = select(cosigned.c.note).where(cosigned.c.origin == origin)
            note = connection.execute(query).scalar_one_or_none()
    finally:
        witness.engine.dispose()
    if note is None:
        return
    known = parse_checkpoint(parse_note(str(note)))
    with base.engine.connect() as connection:
        try:
            TransparencyLog().check_continues(connection, origin, known)
        except Refusal as refusal:
            yield f"C5 {archive}: the witness saw another log at {known.size}: {refusal.code}"


def check_canaries(driver: Driver, more: Sequence[Path] = ()) -> Iterator[str]:
    """C7."""
    world = driver.world
    misses = max((asked.number for asked in driver.journal.cases.values()), default=0) + 1
    places = [world.folder, *more]
    for name in find_canaries(places, canaries_of(world.seed, misses), world.before):
        yield f"C7 {name} holds the name or number of a person"


def check_exits(world: World) -> Iterator[str]:
    """C8: nothing ended or failed inside that was not killed by the harness."""
    for name, process in world.processes.items():
        said = process.lines()
        killed = said.count('"process_killed"')
        if killed > process.own_kills + world.points_met(name):
            yield f"C8 {name}: {killed} crashes, {process.own_kills} of them ours"
        if "Traceback" in said or "INTERNAL_FAULT" in said:
            yield f"C8 {name}: a fault inside: {_last_words(said)}"


def _last_words(said: str) -> str:
    """The line that names the exception, which is the first behind a traceback's places."""
    _, _, after = said.partition("Traceback (most recent call last):\n")
    lines = [line for line in after.splitlines() if not line.startswith((" ", "\t"))]
    return lines[0][:120] if lines else "INTERNAL_FAULT"


def read_leaves(base: Base, archive: str) -> list[Leaf]:
    """Every leaf of the archive's log, in order."""
    origin, table = log_origin(base.house.trust_domain, archive), tables.log_leaf
    query = select(table.c.body).where(table.c.log_id == origin).order_by(table.c.idx)
    return [decode_leaf(bytes(body)) for body in _all(base, query)]


def _edges(base: Base, archive: str) -> Counter[Key]:
    c = t.events.c
    query = select(c.case_no, c.state, c.at_ms, c.actor, c.code).where(c.archive_code == archive)
    with base.engine.connect() as connection:
        return Counter(tuple(row) for row in connection.execute(query))


def _leaf_keys(base: Base, archive: str) -> tuple[Counter[Key], Counter[Key]]:
    """Leaves of moves, and leaves of whatever else, as the events say the same."""
    leaves = read_leaves(base, archive)
    moves = [leaf for leaf in leaves if leaf.kind == "state"]
    notes = [leaf for leaf in leaves if leaf.kind != "state"]
    return (
        Counter((x.case, x.to_state, x.ts_ms, x.actor, x.note) for x in moves),
        Counter((x.case, x.kind.removeprefix(_ESCALATED), x.ts_ms, x.actor) for x in notes),
    )


def _all(base: Base, query: object) -> list[object]:
    with base.engine.connect() as connection:
        return list(connection.execute(query).scalars())  # type: ignore[call-overload]
