"""The one form of a signature object, rebuilt from its signed parts and compared byte for byte.

Only signed attributes, certificates and values under them are covered by a signature. Versions,
algorithm lists, tags, lengths and spare members are not: they are written anew here, and a single
bit that differs from what we would write is an alteration (RFC 5652 5, RFC 3161 2.4.2).
"""

import hashlib
from collections.abc import Sequence
from typing import Any

from asn1crypto import cms

from certificate_service.domain.reasons import FILE_ALTERED
from records.refusal import Refusal

_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_DATA = bytes.fromhex("06092a864886f70d010701")
_TST_INFO = bytes.fromhex("060b2a864886f70d0109100104")
_TIME_STAMP = bytes.fromhex("060b2a864886f70d010910020e")
_SHA256 = (
    bytes.fromhex("300b0609608648016503040201"),
    bytes.fromhex("300d06096086480165030402010500"),
)
_ECDSA_SHA256 = (bytes.fromhex("300a06082a8648ce3d040302"),)
# A time-stamp authority chooses for itself: SHA-2 with ECDSA or RSA (PKCS #1 v1.5).
_SHA2 = tuple(
    bytes.fromhex(form % tail)
    for tail in ("01", "02", "03")
    for form in ("300b06096086480165030402%s", "300d06096086480165030402%s0500")
)
_ECDSA_OR_RSA = (
    *(bytes.fromhex(f"300a06082a8648ce3d0403{tail}") for tail in ("02", "03", "04")),
    *(bytes.fromhex(f"300d06092a864886f70d0101{tail}0500") for tail in ("01", "0b", "0c", "0d")),
)
_INTEGER_1, _INTEGER_3 = b"\x02\x01\x01", b"\x02\x01\x03"
_SEQUENCE, _SET, _OCTETS, _BITS = 0x30, 0x31, 0x04, 0x03
_CONTEXT_0, _CONTEXT_1 = 0xA0, 0xA1
_MOST_CERTIFICATES = 6


def check_signature_object(exact: bytes) -> Any:  # noqa: ANN401 -- asn1crypto carries no types
    """The SignedData of a seal, if `exact` is what its signed parts are written as.

    Raises:
        Refusal: FILE_ALTERED.
        ValueError, KeyError, TypeError, IndexError: what asn1crypto says of other bytes.
    """
    info = cms.ContentInfo.load(exact, strict=True)
    signed = info["content"]
    stamp = stamp_of(signed)
    unsigned = b""
    if stamp is not None:
        rebuilt = _rebuilt_stamp(stamp)
        unsigned = _der(_CONTEXT_1, _der(_SEQUENCE, _TIME_STAMP, _der(_SET, rebuilt)))
    forms = (_SHA256, _ECDSA_SHA256)
    if _rebuilt(signed, _der(_SEQUENCE, _DATA), unsigned, _INTEGER_1, forms) != exact:
        raise Refusal(FILE_ALTERED, "signature object")
    return signed


def check_stamp_object(exact: bytes) -> Any:  # noqa: ANN401
    """The time-stamp token of a document time-stamp, if `exact` is written as its signed parts.

    Raises:
        Refusal: FILE_ALTERED.
        ValueError, KeyError, TypeError, IndexError: what asn1crypto says of other bytes.
    """
    stamp = cms.ContentInfo.load(exact, strict=True)
    if _rebuilt_stamp(stamp) != exact:
        raise Refusal(FILE_ALTERED, "time-stamp object")
    return stamp


def _rebuilt_stamp(stamp: Any) -> bytes:  # noqa: ANN401
    forms = (_SHA2, _ECDSA_OR_RSA)
    return _rebuilt(stamp["content"], _stamp_content(stamp), b"", _INTEGER_3, forms)


def imprint_of(stamp: Any) -> tuple[str, bytes]:  # noqa: ANN401
    """Name of the digest and the digest that the token speaks of (RFC 3161 2.4.2)."""
    imprint = stamp["content"]["encap_content_info"]["content"].parsed["message_imprint"]
    return imprint["hash_algorithm"]["algorithm"].native, imprint["hashed_message"].native


