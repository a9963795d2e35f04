"""Reading certificates and following them to a root.

The TLS library has checked the chain of a live connection already; these functions serve where a
certificate arrives in another way (enrolment, renewal, a partner's server before it is pinned)
and read the one name that a certificate may carry.
"""

from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509 import verification

from records.refusal import Refusal
from trust.identity.participant import Participant
from trust.identity.reasons import CERTIFICATE_CHAIN, CERTIFICATE_EXPIRED, CERTIFICATE_MALFORMED

MAX_CHAIN_BYTES = 32 * 1024
MAX_CERTIFICATES = 8
_UNREADABLE = (
    x509.ExtensionNotFound,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
    ValueError,
)
"""The library reads extensions when they are asked for, and says no in all these ways."""


def read_certificates(pem: bytes) -> tuple[x509.Certificate, ...]:
    """The certificates of a PEM text in their order: 1 to 8, at most 32 KiB.

    Raises:
        Refusal: CERTIFICATE_MALFORMED.
    """
    if len(pem) > MAX_CHAIN_BYTES:
        raise Refusal(CERTIFICATE_MALFORMED, "size")
    try:
        certificates = tuple(x509.load_pem_x509_certificates(pem))
    except (ValueError, x509.InvalidVersion) as fault:
        raise Refusal(CERTIFICATE_MALFORMED, "not PEM certificates") from fault
    if len(certificates) > MAX_CERTIFICATES:
        raise Refusal(CERTIFICATE_MALFORMED, "too many certificates")
    # A signature has one spelling: no unused bits in its bit string.
    for certificate in certificates:
        der = certificate.public_bytes(serialization.Encoding.DER)
        if not der.endswith(b"\0" + certificate.signature):
            raise Refusal(CERTIFICATE_MALFORMED, "signature's form")
    return certificates


def read_participant(leaf: x509.Certificate) -> Participant:
    """The participant that a leaf names: exactly one URI, and the DNS name that belongs to it.

    TLS lets a certificate with two URIs or none through, so this is where it stops (trust.md §2).

    Raises:
        Refusal: CERTIFICATE_MALFORMED, IDENTITY_MALFORMED.
    """
    try:
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except _UNREADABLE as fault:
        raise Refusal(CERTIFICATE_MALFORMED, "no subject alternative name") from fault
    uris = names.get_values_for_type(x509.UniformResourceIdentifier)
    if len(uris) != 1:
        raise Refusal(CERTIFICATE_MALFORMED, "not exactly one URI name")
    participant = Participant.parse_uri(uris[0])
    if names.get_values_for_type(x509.DNSName) != [participant.dns_name]:
        raise Refusal(CERTIFICATE_MALFORMED, "DNS name")
    return participant


def verify_window(leaf: x509.Certificate, now: datetime) -> None:
    """The leaf is valid at this instant.

    Raises:
        Refusal: CERTIFICATE_EXPIRED, also before its first instant.
    """
    if not leaf.not_valid_before_utc <= now < leaf.not_valid_after_utc:
        raise Refusal(CERTIFICATE_EXPIRED)


def verify_tls_chain(
    chain: Sequence[x509.Certificate], roots: Sequence[x509.Certificate], now: datetime
) -> Participant:
    """The participant of a chain (leaf first) that ends at one of the roots.

    Raises:
        Refusal: CERTIFICATE_MALFORMED, CERTIFICATE_EXPIRED, CERTIFICATE_CHAIN.
    """
    if not chain or not roots:
        raise Refusal(CERTIFICATE_CHAIN, "empty chain or no roots")
    leaf = chain[0]
    # 1. The name: one, and ours.
    participant = read_participant(leaf)
    # 2. The moment, said apart from the chain because its remedy differs.
    verify_window(leaf, now)
    # 3. The path, with name constraints, lengths and usages (RFC 5280 6.1).
    policy = verification.PolicyBuilder().store(verification.Store(list(roots))).time(now)
    server = policy.build_server_verifier(x509.DNSName(participant.dns_name))
    try:
        server.verify(leaf, list(chain[1:]))
    except verification.VerificationError as fault:
        raise Refusal(CERTIFICATE_CHAIN) from fault
    return participant
