"""Believes a seal: signature, certificate chain and later revisions, at the time of issue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import pem, x509
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from certificate_service.document.pdf_check import FAULTS, SealedFile
from certificate_service.domain.reasons import FILE_ALTERED, SEAL_FORGED, SEAL_UNTRUSTED
from records.refusal import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class SealEvidence:
    """What was found true of the seal."""

    trusted: bool
    level: str
    """B, T, LT or LTA."""


def check_seal(file: SealedFile, roots_pem: bytes, moment: datetime) -> SealEvidence:
    """Evidence that the seal signed this file and that nothing but time evidence was added.

    Raises:
        Refusal: SEAL_FORGED, FILE_ALTERED.
    """
    roots = _roots(roots_pem)
    context = ValidationContext(
        trust_roots=roots,
        allow_fetching=False,
        revocation_mode="soft-fail",
        moment=moment,
    )
    try:
        status: Any = validate_pdf_signature(
            file.signature,
            signer_validation_context=context,
            key_usage_settings=KeyUsageConstraints(key_usage={"non_repudiation"}),
        )
    except FAULTS as error:
        raise Refusal(SEAL_FORGED, type(error).__name__) from error
    if not status.intact:
        raise Refusal(FILE_ALTERED, "digest")
    if not status.valid:
        raise Refusal(SEAL_FORGED)
    _check_revisions(file, status)
    _check_stamp(status)
    return SealEvidence(trusted=bool(status.trusted), level=_level(status))


def require_trusted(evidence: SealEvidence) -> None:
    """Return only if the chain ended at a listed root at the time of issue.

    Raises:
        Refusal: SEAL_UNTRUSTED.
    """
    if not evidence.trusted:
        raise Refusal(SEAL_UNTRUSTED, "chain")


def _check_revisions(file: SealedFile, status: Any) -> None:  # noqa: ANN401
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    if file.revisions == 1 and not whole:
        raise Refusal(FILE_ALTERED, "bytes after the signature")
    level = status.modification_level
    if not status.docmdp_ok or level not in (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES):
        raise Refusal(FILE_ALTERED, "later revision")


def _check_stamp(status: Any) -> None:  # noqa: ANN401
    """A time-stamp that does not hold is an alteration: without one the file would be level B."""
    stamp = status.timestamp_validity
    if stamp is not None and not (stamp.intact and stamp.valid and stamp.trusted):
        raise Refusal(FILE_ALTERED, "time-stamp")


def _level(status: Any) -> str:  # noqa: ANN401
    stamp = status.timestamp_validity
    return "B" if stamp is None else "T"


def _roots(roots_pem: bytes) -> Sequence[x509.Certificate]:
    if not roots_pem.strip():
        return ()
    return [
        x509.Certificate.load(der) for _kind, _head, der in pem.unarmor(roots_pem, multiple=True)
    ]
