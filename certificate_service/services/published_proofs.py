"""Proofs of a certificate's two leaves as they are published: beside the file, or in a log bundle.

Nothing of them is believed yet. The proof of the number's leaf is judged by `witness_evidence`, the
one of the file's own leaf by `file_evidence`.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from certificate_service.domain.site_paths import EVIDENCE_SUFFIX, bundle_path
from certificate_service.domain.token import Token
from certificate_service.ports import EvidenceSource
from records.refusal import Refusal
from trust.envelope.dsse import Envelope, envelope_from_json

CERTIFICATE, FILE = "proof", "file_proof"
"""Of which leaf: the one with number and token, or the one with the file's digest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafProof:
    """A proof of one of the leaves, and the keys that it hangs on."""

    proof: str
    log_key: Envelope
    witness_keys: tuple[Envelope, ...]


def evidence_path(number: str) -> str:
    """Name of the file beside a certificate; never a path of the verify site."""
    return f"{number}{EVIDENCE_SUFFIX}"


def find_published(token: Token, source: EvidenceSource, leaf: str) -> tuple[LeafProof, ...]:
    """Every copy that can be had: beside the file, then in the log bundle; `leaf` = which one."""
    return tuple(_published(token, source, leaf))


def _published(token: Token, source: EvidenceSource, leaf: str) -> Iterator[LeafProof]:
    code, index = token.number.archive_code, token.log_index
    beside = [(copy, None) for copy in source.get_all(evidence_path(str(token.number)))]
    bundled = [(copy, str(index)) for copy in source.get_all(bundle_path(code, index))]
    for copy, entry in (*beside, *bundled):
        found = _parsed(copy, entry, leaf)
        if found is not None:
            yield found


def _parsed(copy: bytes, index: str | None, leaf: str) -> LeafProof | None:
    try:
        said = json.loads(copy)
        entry = said if index is None else said["proofs"][index]
        return LeafProof(
            proof=str(entry[leaf]),
            log_key=carried_envelope(entry["log_key"]),
            witness_keys=tuple(carried_envelope(one) for one in entry.get("witness_keys", ())),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, Refusal):
        return None


def carried_envelope(carried: object) -> Envelope:
    """An envelope inside other JSON.

    Raises:
        Refusal: ENVELOPE_MALFORMED.
    """
    return envelope_from_json(json.dumps(carried, separators=(",", ":")).encode())
