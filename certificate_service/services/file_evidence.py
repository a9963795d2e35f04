"""The file's own leaf: proof that these bytes were in the log when witnesses saw it.

A PDF cannot carry a proof of its own digest, so this one is published beside it: in the log bundle
of the verify site, or as `<number>.evidence.json`. It hangs on the log's and the witnesses' keys
only: where the seal's algorithm is broken one day, this still says since when the file exists.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from certificate_service.domain.existence import Proof
from certificate_service.domain.release_rules import check_file_leaf
from certificate_service.domain.site_paths import bundle_path
from certificate_service.domain.token import Token
from certificate_service.ports import EvidenceSource
from certificate_service.services.authorise import open_log_key, open_proof
from records.refusal import Refusal
from trust.envelope.dsse import Envelope, envelope_from_json
from trust.envelope.suites import ALGORITHMS
from trust.identity.trust_view import TrustView
from trust.transparency.checkpoint import log_origin
from trust.transparency.proof import parse_proof
from trust.transparency.witness import verify_witnessed


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEvidence:
    """What is published of a file's leaf; nothing of it is believed yet."""

    proof: str
    log_key: Envelope
    witness_keys: tuple[Envelope, ...]


def evidence_path(number: str) -> str:
    """Name of the file beside a certificate; never a path of the verify site."""
    return f"{number}.evidence.json"


def find_file_evidence(token: Token, source: EvidenceSource) -> tuple[FileEvidence, ...]:
    """Every copy that can be had, beside the file and in the log bundle."""
    beside = [_parsed(copy, None) for copy in source.get_all(evidence_path(str(token.number)))]
    code, index = token.number.archive_code, token.log_index
    bundled = [_parsed(copy, str(index)) for copy in source.get_all(bundle_path(code, index))]
    return tuple(one for one in (*beside, *bundled) if one is not None)


def write_file_evidence(
    proof: str,
    log_key: Mapping[str, Any],
    witness_keys: tuple[Mapping[str, Any], ...] = (),
    certificate_proof: str = "",
) -> bytes:
    """The file that is kept beside a certificate."""
    said = {"file_proof": proof, "log_key": log_key, "witness_keys": list(witness_keys)}
    if certificate_proof:
        said["proof"] = certificate_proof
    return json.dumps(said, separators=(",", ":")).encode()


def prove_file(
    evidence: FileEvidence, token: Token, issued: bytes, view: TrustView, moment: datetime
) -> Proof:
    """Since when the file as issued stood in the log, by the first witness that saw it there.

    Args:
        evidence: As published.
        token: Believed.
        issued: The file as issued.
        view: The trust list of that time.
        moment: When the token says that it was issued.

    Raises:
        Refusal: LOG_*, KEY_STATEMENT_INVALID, and what witnesses' keys raise.
    """
    code = token.number.archive_code
    origin = log_origin(view.trust_domain, code)
    log_key = open_log_key(evidence.log_key, code, view, moment)
    leaf, _found = open_proof(evidence.proof, origin, log_key)
    check_file_leaf(leaf, str(token.number), hashlib.sha256(issued).digest())
    witnessed = verify_witnessed(
        parse_proof(evidence.proof).checkpoint,
        origin=origin,
        log_key=log_key,
        witness_keys=evidence.witness_keys,
        view=view,
        quorum=max(1, view.trust_list.witness_quorum),
        now=moment,
    )
    # A log vouches for its contents, never for its own clock: the witnesses do that.
    seen = max(one.at for one in witnessed.cosignatures)
    return Proof(at=seen, algorithms=ALGORITHMS[log_key.suite] | {"SHA-256"})


def _parsed(copy: bytes, index: str | None) -> FileEvidence | None:
    try:
        said = json.loads(copy)
        entry = said if index is None else said["proofs"][index]
        return FileEvidence(
            proof=str(entry["file_proof"]),
            log_key=_envelope(entry["log_key"]),
            witness_keys=tuple(_envelope(one) for one in entry.get("witness_keys", ())),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, Refusal):
        return None


def _envelope(carried: object) -> Envelope:
    return envelope_from_json(json.dumps(carried, separators=(",", ":")).encode())
