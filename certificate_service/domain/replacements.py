"""Which certificate replaced which: one signed file an archive, asked for only after V05.

Like the status list it is fetched whole, so the server learns nothing about who was looked at.
"""

from collections.abc import Mapping

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec

from certificate_service.domain.cose import Es256, parse_sign1, sign1, verify_sign1
from certificate_service.domain.numbering import CertificateNumber
from certificate_service.domain.reasons import STATUS_LIST_BAD
from records.refusal import Refusal

CONTENT_TYPE = "application/vnd.lantai.replacements+cwt"
_ISSUER, _ISSUED_AT, _REPLACED = 1, 6, -70003
_Pairs = dict[int, tuple[int, int]]


def encode_replacements(
    archive_code: str,
    replaced: Mapping[int, CertificateNumber],
    issued_at: int,
    kid: bytes,
    sign: Es256,
) -> bytes:
    """The signed file: place in the status list to year and serial of the new certificate."""
    pairs = {place: [number.year, number.serial] for place, number in sorted(replaced.items())}
    claims = {_ISSUER: archive_code, _ISSUED_AT: issued_at, _REPLACED: pairs}
    return sign1(claims, kid, sign, content_type=CONTENT_TYPE)


def verify_replacements(
    data: bytes, archive_code: str, keys: Mapping[bytes, ec.EllipticCurvePublicKey]
) -> Mapping[int, CertificateNumber]:
    """New numbers by place, signed by one of the archive's keys (by kid).

    Raises:
        Refusal: STATUS_LIST_BAD, TOKEN_MALFORMED, TOKEN_FORGED.
    """
    signed = parse_sign1(data)
    key = keys.get(signed.kid)
    if signed.content_type != CONTENT_TYPE or key is None:
        raise Refusal(STATUS_LIST_BAD, "not signed by this archive")
    claims = verify_sign1(signed, key)
    if claims.get(_ISSUER) != archive_code:
        raise Refusal(STATUS_LIST_BAD, "another archive's")
    try:
        pairs = msgspec.convert(claims.get(_REPLACED), _Pairs, strict=True)
    except msgspec.ValidationError as error:
        raise Refusal(STATUS_LIST_BAD, "form") from error
    return {
        place: CertificateNumber(archive_code, year, serial)
        for place, (year, serial) in pairs.items()
    }
