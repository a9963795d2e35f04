"""A private key under a passphrase: argon2id makes the wrapping key, AES-256-GCM wraps.

PKCS#8's own encryption is PBKDF2 with few rounds, which a graphics card guesses by the million; an
officer's password must cost its guesser 64 MiB and three passes each time. The file says
its parameters, so that dearer ones can come; they are bound to the ciphertext.
"""

import hashlib
import os
from dataclasses import dataclass

import msgspec
from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

__all__ = ["STRONG", "Cost", "is_wrapped", "unwrap", "wrap"]

_FORMAT = "lantai-encrypted-key"
_VERSION = 1
_KEY_BYTES = 32
_SALT_BYTES = 16
_NONCE_BYTES = 12
_MOST_MEMORY_KIB = 1024 * 1024
_MOST_PASSES = 64
_MOST_LANES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one guess costs (RFC 9106)."""

    memory_kib: int
    passes: int
    lanes: int = 1


STRONG = Cost(memory_kib=64 * 1024, passes=3, lanes=4)
"""RFC 9106 §4, second recommended option: 64 MiB, three passes, four lanes."""


class _Head(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    format: str
    version: int
    kdf: str = "argon2id"
    memory_kib: int
    passes: int
    lanes: int
    salt: bytes
    cipher: str = "AES-256-GCM"
    nonce: bytes


class _Wrapped(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    head: _Head
    ciphertext: bytes


def is_wrapped(data: bytes) -> bool:
    """Whether the file is of this format rather than PEM."""
    return data.lstrip()[:1] == b"{"


def wrap(secret: bytes, passphrase: bytes, cost: Cost = STRONG) -> bytes:
    """JSON with parameters, fresh salt and nonce, and the secret's ciphertext."""
    head = _Head(
        format=_FORMAT,
        version=_VERSION,
        memory_kib=cost.memory_kib,
        passes=cost.passes,
        lanes=cost.lanes,
        salt=os.urandom(_SALT_BYTES),
        nonce=os.urandom(_NONCE_BYTES),
    )
    cipher = AESGCM(_derive(head, passphrase))
    sealed = cipher.encrypt(head.nonce, secret, _bound(head))
    return msgspec.json.encode(_Wrapped(head=head, ciphertext=sealed)) + b"\n"


def unwrap(data: bytes, passphrase: bytes) -> bytes:
    """The secret that `wrap` was given.

    Raises:
        ValueError: The passphrase is wrong, or the file was altered.
        msgspec.DecodeError: The file is not of this format, or wants more than is allowed.
    """
    wrapped = msgspec.json.decode(data, type=_Wrapped)
    head = wrapped.head
    allowed = (
        (head.format, head.version, head.kdf, head.cipher)
        == (_FORMAT, _VERSION, "argon2id", "AES-256-GCM")
        and 8 * head.lanes <= head.memory_kib <= _MOST_MEMORY_KIB
        and 1 <= head.passes <= _MOST_PASSES
        and 1 <= head.lanes <= _MOST_LANES
        and (len(head.salt), len(head.nonce)) == (_SALT_BYTES, _NONCE_BYTES)
    )
    if not allowed:
        message = "parameters of the key file"
        raise msgspec.ValidationError(message)
    try:
        cipher = AESGCM(_derive(head, passphrase))
        return cipher.decrypt(head.nonce, wrapped.ciphertext, _bound(head))
    except (InvalidTag, HashingError) as error:
        message = "passphrase"
        raise ValueError(message) from error


def _derive(head: _Head, passphrase: bytes) -> bytes:
    return hash_secret_raw(
        secret=passphrase,
        salt=head.salt,
        time_cost=head.passes,
        memory_cost=head.memory_kib,
        parallelism=head.lanes,
        hash_len=_KEY_BYTES,
        type=Type.ID,
    )


def _bound(head: _Head) -> bytes:
    """The associated data: nobody lowers a parameter or swaps a salt unseen."""
    return hashlib.sha256(msgspec.json.encode(head)).digest()
