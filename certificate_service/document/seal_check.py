"""Believes a seal: signature, certificate chains, time-stamps and later revisions.

Everything is judged as of the instant that it claims; whether that instant can be believed, and
whether its algorithms were whole then, is `domain/existence.py`'s question.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from asn1crypto import pem, x509
from cryptography import x509 as certificates
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from certificate_service.document.algorithms import chain_algorithms
from certificate_service.document.cms_form import stamp_of
from certificate_service.document.faults import CERTIFICATE_FAULTS, FAULTS
from certificate_service.document.pdf_check import SealedFile
from certificate_service.document.security_store import SecurityStore, read_security_store
from certificate_service.domain.existence import Proof
from certificate_service.domain.reasons import FILE_ALTERED, SEAL_FORGED, SEAL_UNTRUSTED
from records.refusal import Refusal

RootsAt = Callable[[datetime], bytes]
"""Takes an instant, answers the listed roots of seals and time-stamps of that day, PEM."""
_CLOCK_SKEW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealEvidence:
    """What was found true of the seal."""

    trusted: bool
    level: str
    """B, T, LT or LTA."""
    algorithms: frozenset[str]
    """What the seal's own signature and certificates hang on."""
    stamps: tuple[Proof, ...]
    """Time-stamps, oldest first; each covers all before it."""


def check_seal(file: SealedFile, roots_at: RootsAt, moment: datetime) -> SealEvidence:
    """Evidence that the seal signed this file and that nothing but time evidence was added.

    Args:
        file: Of our form, its digests right.
        roots_at: The roots that were listed at an instant.
        moment: When it claims to have been sealed.

    Raises:
        Refusal: SEAL_FORGED, FILE_ALTERED, and what `roots_at` raises.
    """
    try:
        return _judge(file, roots_at, moment)
    except FAULTS as error:
        # asn1crypto parses when a value is looked at, wherever that is.
        raise Refusal(FILE_ALTERED, type(error).__name__) from error


def _judge(file: SealedFile, roots_at: RootsAt, moment: datetime) -> SealEvidence:
    roots = read_roots(roots_at(moment))
    try:
        store = read_security_store(file.signature.reader)
        status: Any = validate_pdf_signature(
            file.signature,
            signer_validation_context=_context(roots, store, moment),
            ts_validation_context=_stamp_context(roots_at, store, file, moment),
            key_usage_settings=KeyUsageConstraints(key_usage={"non_repudiation"}),
        )
    except FAULTS as error:
        raise Refusal(SEAL_FORGED, type(error).__name__) from error
    if not status.intact:
        raise Refusal(FILE_ALTERED, "digest")
    if not status.valid:
        raise Refusal(SEAL_FORGED)
    _check_revisions(file, status)
    _check_revocation(file.certificate, roots, store, moment)
    stamps = _check_stamps(file, status, roots_at, store)
    if stamps and stamps[0].at < moment - _CLOCK_SKEW:
        raise Refusal(FILE_ALTERED, "time-stamp before the seal")
    return SealEvidence(
        trusted=bool(status.trusted),
        level=_level(file, stamps, store),
        algorithms=chain_algorithms(
            file.signature.signer_cert,
            [*file.signature.other_embedded_certs, *store.certificates, *roots],
        ),
        stamps=tuple(stamps),
    )


def require_trusted(evidence: SealEvidence) -> None:
    """Return only if the chain ended at a listed root at the time of issue.

    Raises:
        Refusal: SEAL_UNTRUSTED.
    """
    if not evidence.trusted:
        raise Refusal(SEAL_UNTRUSTED, "chain")


def read_roots(roots_pem: bytes) -> Sequence[x509.Certificate]:
    """The listed roots of seals and time-stamps."""
    if not roots_pem.strip():
        return ()
    return [
        x509.Certificate.load(der) for _kind, _head, der in pem.unarmor(roots_pem, multiple=True)
    ]


def _context(
    roots: Sequence[x509.Certificate], store: SecurityStore, moment: datetime
) -> ValidationContext:
    return ValidationContext(
        trust_roots=list(roots),
        other_certs=list(store.certificates),
        allow_fetching=False,
        # Lists are looked at by `SecurityStore`: a list is no worse for being younger than a seal.
        revocation_mode="soft-fail",
        moment=moment,
        time_tolerance=timedelta(0),
    )


