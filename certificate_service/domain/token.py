"""The QR token: a CWT of at most 300 bytes that a phone verifies without asking anybody.

In clear only what is useless without the paper: number, kind, date, masked names, page count,
fingerprints, where to look up status and log. The facts are sealed (sealed_facts.py).
"""

from dataclasses import dataclass

import msgspec

from certificate_service.domain.cose import Es256, Signed, parse_sign1, sign1
from certificate_service.domain.fingerprint import SIZE
from certificate_service.domain.numbering import HIGHEST_SERIAL, CertificateNumber
from certificate_service.domain.reasons import TOKEN_MALFORMED, TOKEN_TOO_LARGE
from records.refusal import Refusal

MOST_BYTES = 300
CERTIFICATE_ID_SIZE = 10
TEMPLATES = ("T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8")
_VERSION = 1
_ISSUER, _ISSUED_AT, _ID = 1, 6, 7
_EXTRACT = -70001
"""Private-use CWT claim; the array in it is described field by field in docs/certificate.md."""
_Extract = tuple[int, int, tuple[int, int], str, int, bytes, int, int, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What the QR code says."""

    number: CertificateNumber
    template: str
    issued_at: int
    """Seconds since 1970."""
    certificate_id: bytes
    """10 random bytes; also the salt of the sealed facts."""
    masked_names: str
    pages: int
    digests: bytes
    """8 bytes per page up to three pages, else 8 bytes over all (fingerprint.py)."""
    status_index: int
    """Position in the archive's status list."""
    log_index: int
    """Index of the certificate's leaf in the holder's log."""
    sealed_facts: bytes


def encode_token(token: Token, kid: bytes, sign: Es256) -> bytes:
    """The signed token.

    Raises:
        Refusal: TOKEN_TOO_LARGE.
    """
    claims = {
        _ISSUER: token.number.archive_code,
        _ISSUED_AT: token.issued_at,
        _ID: token.certificate_id,
        _EXTRACT: [
            _VERSION,
            TEMPLATES.index(token.template) + 1,
            [token.number.year, token.number.serial],
            token.masked_names,
            token.pages,
            token.digests,
            token.status_index,
            token.log_index,
            token.sealed_facts,
        ],
    }
    data = sign1(claims, kid, sign)
    if len(data) > MOST_BYTES:
        raise Refusal(TOKEN_TOO_LARGE, f"{len(data)} bytes")
    return data


def parse_token(data: bytes) -> tuple[Token, Signed]:
    """What the token says, and what its signature has to cover; the signature is not checked.

    Raises:
        Refusal: TOKEN_MALFORMED.
    """
    if len(data) > MOST_BYTES:
        raise Refusal(TOKEN_MALFORMED, "size")
    signed = parse_sign1(data)
    if signed.content_type:
        raise Refusal(TOKEN_MALFORMED, "another kind of statement")
    try:
        claims = msgspec.convert(signed.claims, dict[int, object], strict=True)
        issuer = msgspec.convert(claims.pop(_ISSUER), str, strict=True)
        issued_at = msgspec.convert(claims.pop(_ISSUED_AT), int, strict=True)
        certificate_id = msgspec.convert(claims.pop(_ID), bytes, strict=True)
        extract = msgspec.convert(claims.pop(_EXTRACT), _Extract, strict=True)
    except (msgspec.ValidationError, KeyError) as error:
        raise Refusal(TOKEN_MALFORMED, "claims") from error
    version, template, (year, serial), names, pages, digests, place, log_index, sealed = extract
    checks = (
        ("claims", not claims and version == _VERSION),
        ("iss", len(issuer) == 6 and issuer.isascii() and issuer.isdigit()),
        ("iat", 0 <= issued_at < 1 << 40),
        ("cti", len(certificate_id) == CERTIFICATE_ID_SIZE),
        ("template", 1 <= template <= len(TEMPLATES)),
        ("number", 2000 <= year <= 9999 and 1 <= serial <= HIGHEST_SERIAL),
        ("names", len(names) <= 60),
        ("pages", 1 <= pages <= 999 and len(digests) == SIZE * (pages if pages <= 3 else 1)),
        ("indices", 0 <= place < 1 << 20 and 0 <= log_index < 1 << 48),
        ("facts", len(sealed) >= 16),
    )
    for what, holds in checks:
        if not holds:
            raise Refusal(TOKEN_MALFORMED, what)
    token = Token(
        number=CertificateNumber(issuer, year, serial),
        template=TEMPLATES[template - 1],
        issued_at=issued_at,
        certificate_id=certificate_id,
        masked_names=names,
        pages=pages,
        digests=digests,
        status_index=place,
        log_index=log_index,
        sealed_facts=sealed,
    )
    return token, signed
