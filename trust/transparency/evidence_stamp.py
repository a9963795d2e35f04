"""The time-stamp in a pack: a token over the checkpoint under which its statements are proven.

Bytes of a token that its own signature leaves open are closed by the log: the leaf that was written
when the token came names its SHA-256.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from records.refusal import Refusal
from trust.transparency import reasons
from trust.transparency.evidence_judge import Judge
from trust.transparency.leaf import decode_leaf
from trust.transparency.time_stamp import Stamped, roots_from_pem, verify_token

STAMP = "stamps/checkpoint.tsr"
LEAF = "stamps/leaf.tlog-proof"
FILES = (STAMP, LEAF)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedStamp:
    """A token and the proof of the leaf that names it."""

    token: bytes
    """DER; `openssl ts -verify -in checkpoint.tsr -token_in` reads it."""
    leaf_proof: str


def files_of(stamp: PackedStamp | None) -> dict[str, bytes]:
    """The pack's files of the stamp; none without one."""
    if stamp is None:
        return {}
    return {STAMP: stamp.token, LEAF: stamp.leaf_proof.encode()}


def verify_stamp(
    files: Mapping[str, bytes], judge: Judge, texts: Collection[str], roots_pem: str
) -> tuple[str, Stamped] | None:
    """Which of the checkpoints' `texts` was stamped, and what the token says; None = none was.

    Raises:
        Refusal: EVIDENCE_MALFORMED, TIME_STAMP_INVALID, and the refusals of proofs.
    """
    if STAMP not in files and LEAF not in files:
        return None
    if STAMP not in files or LEAF not in files:
        raise Refusal(reasons.EVIDENCE_MALFORMED, "half a time-stamp")
    token = files[STAMP]
    try:
        proven = judge.verify_proof(files[LEAF].decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Refusal(reasons.EVIDENCE_MALFORMED, "a proof is no text") from error
    leaf = decode_leaf(proven.leaf)
    if leaf.kind != "time_stamp" or leaf.file_sha256 != hashlib.sha256(token).hexdigest():
        raise Refusal(reasons.EVIDENCE_MALFORMED, "time-stamp of another log entry")
    for text in sorted(texts):
        # Size and origin must fit before the token is opened: it covers one checkpoint of one log.
        if text.split("\n")[:2] == [proven.checkpoint.origin, leaf.note]:
            return text, verify_token(token, text, roots_from_pem(roots_pem))
    raise Refusal(reasons.EVIDENCE_MALFORMED, "time-stamp of nothing here")
