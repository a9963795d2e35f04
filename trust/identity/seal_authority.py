"""The seal authority: a hierarchy of its own for what is printed, apart from connections.

    seal root (P-384) → seal issuing (P-256, pathlen 0) → seal certificate of one archive
                                                       → time-stamp certificate (demo)

A seal certificate carries nonRepudiation and nothing else, and names the archive as organisation:
a TLS leaf signs no document, a seal opens no connection. There is no extended key usage in it,
because validators (NSS in pdfsig, readers on phones) disagree about which one a document needs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from records.refusal import Refusal
from trust.identity.authority import (
    BACKDATE,
    Authority,
    Random,
    add_authority_extensions,
    add_key_identifiers,
    authority_name,
    draft,
    key_usage,
    sign_linted,
    validity,
)
from trust.identity.certificate_lint import (
    ARCHIVE_CODE,
    SEAL_LIFE,
    lint_seal,
    lint_time_stamp,
)
from trust.identity.reasons import PROFILE_VIOLATION

ROOT_LIFE = timedelta(days=20 * 365)
ISSUING_LIFE = timedelta(days=10 * 365)
SAMPLE = "样本·无效"
MAX_NAME = 64
"""RFC 5280 A.1, ub-organization-name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealHolder:
    """Whose seal it is."""

    archive_code: str
    """Six digits; the certificate's serialNumber attribute."""
    name: str
    """Official name, at most 64 characters; organisation and common name."""
    sample: bool
    """True outside a production trust domain: the certificate itself says 样本·无效."""

    def __post_init__(self) -> None:
        """Refuse what a certificate could not carry."""
        if not ARCHIVE_CODE.fullmatch(self.archive_code):
            raise Refusal(PROFILE_VIOLATION, "archive code")
        if not 1 <= len(self.name) <= MAX_NAME:
            raise Refusal(PROFILE_VIOLATION, "name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Where a reader finds what it needs later; empty = not published."""

    crl_url: str = ""
    """The issuing authority's list: of seals and time-stamp certificates."""
    root_crl_url: str = ""
    """The root's list: of issuing authorities."""
    issuer_url: str = ""
    """DER certificate of the seal issuing authority."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation:
    """A certificate that no longer counts."""

    serial: int
    revoked_at: datetime
    reason: x509.ReasonFlags = x509.ReasonFlags.unspecified


def create_seal_root(
    trust_domain: str, key: ec.EllipticCurvePrivateKey, *, now: datetime, random: Random
) -> Authority:
    """A self-signed root for the seals of one trust domain, valid twenty years."""
    name = authority_name(trust_domain, "Seal Root")
    builder = draft(name, name, key.public_key(), (now - BACKDATE, now + ROOT_LIFE), random)
    builder = add_authority_extensions(builder, key.public_key(), key.public_key(), pathlen=None)
    return Authority(certificate=builder.sign(key, hashes.SHA384()), private_key=key)


def create_seal_issuing(
    root: Authority,
    trust_domain: str,
    key: ec.EllipticCurvePrivateKey,
    *,
    now: datetime,
    random: Random,
    publication: Publication | None = None,
) -> Authority:
    """The authority that certifies seals and signs their revocation list, valid ten years."""
    window = validity(root.certificate, now, ISSUING_LIFE)
    name = authority_name(trust_domain, "Seal Issuing")
    builder = draft(name, root.certificate.subject, key.public_key(), window, random)
    public = root.private_key.public_key()
    builder = add_authority_extensions(builder, key.public_key(), public, pathlen=0)
    if publication is not None:
        builder = _add_publication(builder, Publication(crl_url=publication.root_crl_url))
    return Authority(certificate=builder.sign(root.private_key, hashes.SHA384()), private_key=key)


def issue_seal_certificate(
    issuing: Authority,
    holder: SealHolder,
    public_key: ec.EllipticCurvePublicKey,
    *,
    now: datetime,
    random: Random,
    publication: Publication | None = None,
) -> x509.Certificate:
    """The certificate of one archive's seal, three years, linted before signing.

    Raises:
        Refusal: PROFILE_VIOLATION; nothing was signed then.
    """
    issuer = issuing.certificate
    window = validity(issuer, now, SEAL_LIFE)
    builder = draft(_subject(holder), issuer.subject, public_key, window, random)
    builder = _add_end_extensions(builder, public_key, issuing)
    builder = builder.add_extension(key_usage(content_commitment=True), critical=True)
    builder = _add_publication(builder, publication or Publication())
    return sign_linted(
        builder,
        issuing,
        lambda seal: lint_seal(seal, (holder.archive_code, holder.name), issuer, now),
    )


def issue_time_stamp_certificate(
    issuing: Authority,
    name: str,
    public_key: ec.EllipticCurvePublicKey,
    *,
    now: datetime,
    random: Random,
    publication: Publication | None = None,
) -> x509.Certificate:
    """The certificate of a demo time-stamp authority (RFC 3161 2.3), three years, linted.

    Raises:
        Refusal: PROFILE_VIOLATION; nothing was signed then.
    """
    issuer = issuing.certificate
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, SAMPLE),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    window = validity(issuer, now, SEAL_LIFE)
    builder = draft(subject, issuer.subject, public_key, window, random)
    builder = _add_end_extensions(builder, public_key, issuing)
    builder = builder.add_extension(key_usage(digital_signature=True), critical=True)
    # RFC 3161 2.3: the one usage, and critical.
    stamping = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    builder = builder.add_extension(stamping, critical=True)
    builder = _add_publication(builder, publication or Publication())
    return sign_linted(builder, issuing, lambda leaf: lint_time_stamp(leaf, issuer, now))


def sign_revocation_list(
    issuing: Authority,
    revoked: Sequence[Revocation],
    *,
    number: int,
    now: datetime,
    life: timedelta = timedelta(days=7),
) -> x509.CertificateRevocationList:
    """The list of revoked seals; `number` grows with every list (RFC 5280 5.2.3)."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuing.certificate.subject)
        .last_update(now.replace(microsecond=0))
        .next_update((now + life).replace(microsecond=0))
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuing.private_key.public_key()),
            critical=False,
        )
    )
    for entry in revoked:
        builder = builder.add_revoked_certificate(_revoked(entry))
    return builder.sign(issuing.private_key, hashes.SHA256())


