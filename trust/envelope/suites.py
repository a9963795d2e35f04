"""Signature suites: the only place that names a signature algorithm.

A suite id travels with every signature, and a key belongs to one suite, so the algorithm is never
chosen by a message: whoever lists the key says how it signs. What cannot be verified is refused
with a code; this module never answers with a bool. All suites sign the bytes as carried.

    LT-1    Ed25519 (RFC 8032)                          key 32, signature 64 bytes
    LT-2    Ed25519 and ML-DSA-65 (FIPS 204), both      key 32 + 1952, signature 64 + 3309
    LT-SM1  SM2 with SM3 (GB/T 32918), default id       key 64 (x, y), signature 64 (r, s)
"""

import hashlib
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PublicKey

from records.refusal import Refusal
from trust.envelope import reasons, sm2

LT1 = "LT-1"
LT2 = "LT-2"
LT_SM1 = "LT-SM1"
SUITES = (LT1, LT2, LT_SM1)
ALGORITHMS = {
    LT1: frozenset({"Ed25519"}),
    LT2: frozenset({"Ed25519", "ML-DSA-65"}),
    LT_SM1: frozenset({"SM2", "SM3"}),
}
"""What a suite hangs on, as a trust list names it when it is broken. LT-2 falls with its last."""

_ED25519_KEY_BYTES = 32
_ED25519_SIGNATURE_BYTES = 64
_MLDSA65_KEY_BYTES = 1952
_MLDSA65_SIGNATURE_BYTES = 3309
_KEY_BYTES = {
    LT1: _ED25519_KEY_BYTES,
    LT2: _ED25519_KEY_BYTES + _MLDSA65_KEY_BYTES,
    LT_SM1: sm2.KEY_BYTES,
}
_SIGNATURE_BYTES = {
    LT1: _ED25519_SIGNATURE_BYTES,
    LT2: _ED25519_SIGNATURE_BYTES + _MLDSA65_SIGNATURE_BYTES,
    LT_SM1: sm2.SIGNATURE_BYTES,
}
_P = 2**255 - 19
# y coordinates of the points whose order divides 8: such a key verifies signatures that nobody
# made. The sign bit (the top bit of the last byte) is ignored when comparing.
_ORDER_8_Y = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
_SMALL_ORDER_Y = frozenset({0, 1, _P - 1, _ORDER_8_Y, _P - _ORDER_8_Y})


class Signer(Protocol):
    """A private key that signs, wherever it is kept (file, token, remote)."""

    @property
    def kid(self) -> str:
        """Key id, 16 lower-case hex digits."""
        ...

    @property
    def suite(self) -> str:
        """Suite id, e.g. "LT-1"."""
        ...

    @property
    def public_raw(self) -> bytes:
        """Raw public key, as long as its suite says."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Raw signature over `message`, as long as its suite says."""
        ...


def kid_of(raw_public: bytes) -> str:
    """Key id of a raw public key: the first 16 hex digits of its SHA-256."""
    return hashlib.sha256(raw_public).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """A public key of one suite whose id is derived from its bytes.

    Raises:
        Refusal: SUITE_FORBIDDEN, KEY_MALFORMED (length, small order, id of another key).
    """

    kid: str
    suite: str
    raw: bytes

    def __post_init__(self) -> None:
        """Refuse an unknown suite, a weak key, and an id that is not this key's."""
        if self.suite not in SUITES:
            raise Refusal(reasons.SUITE_FORBIDDEN, "public key")
        if len(self.raw) != _KEY_BYTES[self.suite]:
            raise Refusal(reasons.KEY_MALFORMED, "length of the public key")
        if self.suite == LT_SM1:
            _check_sm2(self.raw)
        else:
            _check_ed25519(self.raw[:_ED25519_KEY_BYTES])
        if self.kid != kid_of(self.raw):
            raise Refusal(reasons.KEY_MALFORMED, "kid is not the key's")

    @classmethod
    def from_raw(cls, raw: bytes, suite: str = LT1) -> "PublicKey":
        """The key with these bytes, under the id that follows from them."""
        return cls(kid=kid_of(raw), suite=suite, raw=raw)

    def to_ed25519(self) -> Ed25519PublicKey:
        """The Ed25519 key, or the Ed25519 half, as an object of the cryptography library."""
        return Ed25519PublicKey.from_public_bytes(self.raw[:_ED25519_KEY_BYTES])

    def verify(self, signature: bytes, message: bytes) -> None:
        """Return only if `signature` is this key's over exactly `message`; of LT-2 both halves.

        Raises:
            Refusal: SIGNATURE_INVALID.
        """
        if len(signature) != _SIGNATURE_BYTES[self.suite]:
            raise Refusal(reasons.SIGNATURE_INVALID, "length of the signature")
        try:
            if self.suite == LT_SM1:
                sm2.verify(self.raw, signature, message)
                return
            self.to_ed25519().verify(signature[:_ED25519_SIGNATURE_BYTES], message)
            if self.suite == LT2:
                lattice = MLDSA65PublicKey.from_public_bytes(self.raw[_ED25519_KEY_BYTES:])
                lattice.verify(signature[_ED25519_SIGNATURE_BYTES:], message)
        except (InvalidSignature, ValueError) as error:
            raise Refusal(reasons.SIGNATURE_INVALID, self.kid) from error


def _check_ed25519(raw: bytes) -> None:
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    if y >= _P or y in _SMALL_ORDER_Y:
        raise Refusal(reasons.KEY_MALFORMED, "weak or non-canonical point")


def _check_sm2(raw: bytes) -> None:
    try:
        sm2.parse_point(raw)
    except ValueError as error:
        raise Refusal(reasons.KEY_MALFORMED, "not a point of the SM2 curve") from error
