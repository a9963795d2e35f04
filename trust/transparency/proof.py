"""C2SP tlog-proof: one text file that proves a leaf, off line (c2sp.org/tlog-proof).

Our proofs carry the leaf's bytes in the optional `extra` line. That line is not authenticated by
the format, and need not be: the leaf is believed because its hash leads to the signed root.
"""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from records.refusal import Refusal
from trust.envelope.suites import PublicKey
from trust.transparency import reasons
from trust.transparency.checkpoint import Checkpoint, verify_checkpoint
from trust.transparency.merkle import (
    HASH_BYTES,
    MAX_PROOF_HASHES,
    leaf_hash,
    verify_inclusion,
)
from trust.transparency.note import Cosignature, NoteKey, verify_cosignatures

HEADER = "c2sp.org/tlog-proof@v1"
MEDIA_SUFFIX = ".tlog-proof"
MAX_PROOF_BYTES = 80 * 1024
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class TlogProof:
    """A parsed proof; nothing in it may be believed before it is verified."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str
    """The signed note, verbatim."""
    leaf: bytes | None
    """From the `extra` line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofEvidence:
    """Evidence that the leaf is in the log."""

    leaf: bytes
    index: int
    checkpoint: Checkpoint
    cosignatures: tuple[Cosignature, ...]


def write_proof(
    *, index: int, path: Sequence[bytes], checkpoint: str, leaf: bytes | None = None
) -> str:
    """The proof as text; `checkpoint` is the signed note, verbatim."""
    lines = [HEADER]
    if leaf is not None:
        lines.append(f"extra {_base64(leaf)}")
    lines.append(f"index {index}")
    lines.extend(_base64(value) for value in path)
    return "\n".join(lines) + "\n\n" + checkpoint


def parse_proof(text: str) -> TlogProof:
    """The proof's parts, if it is in its one form.

    Raises:
        Refusal: LOG_NOTE_MALFORMED.
    """
    if len(text) > MAX_PROOF_BYTES:
        raise Refusal(reasons.LOG_NOTE_MALFORMED, "size")
    head, blank, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if not blank or lines.pop(0) != HEADER or not lines:
        raise Refusal(reasons.LOG_NOTE_MALFORMED, "header of the proof")
    leaf = None
    if lines[0].startswith("extra "):
        leaf = _unbase64(lines.pop(0).removeprefix("extra "))
    index = _INDEX.match(lines.pop(0)) if lines else None
    if index is None or len(lines) > MAX_PROOF_HASHES:
        raise Refusal(reasons.LOG_NOTE_MALFORMED, "index or length of the proof")
    path = tuple(_unbase64(line) for line in lines)
    if any(len(value) != HASH_BYTES for value in path):
        raise Refusal(reasons.LOG_NOTE_MALFORMED, "hash in the proof")
    return TlogProof(index=int(index[1]), path=path, checkpoint=checkpoint, leaf=leaf)


def verify_proof(  # noqa: PLR0913 -- what is proved, by whom, and what is asked of witnesses
    text: str,
    *,
    origin: str,
    log_key: PublicKey,
    leaf: bytes | None = None,
    witnesses: Sequence[NoteKey] = (),
    quorum: int = 0,
    now: datetime | None = None,
) -> ProofEvidence:
    """Evidence that the leaf is in the log `origin` under a checkpoint of its key.

    Args:
        text: The proof file.
        origin: The log that it must be in.
        log_key: The log's key.
        leaf: The leaf that it must prove; None takes the one in the `extra` line.
        witnesses: Known witnesses.
        quorum: How many of them must have cosigned.
        now: Refuse cosignatures from the future of this instant, if given.

    Raises:
        Refusal: LOG_NOTE_MALFORMED, LOG_PROOF_INVALID, SIGNATURE_INVALID.
    """
    # 1. The proof's parts.
    proof = parse_proof(text)
    # 2. The log's key signed the checkpoint, which names this log.
    checkpoint, note = verify_checkpoint(proof.checkpoint, origin=origin, log_key=log_key)
    # 3. Enough witnesses have seen it.
    cosignatures = verify_cosignatures(note, witnesses, quorum=quorum, now=now)
    # 4. Which leaf.
    if leaf is not None and proof.leaf is not None and leaf != proof.leaf:
        raise Refusal(reasons.LOG_PROOF_INVALID, "another leaf")
    proved = leaf if leaf is not None else proof.leaf
    if proved is None:
        raise Refusal(reasons.LOG_PROOF_INVALID, "no leaf is given")
    # 5. Its hash leads to the root.
    verify_inclusion(proof.index, checkpoint.size, leaf_hash(proved), proof.path, checkpoint.root)
    return ProofEvidence(
        leaf=proved, index=proof.index, checkpoint=checkpoint, cosignatures=cosignatures
    )


def add_cosignatures(text: str, lines: Sequence[str]) -> str:
    """The same proof with witness lines appended to its checkpoint."""
    return text + "".join(lines)


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _unbase64(text: str) -> bytes:
    try:
        value = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError as error:
        raise Refusal(reasons.LOG_NOTE_MALFORMED, "base64 in the proof") from error
    if _base64(value) != text:
        raise Refusal(reasons.LOG_NOTE_MALFORMED, "base64 in the proof")
    return value
