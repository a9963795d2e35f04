"""Signature suites: the only place that names a signature algorithm.

A suite id travels with every signature, and a key belongs to one suite, so the algorithm is never
chosen by a message. `LT-1` is Ed25519 (RFC 8032) over the bytes as carried. What cannot be
verified is refused with a code; this module never answers with a bool.
"""

import hashlib
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from records.refusal import Refusal
from trust.envelope import reasons

LT1 = "LT-1"
SUITES = (LT1,)

_ED25519_KEY_BYTES = 32
_ED25519_SIGNATURE_BYTES = 64
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
        """Raw public key; 32 bytes for LT-1."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Raw signature over `message`; 64 bytes for LT-1."""
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
        if len(self.raw) != _ED25519_KEY_BYTES:
            raise Refusal(reasons.KEY_MALFORMED, "length of the public key")
        y = int.from_bytes(self.raw, "little") & (2**255 - 1)
        if y >= _P or y in _SMALL_ORDER_Y:
            raise Refusal(reasons.KEY_MALFORMED, "weak or non-canonical point")
        if self.kid != kid_of(self.raw):
            raise Refusal(reasons.KEY_MALFORMED, "kid is not the key's")

    @classmethod
    def from_raw(cls, raw: bytes, suite: str = LT1) -> "PublicKey":
        """The key with these bytes, under the id that follows from them."""
        return cls(kid=kid_of(raw), suite=suite, raw=raw)

    def to_ed25519(self) -> Ed25519PublicKey:
        """The key as an object of the cryptography library."""
        return Ed25519PublicKey.from_public_bytes(self.raw)

    def verify(self, signature: bytes, message: bytes) -> None:
        """Return only if `signature` is this key's over exactly `message`.

        Raises:
            Refusal: SIGNATURE_INVALID.
        """
        if len(signature) != _ED25519_SIGNATURE_BYTES:
            raise Refusal(reasons.SIGNATURE_INVALID, "length of the signature")
        try:
            self.to_ed25519().verify(signature, message)
        except InvalidSignature as error:
            raise Refusal(reasons.SIGNATURE_INVALID, self.kid) from error
