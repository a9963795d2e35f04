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
    bag = [one.chosen.dump() for one in signed["certificates"]]
    stamp = _stamp_of(signed)
    unsigned = b""
    if stamp is not None:
        carried = [one.chosen.dump() for one in stamp["content"]["certificates"]]
        rebuilt = _rebuilt(stamp["content"], _stamp_content(stamp), b"", _INTEGER_3)
        # A certificate that nobody needs would be read by nobody: only the stamper's own is new.
        if len([one for one in carried if one not in bag]) > 1:
            raise Refusal(FILE_ALTERED, "time-stamp certificates")
        unsigned = _der(_CONTEXT_1, _der(_SEQUENCE, _TIME_STAMP, _der(_SET, rebuilt)))
    if _rebuilt(signed, _der(_SEQUENCE, _DATA), unsigned, _INTEGER_1) != exact:
        raise Refusal(FILE_ALTERED, "signature object")
    return signed


def _stamp_of(signed: Any) -> Any:  # noqa: ANN401
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


def _rebuilt(signed: Any, content: bytes, unsigned: bytes, version: bytes) -> bytes:  # noqa: ANN401
    """ContentInfo with SignedData of one signer, from its signed parts and constants."""
    signer = signed["signer_infos"][0]
    certificates = [one.chosen for one in signed["certificates"]]
    own = _own(certificates, signer["sid"].chosen["serial_number"].native)
    digest = _one_of(signer["digest_algorithm"].dump(), _SHA256)
    algorithm = _one_of(signer["signature_algorithm"].dump(), _ECDSA_SHA256)
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
