"""What an act token says, as values here and as JWT claims on the wire."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from records.refusal import Refusal
from trust.envelope import reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class ActClaims:
    """What an act token says; the JWT claim is named where it is not obvious."""

    issuer: str
    """iss: node slug, the mTLS peer."""
    officer: str
    """sub: pseudonym of the officer, never a name."""
    role: str
    """Role code of the officer in this act."""
    audience: str
    """aud: the one node that is asked."""
    issued_at: datetime
    """iat, nbf: whole seconds, UTC."""
    expires_at: datetime
    """exp: at most 300 s after `issued_at`."""
    token_id: str
    """jti: UUIDv7, used once."""
    case_no: str
    """rid: the case."""
    purpose: str
    legal_basis: str
    agreement_id: str
    agreement_version: int
    category: str
    envelope_id: str
    """bsha: the statement that the act carries; empty for a call without one."""
    certificate_sha256: str
    """cnf.x5t#S256: SHA-256 of the caller's TLS certificate (DER), hex here."""
    trust_version: int
    """trust_ver: version of the trust list that the caller used."""
    name_commitment: str = ""
    """name_h: salted commitment to the officer's name, opened only in an audit."""
    applicant: str = ""
    """appl: per-request pseudonym of the applicant."""
    consent: str = ""
    """Hash of the power of attorney or of the identity check."""
    second_officer: str = ""
    """second: pseudonym of the second officer for sensitive categories."""


class _Confirmation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    thumbprint: str = msgspec.field(name="x5t#S256")


class WireClaims(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The claims as JSON: every type is checked before any value is used."""

    iss: str
    sub: str
    role: str
    aud: str
    iat: int
    nbf: int
    exp: int
    jti: str
    rid: str
    purpose: str
    legal_basis: str
    agreement: str
    agreement_ver: int
    category: str
    bsha: str
    cnf: _Confirmation
    trust_ver: int
    name_h: str = ""
    appl: str = ""
    consent: str = ""
    second: str = ""


def encode_base64url(raw: bytes) -> str:
    """RFC 7515 base64url, without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def to_wire(claims: ActClaims) -> WireClaims:
    """The claims under their JWT names.

    Raises:
        Refusal: ACT_TOKEN_MALFORMED (naive time, digest that is not hex).
    """
    issued = _seconds(claims.issued_at)
    return WireClaims(
        iss=claims.issuer,
        sub=claims.officer,
        role=claims.role,
        aud=claims.audience,
        iat=issued,
        nbf=issued,
        exp=_seconds(claims.expires_at),
        jti=claims.token_id,
        rid=claims.case_no,
        purpose=claims.purpose,
        legal_basis=claims.legal_basis,
        agreement=claims.agreement_id,
        agreement_ver=claims.agreement_version,
        category=claims.category,
        bsha=claims.envelope_id,
        cnf=_Confirmation(thumbprint_of(claims.certificate_sha256)),
        trust_ver=claims.trust_version,
        name_h=claims.name_commitment,
        appl=claims.applicant,
        consent=claims.consent,
        second=claims.second_officer,
    )


def _seconds(instant: datetime) -> int:
    if instant.tzinfo is None:
        raise Refusal(reasons.ACT_TOKEN_MALFORMED, "naive time")
    return int(instant.timestamp())


def thumbprint_of(sha256_hex: str) -> str:
    """x5t#S256 of a certificate whose SHA-256 is known in hex (RFC 8705 §3.1).

    Raises:
        Refusal: ACT_TOKEN_MALFORMED.
    """
    try:
        return encode_base64url(bytes.fromhex(sha256_hex))
    except ValueError as error:
        raise Refusal(reasons.ACT_TOKEN_MALFORMED, "certificate digest is not hex") from error


def from_wire(claims: WireClaims, certificate_sha256: str) -> ActClaims:
    """The claims as values; the certificate digest is the one that was compared."""
    return ActClaims(
        issuer=claims.iss,
        officer=claims.sub,
        role=claims.role,
        audience=claims.aud,
        issued_at=datetime.fromtimestamp(claims.iat, UTC),
        expires_at=datetime.fromtimestamp(claims.exp, UTC),
        token_id=claims.jti,
        case_no=claims.rid,
        purpose=claims.purpose,
        legal_basis=claims.legal_basis,
        agreement_id=claims.agreement,
        agreement_version=claims.agreement_ver,
        category=claims.category,
        envelope_id=claims.bsha,
        certificate_sha256=certificate_sha256,
        trust_version=claims.trust_ver,
        name_commitment=claims.name_h,
        applicant=claims.appl,
        consent=claims.consent,
        second_officer=claims.second,
    )
