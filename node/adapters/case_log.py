"""What the archives' logs say about cases: one leaf per move, none about a person.

The envelope behind a leaf is hidden by a salt that lies in a table of its own: deleting the salt
erases the link and leaves the tree valid (trust.md §5).
"""

from datetime import datetime

from sqlalchemy import Column, Connection, Integer, LargeBinary, String, Table, insert

from node.adapters.case_tables import metadata
from node.case_ports import Move
from node.domain.cases import Issuance
from node.domain.kept_statements import KeptStatement
from node.ports import Random
from trust.envelope.suites import Signer
from trust.transparency.checkpoint import log_origin
from trust.transparency.leaf import SALT_BYTES, Leaf, commit_to, encode_leaf
from trust.transparency.log import TransparencyLog

commitments = Table(
    "log_commitments",
    metadata,
    Column("log_id", String(200), primary_key=True),
    Column("idx", Integer, primary_key=True),
    Column("salt", LargeBinary, nullable=False),
    Column("envelope_id", String(64), nullable=False),
)


class CaseLog:
    """Writes leaves on the caller's connection."""

    def __init__(self, trust_domain: str, random: Random) -> None:
        """Logs of the archives of one federation."""
        self._trust_domain = trust_domain
        self._random = random
        self._log = TransparencyLog()

    def append_move(
        self, connection: Connection, archive_code: str, case_no: str, came_from: str, move: Move
    ) -> int:
        """The leaf of one state edge; its index."""
        salt = self._random(SALT_BYTES) if move.commit else b""
        leaf = Leaf(
            ts_ms=_ms(move.at),
            kind="state",
            case=case_no,
            from_state=came_from,
            to_state=move.to,
            commit=commit_to(move.commit, salt) if move.commit else "",
            actor=move.actor,
            note=move.code,
        )
        index = self._append(connection, archive_code, leaf)
        if move.commit:
            connection.execute(
                insert(commitments).values(
                    log_id=log_origin(self._trust_domain, archive_code),
                    idx=index,
                    salt=salt,
                    envelope_id=move.commit,
                )
            )
        return index

    def append_note(
        self,
        connection: Connection,
        archive_code: str,
        case_no: str,
        kind: str,
        actor: str,
        at: datetime,
    ) -> int:
        """A leaf without a move; its index."""
        leaf = Leaf(ts_ms=_ms(at), kind=kind, case=case_no, actor=actor)
        return self._append(connection, archive_code, leaf)

    def append_erasure(
        self,
        connection: Connection,
        archive_code: str,
        case_no: str,
        actor: str,
        basis: str,
        at: datetime,
    ) -> int:
        """The leaf that says that a copy of the case was erased, and by which law; its index."""
        leaf = Leaf(ts_ms=_ms(at), kind="erase", case=case_no, actor=actor, note=basis)
        return self._append(connection, archive_code, leaf)

    def append_statement(
        self,
        connection: Connection,
        archive_code: str,
        kept: KeptStatement,
    ) -> tuple[int, bytes]:
        """The leaf that commits to a statement sent or received: its index and its salt.

        Its type stands in the leaf: once the body is erased nothing else could prove it.
        """
        salt = self._random(SALT_BYTES)
        leaf = Leaf(
            ts_ms=_ms(kept.at),
            kind="statement",
            case=kept.case_no,
            commit=commit_to(kept.envelope_id, salt),
            note=kept.payload_type,
        )
        return self._append(connection, archive_code, leaf), salt

    def append_release(
        self, connection: Connection, archive_code: str, case_no: str, order_id: str, move: Move
    ) -> int:
        """The leaf that names the release order which two officers signed; its index."""
        leaf = Leaf(
            ts_ms=_ms(move.at), kind="release", case=case_no, actor=move.actor, order=order_id
        )
        return self._append(connection, archive_code, leaf)

    def append_certificate(
        self,
        connection: Connection,
        issuance: Issuance,
        at: datetime,
        expected_index: int | None,
    ) -> int:
        """The leaf of number and token, or of number and file once the file is known.

        Raises:
            Refusal: LOG_INDEX_TAKEN.
        """
        filed = bool(issuance.file_sha256)
        leaf = Leaf(
            ts_ms=_ms(at),
            kind="certificate_file" if filed else "certificate",
            case=issuance.case_no,
            actor="system",
            number=issuance.number,
            token_sha256="" if filed else issuance.token_sha256,
            file_sha256=issuance.file_sha256,
        )
        return self._append(connection, issuance.holder_archive, leaf, expected_index)

    def append_void(self, connection: Connection, issuance: Issuance, at: datetime) -> int:
        """The leaf of a number that failed: it is never used again (architecture.md 2)."""
        leaf = Leaf(
            ts_ms=_ms(at),
            kind="void",
            case=issuance.case_no,
            actor="system",
            number=issuance.number,
            note=f"serial {issuance.serial}",
        )
        return self._append(connection, issuance.holder_archive, leaf)

    def size(self, connection: Connection, archive_code: str) -> int:
        """Leaves in that archive's log."""
        return self._log.size(connection, log_origin(self._trust_domain, archive_code))

    def make_proof(
        self,
        connection: Connection,
        archive_code: str,
        index: int,
        signer: Signer,
        now: datetime,
    ) -> str:
        """C2SP tlog-proof of the leaf under a fresh checkpoint."""
        log_id = log_origin(self._trust_domain, archive_code)
        return self._log.make_proof(connection, log_id, index, signer, now)

    def _append(
        self,
        connection: Connection,
        archive_code: str,
        leaf: Leaf,
        expected_index: int | None = None,
    ) -> int:
        log_id = log_origin(self._trust_domain, archive_code)
        data = encode_leaf(leaf)
        return self._log.append(connection, log_id, data, expected_index=expected_index)


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
