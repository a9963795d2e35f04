"""The QR token: a CWT of at most 300 bytes that a phone verifies without asking anybody.

In clear only what is useless without the paper: number, kind, date, masked names, page count,
fingerprints, where to look up status and log. The facts are sealed (sealed_facts.py).
"""

from dataclasses import dataclass

from certificate_service.domain.cose import Es256, Signed, parse_sign1, sign1
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
_FIELDS = 9


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
    claims = dict(signed.claims)
    issuer, issued_at = claims.pop(_ISSUER, None), claims.pop(_ISSUED_AT, None)
    certificate_id, extract = claims.pop(_ID, None), claims.pop(_EXTRACT, None)
    if claims or not isinstance(extract, list) or len(extract) != _FIELDS:
        raise Refusal(TOKEN_MALFORMED, "claims")
    _expect(isinstance(issuer, str) and len(issuer) == 6 and issuer.isdigit(), "iss")
    _expect(isinstance(certificate_id, bytes) and len(certificate_id) == 10, "cti")
    _expect(_is_count(issued_at, 1 << 40), "iat")
    return _read(str(issuer), int(str(issued_at)), bytes(certificate_id), extract), signed  # type: ignore[arg-type]


def _read(issuer: str, issued_at: int, certificate_id: bytes, extract: list[object]) -> Token:
    version, template, number, names, pages, digests, status, log, sealed = extract
    _expect(version == _VERSION and type(version) is int, "version")
    _expect(_is_count(template, len(TEMPLATES)) and template != 0, "template")
    _expect(isinstance(number, list) and len(number) == 2, "number")
    year, serial = number  # type: ignore[misc]
    _expect(_is_count(year, 9999) and _is_count(serial, HIGHEST_SERIAL), "number")
    _expect(isinstance(names, str) and len(names) <= 60, "names")
    _expect(_is_count(pages, 999) and pages != 0, "pages")
    _expect(isinstance(digests, bytes) and len(digests) in (8, 16, 24), "digests")
    _expect(_is_count(status, 1 << 20) and _is_count(log, 1 << 48), "indices")
    _expect(isinstance(sealed, bytes) and len(sealed) >= 16, "facts")
    return Token(
        number=CertificateNumber(issuer, year, serial),
        template=TEMPLATES[template - 1],  # type: ignore[operator]
        issued_at=issued_at,
        certificate_id=certificate_id,
        masked_names=str(names),
        pages=pages,  # type: ignore[arg-type]
        digests=digests,  # type: ignore[arg-type]
        status_index=status,  # type: ignore[arg-type]
        log_index=log,  # type: ignore[arg-type]
        sealed_facts=sealed,  # type: ignore[arg-type]
    )


def _is_count(value: object, most: int) -> bool:
    return type(value) is int and 0 <= value <= most


def _expect(holds: bool, what: str) -> None:
    if not holds:
        raise Refusal(TOKEN_MALFORMED, what)
