"""The tamper-evident log: leaves are written inside the caller's own transaction.

One log per archive (`log_id` is its origin). A state change and its leaf commit together or not
at all; indices are gapless; writers of one log queue on its head row. A checkpoint that is not
consistent with one signed before is never signed. The log cannot forget: see `tables.py`.
"""

from datetime import datetime

from sqlalchemy import Connection, Engine, select, update
from sqlalchemy.dialects import postgresql, sqlite

from records.refusal import Refusal
from trust.envelope.suites import Signer
from trust.store.schema import ensure_schema
from trust.transparency import merkle, reasons, tables
from trust.transparency.checkpoint import Checkpoint, parse_checkpoint, sign_checkpoint_note
from trust.transparency.leaf import MAX_LEAF_BYTES
from trust.transparency.note import key_name, parse_note
from trust.transparency.proof import write_proof


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
        if not 1 <= len(leaf) <= MAX_LEAF_BYTES:
            raise Refusal(reasons.LOG_LEAF_MALFORMED, "size")
        index = self._lock_head(conn, log_id)
        if expected_index is not None and expected_index != index:
            raise Refusal(reasons.LOG_INDEX_TAKEN, f"{expected_index}, size is {index}")
        conn.execute(tables.log_leaf.insert().values(log_id=log_id, idx=index, body=leaf))
        self._insert_nodes(conn, log_id, index, merkle.leaf_hash(leaf))
        moved = conn.execute(
            update(tables.log_head)
            .where(tables.log_head.c.log_id == log_id, tables.log_head.c.size == index)
            .values(size=index + 1)
        )
        if moved.rowcount != 1:
            raise Refusal(reasons.LOG_DAMAGED, "head moved under its lock")
        return index

    def size(self, conn: Connection, log_id: str) -> int:
        """Number of leaves; 0 for a log that nobody has written to."""
        head = tables.log_head
        found = conn.execute(
            select(head.c.size).where(head.c.log_id == log_id)
        ).scalar_one_or_none()
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
        return merkle.root(self._nodes(conn, log_id), size)

    def inclusion_proof(
        self, conn: Connection, log_id: str, index: int, size: int
    ) -> tuple[bytes, ...]:
        """Audit path of the leaf in the tree of `size` leaves.

        Raises:
            Refusal: LOG_ENTRY_MISSING, LOG_DAMAGED.
        """
        return merkle.inclusion_proof(self._nodes(conn, log_id), index, size)

    def consistency_proof(
        self, conn: Connection, log_id: str, old_size: int, size: int
    ) -> tuple[bytes, ...]:
        """Proof that the tree of `size` leaves continues that of `old_size`.

        Raises:
            Refusal: LOG_ENTRY_MISSING, LOG_DAMAGED.
        """
        return merkle.consistency_proof(self._nodes(conn, log_id), old_size, size)

    def sign_checkpoint(self, conn: Connection, log_id: str, signer: Signer, now: datetime) -> str:
        """The log's present head as a signed note; kept, so that no other past is ever signed.

        Raises:
            Refusal: LOG_FORKED when the leaves do not continue the last signed checkpoint.
        """
        size = self.size(conn, log_id)
        self._check_past(conn, log_id, size)
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

    def _lock_head(self, conn: Connection, log_id: str) -> int:
        head = tables.log_head
        locked = select(head.c.size).where(head.c.log_id == log_id).with_for_update()
        size = conn.execute(locked).scalar_one_or_none()
        if size is None:
            insert = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
            conn.execute(insert(head).values(log_id=log_id, size=0).on_conflict_do_nothing())
            size = conn.execute(locked).scalar_one()
        return int(size)

    def _insert_nodes(self, conn: Connection, log_id: str, index: int, value: bytes) -> None:
        """Write the leaf's hash and every perfect subtree that it completes."""
        nodes = self._nodes(conn, log_id)
        level = 0
        rows = [{"log_id": log_id, "level": 0, "idx": index, "hash": value}]
        while index & 1:
            value = merkle.node_hash(nodes(level, index - 1), value)
            level, index = level + 1, index >> 1
            rows.append({"log_id": log_id, "level": level, "idx": index, "hash": value})
        conn.execute(tables.log_node.insert(), rows)

    def _nodes(self, conn: Connection, log_id: str) -> merkle.Nodes:
        table = tables.log_node

        def get(level: int, index: int) -> bytes:
            found = conn.execute(
                select(table.c.hash).where(
                    table.c.log_id == log_id, table.c.level == level, table.c.idx == index
                )
            ).scalar_one_or_none()
            if found is None:
                raise Refusal(reasons.LOG_DAMAGED, f"node {level}/{index} is missing")
            return bytes(found)

        return get

    def _check_past(self, conn: Connection, log_id: str, size: int) -> None:
        """Refuse to sign a head that does not continue the last signed one."""
        table = tables.log_checkpoint
        last = conn.execute(
            select(table.c.note)
            .where(table.c.log_id == log_id)
            .order_by(table.c.size.desc())
            .limit(1)
        ).scalar_one_or_none()
        if last is None:
            return
        signed = parse_checkpoint(parse_note(str(last)))
        if signed.size > size or self.root(conn, log_id, signed.size) != signed.root:
            raise Refusal(reasons.LOG_FORKED, f"size {size}, signed {signed.size}")