def chain_of(stamp: Any) -> tuple[bytes, ...]:  # noqa: ANN401
    """Certificates in the token, DER, the stamper's own first, each issued by the next.

    A certificate that nobody needs would be read by nobody, so every one must have its place.

    Raises:
        Refusal: FILE_ALTERED.
    """
    signed = stamp["content"]
    certificates = [one.chosen for one in signed["certificates"]]
    serial = signed["signer_infos"][0]["sid"].chosen["serial_number"].native
    chain = [_own(certificates, serial)]
    rest = [one for one in certificates if one is not chain[0]]
    while rest:
        issuer = next((one for one in rest if one.subject == chain[-1].issuer), None)
        if issuer is None:
            raise Refusal(FILE_ALTERED, "time-stamp certificates")
        rest.remove(issuer)
        chain.append(issuer)
    return tuple(bytes(one.dump()) for one in chain)


def stamp_of(signed: Any) -> Any:  # noqa: ANN401
    """The time-stamp token among the unsigned attributes, if there is one."""
    attributes = signed["signer_infos"][0]["unsigned_attrs"]
    if not attributes:
        return None
    if len(attributes) != 1 or attributes[0]["type"].native != "signature_time_stamp_token":
        raise Refusal(FILE_ALTERED, "unsigned attributes")
    return attributes[0]["values"][0]


def _stamp_content(stamp: Any) -> bytes:  # noqa: ANN401
    content = stamp["content"]["encap_content_info"]["content"].contents
    return _der(_SEQUENCE, _TST_INFO, _der(_CONTEXT_0, _der(_OCTETS, content)))


def _rebuilt(
    signed: Any,  # noqa: ANN401
    content: bytes,
    unsigned: bytes,
    version: bytes,
    forms: tuple[Sequence[bytes], Sequence[bytes]],
) -> bytes:
    """ContentInfo with SignedData of one signer, from its signed parts and constants."""
    signer = signed["signer_infos"][0]
    certificates = [one.chosen for one in signed["certificates"]]
    own = _own(certificates, signer["sid"].chosen["serial_number"].native)
    digest = _one_of(signer["digest_algorithm"].dump(), forms[0])
    algorithm = _one_of(signer["signature_algorithm"].dump(), forms[1])
    body = own["tbs_certificate"]
    signer_info = _der(
        _SEQUENCE,
        _INTEGER_1,
        _der(_SEQUENCE, body["issuer"].dump(), body["serial_number"].dump()),
        digest,
        _der(_CONTEXT_0, signer["signed_attrs"].contents),
        algorithm,
        _der(_OCTETS, signer["signature"].contents),
        unsigned,
    )
    signed_data = _der(
        _SEQUENCE,
        version,
        _der(_SET, digest),
        content,
        _der(_CONTEXT_0, *(_certificate(one) for one in certificates)),
        _der(_SET, signer_info),
    )
    return _der(_SEQUENCE, _SIGNED_DATA, _der(_CONTEXT_0, signed_data))


def _certificate(certificate: Any) -> bytes:  # noqa: ANN401
    """RFC 5280 4.1: outer algorithm as signed inside, a signature of whole bytes."""
    body = certificate["tbs_certificate"]
    signature = certificate["signature_value"].contents[1:]
    return _der(_SEQUENCE, body.dump(), body["signature"].dump(), _der(_BITS, b"\x00" + signature))


def _own(certificates: Sequence[Any], serial: int) -> Any:  # noqa: ANN401
    found = [one for one in certificates if one.serial_number == serial]
    if len(found) != 1 or len(certificates) > _MOST_CERTIFICATES:
        raise Refusal(FILE_ALTERED, "certificates")
    return found[0]


def _one_of(found: bytes, allowed: Sequence[bytes]) -> bytes:
    if found not in allowed:
        raise Refusal(FILE_ALTERED, "algorithm")
    return found


def _der(tag: int, *parts: bytes) -> bytes:
    """Tag, shortest definite length, contents (X.690 10.1)."""
    contents = b"".join(parts)
    size = len(contents)
    if size < 0x80:
        return bytes((tag, size)) + contents
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + contents


def message_digest_of(signed: Any) -> bytes:  # noqa: ANN401
    """The one message digest among the signed attributes.

    Raises:
        Refusal: FILE_ALTERED.
    """
    attributes = signed["signer_infos"][0]["signed_attrs"]
    found = [
        one["values"][0].native for one in attributes if one["type"].native == "message_digest"
    ]
    if len(found) != 1 or len(found[0]) != hashlib.sha256().digest_size:
        raise Refusal(FILE_ALTERED, "digest")
    return bytes(found[0])