def _stamp_context(
    roots_at: RootsAt, store: SecurityStore, file: SealedFile, moment: datetime
) -> ValidationContext:
    """A token is judged at the instant that it names, years after the seal perhaps."""
    token = stamp_of(file.signature.signed_data)
    at = moment if token is None else _stamped_at(token["content"])
    return _context(read_roots(roots_at(at)), store, at)


def _stamped_at(signed: Any) -> datetime:  # noqa: ANN401 -- asn1crypto carries no types
    said: datetime = signed["encap_content_info"]["content"].parsed["gen_time"].native
    return said


def _check_revisions(file: SealedFile, status: Any) -> None:  # noqa: ANN401
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    level = status.modification_level
    if not status.docmdp_ok or level not in (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES):
        raise Refusal(FILE_ALTERED, "later revision")
    # Bytes that neither signature nor time-stamp covers: only evidence for the last of them.
    if file.stamped_bytes < file.total_bytes:
        if whole or level is ModificationLevel.NONE:
            raise Refusal(FILE_ALTERED, "bytes after the signature")
        file.check_tail()


def _check_stamps(
    file: SealedFile,
    status: Any,  # noqa: ANN401
    roots_at: RootsAt,
    store: SecurityStore,
) -> list[Proof]:
    """A time-stamp that does not hold is an alteration: without one the file would be level B."""
    found = [] if status.timestamp_validity is None else [status.timestamp_validity]
    for embedded in file.stamps:
        at = _stamped_at(embedded.signed_data)
        try:
            # What later revisions changed was judged with the seal.
            context = _context(read_roots(roots_at(at)), store, at)
            found.append(validate_pdf_timestamp(embedded, context, skip_diff=True))
        except FAULTS as error:
            raise Refusal(FILE_ALTERED, "time-stamp") from error
    proofs: list[Proof] = []
    for stamp, chain in zip(found, file.stamp_chains, strict=True):
        if not (stamp.intact and stamp.valid and stamp.trusted):
            raise Refusal(FILE_ALTERED, "time-stamp")
        if proofs and stamp.timestamp < proofs[-1].at:
            raise Refusal(FILE_ALTERED, "order of the time-stamps")
        roots = read_roots(roots_at(stamp.timestamp))
        _check_anchored(chain[-1], roots)
        _check_revocation(chain[0], roots, store, stamp.timestamp)
        carried = [x509.Certificate.load(one) for one in chain]
        algorithms = chain_algorithms(carried[0], [*carried, *store.certificates, *roots])
        proofs.append(Proof(at=stamp.timestamp, algorithms=algorithms))
    return proofs


def _check_revocation(
    der: bytes, roots: Sequence[x509.Certificate], store: SecurityStore, at: datetime
) -> None:
    """No list that the file carries said so already then (RFC 5280 6.3, as of the past)."""
    if store.is_revoked(der, [one.dump() for one in roots], at):
        raise Refusal(SEAL_UNTRUSTED, "revoked")


def _check_anchored(top: bytes, roots: Sequence[x509.Certificate]) -> None:
    """The last certificate that a token carries is a listed root or signed by one.

    Otherwise its bits would be read by nobody: a validator finds the true one elsewhere.
    """
    for root in roots:
        der = bytes(root.dump())
        if der == top:
            return
        try:
            last = certificates.load_der_x509_certificate(top)
            last.verify_directly_issued_by(certificates.load_der_x509_certificate(der))
        except CERTIFICATE_FAULTS:
            continue
        return
    raise Refusal(FILE_ALTERED, "time-stamp certificates")


def _level(file: SealedFile, stamps: Sequence[Proof], store: SecurityStore) -> str:
    """ETSI EN 319 142-1 6.3: what is there, not what might still be found."""
    if not stamps:
        return "B"
    chains = ((file.certificate,), *file.stamp_chains)
    last_is_document = bool(file.stamps)
    needed = chains[:-1] if last_is_document else chains
    if not store.certificates or not all(store.covers(chain) for chain in needed):
        return "T"
    covered = last_is_document and file.stamped_bytes == file.total_bytes
    return "LTA" if covered else "LT"
