"""HPKE single shot (RFC 9180): X25519, HKDF-SHA256, AES-256-GCM; context in `info`.

Who sends, who receives and which message it is are part of the key schedule: a message whose
outside was changed does not open. Plaintexts are padded to buckets of 4 KiB before they are
sealed, so that whoever carries them learns a size class and nothing finer.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from records.refusal import Refusal
from trust.envelope.suites import kid_of
from trust.post import reasons

SUITE = "HPKE-X25519-SHA256-AES256GCM"
BUCKET_BYTES = 4096
MAX_SEALED_BYTES = 1024 * 1024
_OVERHEAD_BYTES = 32 + 16
"""Encapsulated key and tag."""
_LENGTH_BYTES = 4
_HPKE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """What stands on the outside of a sealed message."""

    message_id: str
    sender: str
    recipient: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A sealed message as anybody may carry it."""

    address: Address
    suite: str
    kid: str
    """Of the recipient's key: first 16 hex digits of SHA-256 over the raw public key."""
    ciphertext: bytes
    """Encapsulated key, then the sealed bytes; a multiple of 4 KiB, at most 1 MiB."""


def seal(plaintext: bytes, key: X25519PublicKey, address: Address) -> Sealed:
    """The plaintext, padded and sealed for the owner of `key`.

    Raises:
        Refusal: SEAL_TOO_LARGE.
    """
    kid = kid_of(key.public_bytes_raw())
    ciphertext = _HPKE.encrypt(_pad(plaintext), key, _info(kid, address))
    return Sealed(address=address, suite=SUITE, kid=kid, ciphertext=ciphertext)


def open_sealed(sealed: Sealed, keys: Mapping[str, X25519PrivateKey]) -> bytes:
    """The plaintext, exactly as it was sealed for one of `keys` under this very address.

    Raises:
        Refusal: SEAL_KEY_UNKNOWN, SEAL_INVALID.
    """
    check_form(sealed)
    key = keys.get(sealed.kid)
    if key is None:
        raise Refusal(reasons.SEAL_KEY_UNKNOWN, sealed.kid)
    try:
        padded = _HPKE.decrypt(sealed.ciphertext, key, _info(sealed.kid, sealed.address))
    except (InvalidTag, ValueError) as fault:
        raise Refusal(reasons.SEAL_INVALID) from fault
    return _unpad(padded)


def check_form(sealed: Sealed) -> None:
    """Return only if suite and size are what `seal` makes; nothing is opened.

    Raises:
        Refusal: SEAL_INVALID, SEAL_TOO_LARGE.
    """
    size = len(sealed.ciphertext)
    if size > MAX_SEALED_BYTES:
        raise Refusal(reasons.SEAL_TOO_LARGE)
    if sealed.suite != SUITE or not size or size % BUCKET_BYTES:
        raise Refusal(reasons.SEAL_INVALID, "suite or size")


def _info(kid: str, address: Address) -> bytes:
    parts = ("lantai/hpke/1", SUITE, kid, address.sender, address.recipient, address.message_id)
    return "|".join(parts).encode()


def _pad(plaintext: bytes) -> bytes:
    body = len(plaintext).to_bytes(_LENGTH_BYTES, "big") + plaintext
    whole = len(body) + _OVERHEAD_BYTES
    padded = body + bytes(-whole % BUCKET_BYTES)
    if len(padded) + _OVERHEAD_BYTES > MAX_SEALED_BYTES:
        raise Refusal(reasons.SEAL_TOO_LARGE)
    return padded


def _unpad(padded: bytes) -> bytes:
    length = int.from_bytes(padded[:_LENGTH_BYTES], "big")
    end = _LENGTH_BYTES + length
    if end > len(padded) or any(padded[end:]) or len(padded) - end >= BUCKET_BYTES:
        raise Refusal(reasons.SEAL_INVALID, "padding")
    return padded[_LENGTH_BYTES:end]
