"""The TLS authority: an offline root, an issuing authority in a fence, leaves for seven days.

    root (P-384, ten years, offline) → issuing (P-256, pathlen 0, fenced by DNS names) → leaf

The issuing authority alone opens nothing: the gate also demands a statement that the member's
sign key made about the leaf's key (trust.md §2). Names come from the caller's record, never from
a signing request. Every leaf is linted on a copy signed by a throw-away key before the authority
signs the same bytes. Ed25519 leaves are not made: gRPC refuses them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from records.refusal import Refusal
from trust.identity.certificate_lint import lint_tls_leaf
from trust.identity.participant import Participant, constrained_names
from trust.identity.reasons import PROFILE_VIOLATION

Random = Callable[[int], bytes]
"""Returns that many unpredictable bytes."""

ROOT_LIFE = timedelta(days=3650)
ISSUING_LIFE = timedelta(days=365)
LEAF_LIFE = timedelta(days=7)
BACKDATE = timedelta(minutes=5)
"""Certificates begin this much before `now`, for clocks that are a little slow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """A certificate that signs others, with its private key."""

    certificate: x509.Certificate
    private_key: ec.EllipticCurvePrivateKey = field(repr=False)

    @property
    def pem(self) -> bytes:
        """The certificate, PEM."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)


def new_root_key() -> ec.EllipticCurvePrivateKey:
    """A fresh P-384 key for a root."""
    return ec.generate_private_key(ec.SECP384R1())


def create_tls_root(
    trust_domain: str, key: ec.EllipticCurvePrivateKey, *, now: datetime, random: Random
) -> Authority:
    """A self-signed root for one trust domain, valid ten years."""
    name = authority_name(trust_domain, "TLS Root")
    builder = draft(name, name, key.public_key(), (now - BACKDATE, now + ROOT_LIFE), random)
    builder = add_authority_extensions(builder, key.public_key(), key.public_key(), pathlen=None)
    return Authority(certificate=builder.sign(key, hashes.SHA384()), private_key=key)


def create_tls_issuing(
    root: Authority,
    trust_domain: str,
    key: ec.EllipticCurvePrivateKey,
    *,
    now: datetime,
    random: Random,
) -> Authority:
    """An issuing authority that can only certify names of this trust domain, valid one year.

    The fence is a critical DNS name constraint; a URI constraint would be the SPIFFE way but
    makes other verifiers refuse the chain (trust.md finding 8).
    """
    name = authority_name(trust_domain, "TLS Issuing")
    window = validity(root.certificate, now, ISSUING_LIFE)
    builder = draft(name, root.certificate.subject, key.public_key(), window, random)
    public = root.private_key.public_key()
    builder = add_authority_extensions(builder, key.public_key(), public, pathlen=0)
    fence = [x509.DNSName(subtree) for subtree in constrained_names(trust_domain)]
    builder = builder.add_extension(x509.NameConstraints(fence, None), critical=True)
    certificate = builder.sign(root.private_key, hashes.SHA384())
    return Authority(certificate=certificate, private_key=key)


def issue_leaf(
    issuing: Authority,
    participant: Participant,
    public_key: ec.EllipticCurvePublicKey,
    *,
    now: datetime,
    random: Random,
    life: timedelta = LEAF_LIFE,
) -> x509.Certificate:
    """A certificate for one participant's connections, server and client, linted before signing.

    Raises:
        Refusal: PROFILE_VIOLATION; nothing was signed by the authority then.
    """
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, participant.dns_name[:64])])
    issuer = issuing.certificate
    window = validity(issuer, now, life)
    builder = draft(subject, issuer.subject, public_key, window, random)
    builder = _add_leaf_extensions(builder, participant, public_key, issuing)
    return sign_linted(builder, issuing, lambda leaf: lint_tls_leaf(leaf, participant, issuer, now))


def sign_linted(
    builder: x509.CertificateBuilder,
    authority: Authority,
    lint: Callable[[x509.Certificate], None],
) -> x509.Certificate:
    """Sign only what a lint has passed on the very same to-be-signed bytes.

    The lint reads a copy signed by a throw-away key, so that the authority's signature never
    stands under a certificate that breaks its profile (after Boulder's linter).
    """
    throwaway = ec.generate_private_key(authority.private_key.curve)
    rehearsal = builder.sign(throwaway, hashes.SHA256())
    lint(rehearsal)
    certificate = builder.sign(authority.private_key, hashes.SHA256())
    if certificate.tbs_certificate_bytes != rehearsal.tbs_certificate_bytes:
        message = "the signed certificate is not the one that was linted"
        raise AssertionError(message)
    return certificate


def authority_name(trust_domain: str, role: str) -> x509.Name:
    """Subject of an authority: trust domain as organisation, its role as common name."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, trust_domain[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, f"Lantai Link {role}"),
        ]
    )


