"""fsck for the log: reads everything back and names what is wrong.

Recomputes every hash from the leaves, compares it with what is stored, and checks every signed
checkpoint against the recomputed tree. It believes nothing that the database says about itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, select

from records.refusal import Refusal
from trust.envelope.suites import PublicKey
from trust.transparency import merkle, reasons, tables
from trust.transparency.checkpoint import Checkpoint, parse_checkpoint, verify_checkpoint
from trust.transparency.note import parse_note

MAX_FINDINGS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong."""

    what: str
    """leaf_missing, leaf_altered, node_missing, node_extra, node_altered, head_wrong,
    checkpoint_malformed, checkpoint_signature, checkpoint_root, checkpoint_beyond."""
    where: str
    """Position in the log, e.g. "leaf 17", "node 2/4", "checkpoint 256"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogAudit:
    """Evidence that the log is whole."""

    log_id: str
    size: int
    root: bytes
    checkpoints: int
    """Signed checkpoints that were checked."""


class LogDamaged(Refusal):
    """The log contradicts itself; `findings` names every place, at most 100."""

    def __init__(self, log_id: str, findings: Sequence[Finding]) -> None:
        """Keep the findings; the first one is the detail."""
        first = findings[0]
        detail = f"{log_id}: {first.what} at {first.where}, {len(findings)} in all"
        super().__init__(reasons.LOG_DAMAGED, detail)
        self.findings = tuple(findings)


def verify_stored_log(
    engine: Engine, log_id: str, *, keys: Sequence[PublicKey] | None = None
) -> LogAudit:
    """`verify_log` over one snapshot of the database, while others go on writing.

    Raises:
        LogDamaged: With every finding.
    """
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            # The default level would see a new commit between two of our reads.
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            return verify_log(connection, log_id, keys=keys)


def verify_log(
    conn: Connection, log_id: str, *, keys: Sequence[PublicKey] | None = None
) -> LogAudit:
    """Evidence that leaves, nodes, head and checkpoints of the log agree.

    Args:
        conn: A connection whose reads are one snapshot; nothing is written.
        log_id: Origin of the log.
        keys: The log's keys, past and present; None checks roots but no signatures.

    Raises:
        LogDamaged: With every finding.
    """
    tree = _Tree()
    findings = list(_check_leaves(conn, log_id, tree))
    findings.extend(_check_nodes(conn, log_id, tree))
    findings.extend(_check_head(conn, log_id, tree))
    checkpoints = _read_checkpoints(conn, log_id)
    for size, note in checkpoints:
        findings.extend(_check_checkpoint(log_id, size, note, tree, keys))
    if findings:
        raise LogDamaged(log_id, findings[:MAX_FINDINGS])
    root = merkle.root(tree.node, tree.size)
    return LogAudit(log_id=log_id, size=tree.size, root=root, checkpoints=len(checkpoints))


class _Tree:
    """The tree recomputed from the leaves alone."""

    def __init__(self) -> None:
        self.levels: list[list[bytes]] = [[]]

    @property
    def size(self) -> int:
        return len(self.levels[0])

    def add(self, value: bytes) -> None:
        level = 0
        self.levels[0].append(value)
        while len(self.levels[level]) % 2 == 0:
            value = merkle.node_hash(self.levels[level][-2], value)
            level += 1
            if len(self.levels) == level:
                self.levels.append([])
            self.levels[level].append(value)

    def node(self, level: int, index: int) -> bytes:
        return self.levels[level][index]


def _check_leaves(conn: Connection, log_id: str, tree: _Tree) -> Iterator[Finding]:
    table = tables.log_leaf
    rows = conn.execute(
        select(table.c.idx, table.c.body).where(table.c.log_id == log_id).order_by(table.c.idx)
    )
    for index, body in rows:
        if index != tree.size:
            yield Finding(what="leaf_missing", where=f"leaf {tree.size}")
            return
        tree.add(merkle.leaf_hash(bytes(body)))


def _check_nodes(conn: Connection, log_id: str, tree: _Tree) -> Iterator[Finding]:
    table = tables.log_node
    stored = {
        (int(level), int(index)): bytes(value)
        for level, index, value in conn.execute(
            select(table.c.level, table.c.idx, table.c.hash).where(table.c.log_id == log_id)
        )
    }
    for level, row in enumerate(tree.levels):
        for index, value in enumerate(row):
            found = stored.pop((level, index), None)
            if found is None:
                yield Finding(what="node_missing", where=f"node {level}/{index}")
            elif found != value:
                what = "leaf_altered" if level == 0 else "node_altered"
                where = f"leaf {index}" if level == 0 else f"node {level}/{index}"
                yield Finding(what=what, where=where)
    for level, index in sorted(stored):
        yield Finding(what="node_extra", where=f"node {level}/{index}")


def _check_head(conn: Connection, log_id: str, tree: _Tree) -> Iterator[Finding]:
    table = tables.log_head
    size = conn.execute(select(table.c.size).where(table.c.log_id == log_id)).scalar_one_or_none()
    if (size or 0) != tree.size:
        yield Finding(what="head_wrong", where=f"size {size}, {tree.size} leaves")


def _read_checkpoints(conn: Connection, log_id: str) -> list[tuple[int, str]]:
    table = tables.log_checkpoint
    rows = conn.execute(
        select(table.c.size, table.c.note).where(table.c.log_id == log_id).order_by(table.c.size)
    )
    return [(int(size), str(note)) for size, note in rows]


def _check_checkpoint(
    log_id: str, size: int, note: str, tree: _Tree, keys: Sequence[PublicKey] | None
) -> Iterator[Finding]:
    where = f"checkpoint {size}"
    try:
        checkpoint = parse_checkpoint(parse_note(note))
    except Refusal:
        yield Finding(what="checkpoint_malformed", where=where)
        return
    if keys is not None and not any(_is_signed(note, log_id, key) for key in keys):
        yield Finding(what="checkpoint_signature", where=where)
    yield from _check_root(log_id, size, checkpoint, tree)


def _check_root(log_id: str, size: int, checkpoint: Checkpoint, tree: _Tree) -> Iterator[Finding]:
    where = f"checkpoint {size}"
    if checkpoint.size > tree.size:
        yield Finding(what="checkpoint_beyond", where=where)
    elif (checkpoint.origin, checkpoint.size) != (log_id, size) or (
        merkle.root(tree.node, size) != checkpoint.root
    ):
        yield Finding(what="checkpoint_root", where=where)


def _is_signed(note: str, log_id: str, key: PublicKey) -> bool:
    try:
        verify_checkpoint(note, origin=log_id, log_key=key)
    except Refusal:
        return False
    return True
