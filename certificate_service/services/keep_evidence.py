"""`<number>.evidence.json`: the proofs of a certificate's two leaves, to be kept beside the file.

A sealed file carries the proof of its number's leaf as it was before the seal. The proof of the
file's own leaf, and what witnesses cosigned since, are on the verify site only: whoever wants to
prove the file in thirty years keeps them, and needs no site then (docs/certificate.md 8).
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from certificate_service.domain.order_reasons import LOG_LEAF
from certificate_service.domain.reasons import FILE_PROOF_PENDING
from certificate_service.domain.release_rules import check_certificate_leaf, check_file_leaf
from certificate_service.domain.site_paths import bundle_path
from certificate_service.domain.token import Token
from certificate_service.ports import EvidenceSource
from certificate_service.services.published_proofs import CERTIFICATE, FILE
from records.refusal import Refusal
from trust.transparency.leaf import Leaf, decode_leaf
from trust.transparency.note import parse_note
from trust.transparency.proof import parse_proof

SCHEMA = "lantai/certificate-evidence/1"
_KEPT = (CERTIFICATE, FILE, "log_key", "witness_keys")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Whose evidence: what both leaves have to say."""

    number: str
    token_sha256: bytes
    file_sha256: bytes
    """Of the file as issued, without what was appended later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptEvidence:
    """The file's content and what is in it."""

    content: bytes
    cosignatures: int
    """Of the file's own leaf; counted, not verified: that is `verify`'s part."""


def make_evidence(entries: Iterable[Mapping[str, object]], wanted: Wanted) -> KeptEvidence:
    """The best of the entries that are about this certificate, as it is kept beside the file.

    Args:
        entries: As in a log bundle: `proof`, `file_proof`, `log_key`, `witness_keys`.
        wanted: The certificate.

    Raises:
        Refusal: FILE_PROOF_PENDING where none has the file's leaf; LOG_LEAF and LOG_PROOF_INVALID
            where all are of something else.
    """
    best: KeptEvidence | None = None
    fault = Refusal(FILE_PROOF_PENDING, wanted.number)
    for entry in entries:
        try:
            made = _made(entry, wanted)
        except Refusal as refusal:
            fault = refusal
            continue
        if best is None or made.cosignatures > best.cosignatures:
            best = made
    if best is None:
        raise fault
    return best


def published_entries(token: Token, source: EvidenceSource) -> Iterator[Mapping[str, object]]:
    """What the log bundles of the site say about that certificate; nothing of it is believed."""
    for copy in source.get_all(bundle_path(token.number.archive_code, token.log_index)):
        try:
            entry = json.loads(copy)["proofs"][str(token.log_index)]
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
        if isinstance(entry, dict):
            yield entry


def _made(entry: Mapping[str, object], wanted: Wanted) -> KeptEvidence:
    if not entry.get(FILE):
        raise Refusal(FILE_PROOF_PENDING, wanted.number)
    proof, file_proof = str(entry.get(CERTIFICATE)), str(entry[FILE])
    check_certificate_leaf(_leaf(proof), wanted.number, wanted.token_sha256)
    check_file_leaf(_leaf(file_proof), wanted.number, wanted.file_sha256)
    content: dict[str, object] = {"schema": SCHEMA, "number": wanted.number}
    content |= {name: entry[name] for name in _KEPT if name in entry}
    return KeptEvidence(
        content=json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n",
        cosignatures=len(parse_note(parse_proof(file_proof).checkpoint).signatures) - 1,
    )


def _leaf(proof: str) -> Leaf:
    leaf = parse_proof(proof).leaf
    if leaf is None:
        raise Refusal(LOG_LEAF, "absent")
    return decode_leaf(leaf)