def validity(issuer: x509.Certificate, now: datetime, life: timedelta) -> tuple[datetime, datetime]:
    """From a little before now for `life`, but not beyond the issuer's own end.

    Raises:
        Refusal: PROFILE_VIOLATION where the issuer has run out.
    """
    if now >= issuer.not_valid_after_utc:
        raise Refusal(PROFILE_VIOLATION, "the issuing authority has run out")
    return now - BACKDATE, min(now + life, issuer.not_valid_after_utc)


def draft(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: ec.EllipticCurvePublicKey,
    window: tuple[datetime, datetime],
    random: Random,
) -> x509.CertificateBuilder:
    """A certificate with names, key, window and a random 159-bit serial; no extensions yet."""
    # RFC 5280 4.1.2.2: positive, at most 20 octets; the top bit stays clear, the next is set so
    # that every serial has the same length.
    serial = int.from_bytes(random(20), "big") & ((1 << 159) - 1) | (1 << 158)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(serial)
        .not_valid_before(window[0].replace(microsecond=0))
        .not_valid_after(window[1].replace(microsecond=0))
    )


def add_authority_extensions(
    builder: x509.CertificateBuilder,
    public_key: ec.EllipticCurvePublicKey,
    issuer_key: ec.EllipticCurvePublicKey,
    *,
    pathlen: int | None,
) -> x509.CertificateBuilder:
    """The builder with what every authority certificate carries."""
    builder = builder.add_extension(
        x509.BasicConstraints(ca=True, path_length=pathlen), critical=True
    )
    builder = builder.add_extension(key_usage(key_cert_sign=True, crl_sign=True), critical=True)
    return add_key_identifiers(builder, public_key, issuer_key)


def add_key_identifiers(
    builder: x509.CertificateBuilder,
    public_key: ec.EllipticCurvePublicKey,
    issuer_key: ec.EllipticCurvePublicKey,
) -> x509.CertificateBuilder:
    """The builder with subject and authority key identifiers."""
    builder = builder.add_extension(
        x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False
    )
    return builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False
    )


def key_usage(
    *,
    digital_signature: bool = False,
    content_commitment: bool = False,
    key_cert_sign: bool = False,
    crl_sign: bool = False,
) -> x509.KeyUsage:
    """A key usage with exactly the named bits."""
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=content_commitment,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )


def _add_leaf_extensions(
    builder: x509.CertificateBuilder,
    participant: Participant,
    public_key: ec.EllipticCurvePublicKey,
    issuing: Authority,
) -> x509.CertificateBuilder:
    """One URI and one DNS name; both ends of a connection; not an authority."""
    names = x509.SubjectAlternativeName(
        [x509.UniformResourceIdentifier(participant.uri), x509.DNSName(participant.dns_name)]
    )
    both_ends = x509.ExtendedKeyUsage(
        [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    )
    not_an_authority = x509.BasicConstraints(ca=False, path_length=None)
    builder = (
        builder.add_extension(not_an_authority, critical=True)
        .add_extension(key_usage(digital_signature=True), critical=True)
        .add_extension(both_ends, critical=False)
        .add_extension(names, critical=False)
    )
    return add_key_identifiers(builder, public_key, issuing.private_key.public_key())