def _revoked(entry: Revocation) -> x509.RevokedCertificate:
    builder = x509.RevokedCertificateBuilder(entry.serial, entry.revoked_at.replace(microsecond=0))
    # RFC 5280 5.3.1: "unspecified" is said by leaving the reason out.
    if entry.reason is not x509.ReasonFlags.unspecified:
        builder = builder.add_extension(x509.CRLReason(entry.reason), critical=False)
    return builder.build()


def _subject(holder: SealHolder) -> x509.Name:
    attributes = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, holder.name),
        x509.NameAttribute(NameOID.SERIAL_NUMBER, holder.archive_code),
        x509.NameAttribute(NameOID.COMMON_NAME, holder.name),
    ]
    if holder.sample:
        attributes.insert(2, x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, SAMPLE))
    return x509.Name(attributes)


def _add_end_extensions(
    builder: x509.CertificateBuilder, public_key: ec.EllipticCurvePublicKey, issuing: Authority
) -> x509.CertificateBuilder:
    builder = builder.add_extension(
        x509.BasicConstraints(ca=False, path_length=None), critical=True
    )
    return add_key_identifiers(builder, public_key, issuing.private_key.public_key())


def _add_publication(
    builder: x509.CertificateBuilder, publication: Publication
) -> x509.CertificateBuilder:
    if publication.crl_url:
        where = [x509.UniformResourceIdentifier(publication.crl_url)]
        point = x509.DistributionPoint(
            full_name=where, relative_name=None, reasons=None, crl_issuer=None
        )
        builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
    if publication.issuer_url:
        access = x509.AccessDescription(
            AuthorityInformationAccessOID.CA_ISSUERS,
            x509.UniformResourceIdentifier(publication.issuer_url),
        )
        builder = builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
    return builder
