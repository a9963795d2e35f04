"""COSE_Sign1 with ES256 (RFC 9052), written and read in exactly one form.

Deterministic CBOR only (RFC 8949 4.2): whatever does not re-encode to the same bytes is refused,
which leaves no room for duplicate keys, trailing bytes, long heads or hidden headers.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from certificate_service.domain.reasons import TOKEN_FORGED, TOKEN_MALFORMED
from records.refusal import Refusal

Es256 = Callable[[bytes], bytes]
"""Signs a message; returns r and s, 32 bytes each."""

_ALG, _KID, _TYPE = 1, 4, 16
_ES256 = -7
_KID_SIZE = 4
_SIGNATURE_SIZE = 64
_MOST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A parsed but unverified COSE_Sign1."""

    kid: bytes
    content_type: str
    """Empty for the QR token; names what else the key signs, so that nothing passes for it."""
    claims: dict[object, object]
    signature: bytes
    to_be_signed: bytes
    encoded: bytes
    """The whole COSE_Sign1 as carried."""


def kid_of(key: ec.EllipticCurvePublicKey) -> bytes:
    """First four bytes of SHA-256 over the key's SubjectPublicKeyInfo."""
    spki = key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return hashlib.sha256(spki).digest()[:_KID_SIZE]


def es256(key: ec.EllipticCurvePrivateKey) -> Es256:
    """A signer over a key in memory."""

    def sign(message: bytes) -> bytes:
        r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    return sign


def sign1(claims: object, kid: bytes, sign: Es256, *, content_type: str = "") -> bytes:
    """COSE_Sign1 over the claims; the tag is left out to save a byte."""
    head: dict[int, object] = {_ALG: _ES256, _KID: kid}
    if content_type:
        head[_TYPE] = content_type
    protected = cbor2.dumps(head, canonical=True)
    payload = cbor2.dumps(claims, canonical=True)
    signature = sign(_structure(protected, payload))
    return cbor2.dumps([protected, {}, payload, signature], canonical=True)


def parse_sign1(data: bytes) -> Signed:
    """The parts of a COSE_Sign1; its signature is not checked here.

    Raises:
        Refusal: TOKEN_MALFORMED.
    """
    outer = load_strict(data)
    if not isinstance(outer, list) or len(outer) != 4 or outer[1] != {}:
        raise Refusal(TOKEN_MALFORMED, "not COSE_Sign1")
    protected, _unprotected, payload, signature = outer
    if not all(isinstance(part, bytes) for part in (protected, payload, signature)):
        raise Refusal(TOKEN_MALFORMED, "parts")
    head, claims = load_strict(protected), load_strict(payload)
    if not isinstance(head, dict) or not isinstance(claims, dict):
        raise Refusal(TOKEN_MALFORMED, "maps")
    kid, content_type = head.pop(_KID, None), head.pop(_TYPE, "")
    if head != {_ALG: _ES256} or not isinstance(kid, bytes) or len(kid) != _KID_SIZE:
        raise Refusal(TOKEN_MALFORMED, "protected header")
    if len(signature) != _SIGNATURE_SIZE or not isinstance(content_type, str):
        raise Refusal(TOKEN_MALFORMED, "signature")
    return Signed(
        kid=kid,
        content_type=content_type,
        claims=claims,
        signature=signature,
        to_be_signed=_structure(protected, payload),
        encoded=data,
    )


def verify_sign1(signed: Signed, key: ec.EllipticCurvePublicKey) -> dict[object, object]:
    """The claims, after the signature was found right.

    Raises:
        Refusal: TOKEN_FORGED.
    """
    r, s = (int.from_bytes(signed.signature[at : at + 32], "big") for at in (0, 32))
    try:
        signature = encode_dss_signature(r, s)
        key.verify(signature, signed.to_be_signed, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as error:
        raise Refusal(TOKEN_FORGED) from error
    return signed.claims


def load_strict(data: bytes) -> object:
    """The CBOR item, if `data` is its deterministic encoding and nothing else.

    Raises:
        Refusal: TOKEN_MALFORMED.
    """
    if len(data) > _MOST_BYTES:
        raise Refusal(TOKEN_MALFORMED, "size")
    try:
        item: object = cbor2.loads(data)
        again = cbor2.dumps(item, canonical=True)
    except (cbor2.CBORError, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise Refusal(TOKEN_MALFORMED, "CBOR") from error
    if again != data:
        raise Refusal(TOKEN_MALFORMED, "not deterministic CBOR")
    return item


def _structure(protected: bytes, payload: bytes) -> bytes:
    # RFC 9052 4.4: Sig_structure without external data.
    return cbor2.dumps(["Signature1", protected, b"", payload])
