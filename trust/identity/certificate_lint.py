"""What a certificate of ours must look like, checked before it is signed.

A lint finds every fault, so that one refusal names them all.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, NameOID

from records.refusal import Refusal
from trust.identity.participant import Participant
from trust.identity.reasons import PROFILE_VIOLATION

MAX_LEAF_LIFE = timedelta(days=8)
SEAL_LIFE = timedelta(days=3 * 365)
ARCHIVE_CODE = re.compile(r"[0-9]{6}")
_TLS_EXTENSIONS = frozenset(
    {
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
        ExtensionOID.SUBJECT_KEY_IDENTIFIER,
        ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
    }
)
_SEAL_EXTENSIONS = frozenset(
    {
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.SUBJECT_KEY_IDENTIFIER,
        ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
    }
)
_PUBLICATION = frozenset(
    {ExtensionOID.CRL_DISTRIBUTION_POINTS, ExtensionOID.AUTHORITY_INFORMATION_ACCESS}
)
_KEY_USAGE_BITS = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
)


def lint_tls_leaf(
    leaf: x509.Certificate, participant: Participant, issuer: x509.Certificate, now: datetime
) -> None:
    """The leaf follows the TLS profile for this participant.

    Raises:
        Refusal: PROFILE_VIOLATION, naming every fault.
    """
    refuse_faults(_tls_leaf_faults(leaf, participant, issuer, now))


def lint_seal(
    seal: x509.Certificate, holder: tuple[str, str], issuer: x509.Certificate, now: datetime
) -> None:
    """The certificate follows the seal profile for this holder (archive code, name).

    Raises:
        Refusal: PROFILE_VIOLATION, naming every fault.
    """
    refuse_faults(_seal_faults(seal, holder, issuer, now))


def lint_time_stamp(leaf: x509.Certificate, issuer: x509.Certificate, now: datetime) -> None:
    """The certificate follows the time-stamp profile (RFC 3161 2.3).

    Raises:
        Refusal: PROFILE_VIOLATION, naming every fault.
    """
    refuse_faults(_time_stamp_faults(leaf, issuer, now))


def refuse_faults(faults: Iterator[str]) -> None:
    """Nothing was found.

    Raises:
        Refusal: PROFILE_VIOLATION, naming every fault.
    """
    found = ", ".join(faults)
    if found:
        raise Refusal(PROFILE_VIOLATION, found)


def _tls_leaf_faults(
    leaf: x509.Certificate, participant: Participant, issuer: x509.Certificate, now: datetime
) -> Iterator[str]:
    present = {extension.oid for extension in leaf.extensions}
    if present != _TLS_EXTENSIONS:
        yield "extensions differ from the profile"
        return
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    wanted = [x509.UniformResourceIdentifier(participant.uri), x509.DNSName(participant.dns_name)]
    if list(names) != wanted:
        yield "subject alternative names"
    if not _is_inside_fence(participant.dns_name, issuer):
        yield "name outside the issuer's constraints"
    yield from usage_faults(leaf, {"digital_signature"})
    usages = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    if set(usages) != {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH}:
        yield "extended key usage"
    yield from key_faults(leaf)
    yield from window_faults(leaf, issuer, now, MAX_LEAF_LIFE)


def _seal_faults(
    seal: x509.Certificate, holder: tuple[str, str], issuer: x509.Certificate, now: datetime
) -> Iterator[str]:
    present = {extension.oid for extension in seal.extensions}
    if present - _PUBLICATION != _SEAL_EXTENSIONS:
        yield "extensions differ from the profile"
        return
    archive_code, name = holder
    if not ARCHIVE_CODE.fullmatch(archive_code):
        yield "archive code"
    wanted = {
        NameOID.SERIAL_NUMBER: archive_code,
        NameOID.ORGANIZATION_NAME: name,
        NameOID.COMMON_NAME: name,
    }
    for oid, value in wanted.items():
        if [entry.value for entry in seal.subject.get_attributes_for_oid(oid)] != [value]:
            yield "subject"
    yield from usage_faults(seal, {"content_commitment"})
    yield from key_faults(seal)
    yield from window_faults(seal, issuer, now, SEAL_LIFE + timedelta(days=1))


def _time_stamp_faults(
    leaf: x509.Certificate, issuer: x509.Certificate, now: datetime
) -> Iterator[str]:
    present = {extension.oid for extension in leaf.extensions}
    if present - _PUBLICATION != _SEAL_EXTENSIONS | {ExtensionOID.EXTENDED_KEY_USAGE}:
        yield "extensions differ from the profile"
        return
    usages = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    if list(usages.value) != [ExtendedKeyUsageOID.TIME_STAMPING] or not usages.critical:
        yield "extended key usage"
    yield from usage_faults(leaf, {"digital_signature"})
    yield from key_faults(leaf)
    yield from window_faults(leaf, issuer, now, SEAL_LIFE + timedelta(days=1))


def usage_faults(certificate: x509.Certificate, wanted: set[str]) -> Iterator[str]:
    """Faults of an end certificate's basic constraints and key usage."""
    constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    if constraints.value.ca or not constraints.critical:
        yield "basic constraints"
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage)
    bits = {bit for bit in _KEY_USAGE_BITS if getattr(usage.value, bit)}
    if bits != wanted or not usage.critical:
        yield "key usage"


def key_faults(certificate: x509.Certificate) -> Iterator[str]:
    """Faults of a subject key: P-256 and P-384 are accepted."""
    key = certificate.public_key()
    curves = (ec.SECP256R1, ec.SECP384R1)
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, curves):
        yield "key type"


def window_faults(
    certificate: x509.Certificate, issuer: x509.Certificate, now: datetime, longest: timedelta
) -> Iterator[str]:
    """Faults of a validity window, which lies inside the issuer's end and contains now."""
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not begins <= now < ends or ends > issuer.not_valid_after_utc:
        yield "validity window"
    if ends - begins > longest:
        yield "life too long"
    if certificate.issuer != issuer.subject:
        yield "issuer name"


def _is_inside_fence(dns_name: str, issuer: x509.Certificate) -> bool:
    try:
        fence = issuer.extensions.get_extension_for_class(x509.NameConstraints).value
    except x509.ExtensionNotFound:
        return False
    subtrees = [
        name.value for name in fence.permitted_subtrees or () if isinstance(name, x509.DNSName)
    ]
    return any(dns_name.endswith(f".{subtree}") for subtree in subtrees)
