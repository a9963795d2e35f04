"""The tamper-evident log: leaves are written inside the caller's own transaction.

One log per archive (`log_id` is its origin). A state change and its leaf commit together or not
at all; indices are gapless; writers of one log queue on its head row. A checkpoint that is not
consistent with one signed before is never signed. The log cannot forget: see `tables.py`.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, Engine, select
from sqlalchemy.dialects import postgresql, sqlite

from records.refusal import Refusal
from trust.envelope.suites import Signer
from trust.store.schema import ensure_schema
from trust.transparency import merkle, reasons, tables
from trust.transparency.checkpoint import Checkpoint, parse_checkpoint, sign_checkpoint_note
from trust.transparency.leaf import MAX_LEAF_BYTES
from trust.transparency.log_statements import (
    ADD_LEAVES,
    ADD_NODES,
    MOST_AT_ONCE,
    MOVE_HEAD,
    MOVE_HEAD_FROM,
    SIZE,
    nodes_statement,
)
from trust.transparency.note import key_name, parse_note
from trust.transparency.proof import write_proof

Built = TypeVar("Built")


def ensure_log(engine: Engine) -> None:
    """The log's tables and triggers exist in this database.

    Raises:
        Refusal: STORE_VERSION, STORE_BUSY.
    """
    ensure_schema(engine, tables.metadata, tables.SCHEMA_NAME, tables.SCHEMA_VERSION)


class TransparencyLog:
    """Reads and appends; holds no state and no connection of its own."""

    def append(
        self, conn: Connection, log_id: str, leaf: bytes, *, expected_index: int | None = None
    ) -> int:
        """Index of the new leaf, which exists once the caller's transaction commits.

        Args:
            conn: Inside `trust.store.engine.transaction`.
            log_id: Origin of the log; a new one begins at size 0.
            leaf: 1-2048 bytes, see `leaf.py`.
            expected_index: The leaf goes to this index or nowhere.

        Raises:
            Refusal: LOG_INDEX_TAKEN, LOG_LEAF_MALFORMED, LOG_DAMAGED.
        """
        return self.append_all(conn, log_id, [leaf], expected_index=expected_index)[0]

    def append_all(
        self,
        conn: Connection,
        log_id: str,
        leaves: Sequence[bytes],
        *,
        expected_index: int | None = None,
    ) -> range:
        """Indices of the new leaves, in their order; one lock and at most four statements for all.

        Args and refusals as `append`; `expected_index` is where the first one goes.
        """
        if not leaves or not all(1 <= len(leaf) <= MAX_LEAF_BYTES for leaf in leaves):
            raise Refusal(reasons.LOG_LEAF_MALFORMED, "size")
        indices = self._move_head(conn, log_id, len(leaves), expected_index)
        nodes = _grow(self._frontier(conn, log_id, indices), indices.start, leaves)
        ADD_LEAVES.run_each(
            conn,
            [
                {"log_id": log_id, "idx": index, "body": leaf}
                for index, leaf in zip(indices, leaves, strict=True)
            ],
        )
        ADD_NODES.run_each(
            conn,
            [
                {"log_id": log_id, "level": level, "idx": index, "hash": value}
                for level, index, value in nodes
            ],
        )
        return indices

    def logs(self, conn: Connection) -> tuple[str, ...]:
        """Origins of the logs in this database, sorted."""
        head = tables.log_head
        return tuple(conn.execute(select(head.c.log_id).order_by(head.c.log_id)).scalars())

    def size(self, conn: Connection, log_id: str) -> int:
        """Number of leaves; 0 for a log that nobody has written to."""
        found = conn.execute(SIZE, {"log": log_id}).scalar_one_or_none()
        return 0 if found is None else int(found)

    def leaf(self, conn: Connection, log_id: str, index: int) -> bytes:
        """The bytes of one leaf.

        Raises:
            Refusal: LOG_ENTRY_MISSING.
        """
        table = tables.log_leaf
        found = conn.execute(
            select(table.c.body).where(table.c.log_id == log_id, table.c.idx == index)
        ).scalar_one_or_none()
        if found is None:
            raise Refusal(reasons.LOG_ENTRY_MISSING, f"index {index}")
        return bytes(found)

    def root(self, conn: Connection, log_id: str, size: int) -> bytes:
        """Root hash of the first `size` leaves.

        Raises:
            Refusal: LOG_DAMAGED when a node is missing.
        """
        return self._over_nodes(conn, log_id, lambda nodes: merkle.root(nodes, size))

    def inclusion_proof(
        self, conn: Connection, log_id: str, index: int, size: int
    ) -> tuple[bytes, ...]:
        """Audit path of the leaf in the tree of `size` leaves.

        Raises:
            Refusal: LOG_ENTRY_MISSING, LOG_DAMAGED.
        """
        return self._over_nodes(
            conn, log_id, lambda nodes: merkle.inclusion_proof(nodes, index, size)
        )

    def consistency_proof(
        self, conn: Connection, log_id: str, old_size: int, size: int
    ) -> tuple[bytes, ...]:
        """Proof that the tree of `size` leaves continues that of `old_size`.

        Raises:
            Refusal: LOG_ENTRY_MISSING, LOG_DAMAGED.
        """
        return self._over_nodes(
            conn, log_id, lambda nodes: merkle.consistency_proof(nodes, old_size, size)
        )

    def sign_checkpoint(self, conn: Connection, log_id: str, signer: Signer, now: datetime) -> str:
        """The log's present head as a signed note; kept, so that no other past is ever signed.

        Raises:
            Refusal: LOG_FORKED when the leaves do not continue the last signed checkpoint.
        """
        size = self.size(conn, log_id)
        self._check_past(conn, log_id)
        checkpoint = Checkpoint(
            origin=key_name(log_id), size=size, root=self.root(conn, log_id, size)
        )
        note = sign_checkpoint_note(checkpoint, signer)
        values = {
            "log_id": log_id,
            "size": size,
            "note": note,
            "signed_ms": int(now.timestamp() * 1000),
        }
        insert = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
        conn.execute(insert(tables.log_checkpoint).values(values).on_conflict_do_nothing())
        return note

    def make_proof(
        self, conn: Connection, log_id: str, index: int, signer: Signer, now: datetime
    ) -> str:
        """A C2SP tlog-proof of the leaf under a checkpoint of the present head.

        The leaf's bytes travel in the proof's `extra` line, so the file explains itself.

        Raises:
            Refusal: LOG_ENTRY_MISSING, LOG_FORKED, LOG_DAMAGED.
        """
        leaf = self.leaf(conn, log_id, index)
        note = self.sign_checkpoint(conn, log_id, signer, now)
        size = parse_checkpoint(parse_note(note)).size
        path = self.inclusion_proof(conn, log_id, index, size)
        return write_proof(index=index, path=path, checkpoint=note, leaf=leaf)

    def _move_head(self, conn: Connection, log_id: str, leaves: int, expected: int | None) -> range:
        """Where that many new leaves go. The head's row is the lock: other writers wait here."""
        values = {"log": log_id, "leaves": leaves}
        statement = MOVE_HEAD
        if expected is not None:
            statement, values = MOVE_HEAD_FROM, values | {"expected": expected}
        for _ in range(2):
            moved = statement.row(conn, values)
            if moved is not None:
                return range(int(moved[0]) - leaves, int(moved[0]))
            # Nobody has written to this log yet, or its head is not where it was expected.
            insert = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
            begun = insert(tables.log_head).values(log_id=log_id, size=0)
            conn.execute(begun.on_conflict_do_nothing())
        raise Refusal(reasons.LOG_INDEX_TAKEN, f"{expected}, size is {self.size(conn, log_id)}")

    def _frontier(self, conn: Connection, log_id: str, indices: range) -> dict[int, bytes]:
        """Hashes, by level, of the perfect subtrees that the new leaves will be joined to.

        Most leaves complete little: a subtree of the present tree that stays open is not read.
        """
        size, after = indices.start, indices.stop
        levels = [
            level
            for level in range(size.bit_length())
            if size >> level & 1 and after >> level + 1 > size >> level + 1
        ]
        found = self._read(conn, log_id, {(level, (size >> level) - 1) for level in levels})
        return {level: value for (level, _index), value in found.items()}

    def _over_nodes(
        self, conn: Connection, log_id: str, build: Callable[[merkle.Nodes], Built]
    ) -> Built:
        """What `build` makes of the stored nodes, read in one query.

        Which nodes it asks for depends on sizes alone: a first run on blanks tells them.
        """
        wanted: set[tuple[int, int]] = set()

        def note_down(level: int, index: int) -> bytes:
            wanted.add((level, index))
            return bytes(merkle.HASH_BYTES)

        build(note_down)
        found = self._read(conn, log_id, wanted)
        return build(lambda level, index: found[level, index])

    def _read(
        self, conn: Connection, log_id: str, wanted: set[tuple[int, int]]
    ) -> dict[tuple[int, int], bytes]:
        """The nodes of these (level, index), every one of them."""
        found: dict[tuple[int, int], bytes] = {}
        places = sorted(wanted)
        for start in range(0, len(places), MOST_AT_ONCE):
            part = places[start : start + MOST_AT_ONCE]
            values: dict[str, object] = {"log": log_id}
            for number, (level, index) in enumerate(part):
                values |= {f"level_{number}": level, f"idx_{number}": index}
            rows = nodes_statement(len(part)).rows(conn, values)
            found |= {(int(level), int(index)): bytes(value) for level, index, value in rows}
        missing = wanted - found.keys()
        if missing:
            level, index = min(missing)
            raise Refusal(reasons.LOG_DAMAGED, f"node {level}/{index} is missing")
        return found

    def check_continues(self, conn: Connection, log_id: str, known: Checkpoint) -> None:
        """Return only if the log still begins with the tree that `known` names.

        For a checkpoint that this log signed, or that a witness holds: a database restored from
        an old backup, or rewritten, is found out here before it signs anything.

        Raises:
            Refusal: LOG_FORKED.
        """
        size = self.size(conn, log_id)
        if known.size > size or self.root(conn, log_id, known.size) != known.root:
            raise Refusal(reasons.LOG_FORKED, f"size {size}, known {known.size}")

    def _check_past(self, conn: Connection, log_id: str) -> None:
        """Refuse to sign a head that does not continue the last signed one."""
        table = tables.log_checkpoint
        last = conn.execute(
            select(table.c.note)
            .where(table.c.log_id == log_id)
            .order_by(table.c.size.desc())
            .limit(1)
        ).scalar_one_or_none()
        if last is not None:
            self.check_continues(conn, log_id, parse_checkpoint(parse_note(str(last))))


def _grow(
    frontier: dict[int, bytes], size: int, leaves: Sequence[bytes]
) -> Iterator[tuple[int, int, bytes]]:
    """Each new leaf's node and every perfect subtree that it completes: (level, index, hash)."""
    for index, leaf in enumerate(leaves, start=size):
        level, value = 0, merkle.leaf_hash(leaf)
        yield level, index, value
        while index >> level & 1:
            value = merkle.node_hash(frontier.pop(level), value)
            level += 1
            yield level, index >> level, value
        frontier[level] = value
