"""Typed lookup: number and 核验码 find the encrypted token, and nothing else does.

The row's name and its key both come out of scrypt over number and code, so the published folder
lists no numbers, and whoever copies it has to pay the slow hash for every guess of 45 bits.
"""

import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from certificate_service.domain.reasons import CODE_MALFORMED
from records.refusal import Refusal

_CONTEXT = b"lantai/lookup/1"
_COST, _BLOCK, _PARALLEL = 1 << 15, 8, 1
"""32 MiB and about 0.1 s a guess."""
_MEMORY = 64 << 20
_NONCE = bytes(12)


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupKey:
    """Where the row is and what opens it."""

    name: str
    """32 hex digits; the row's file name."""
    key: bytes

    @property
    def path(self) -> str:
        """Path on the site."""
        return f"lookup/{self.name[:2]}/{self.name}"


def lookup_key(number: str, code: str) -> LookupKey:
    """The slow hash of a parsed number and code."""
    derived = hashlib.scrypt(
        code.encode(),
        salt=_CONTEXT + number.encode(),
        n=_COST,
        r=_BLOCK,
        p=_PARALLEL,
        maxmem=_MEMORY,
        dklen=32,
    )
    return LookupKey(name=derived[:16].hex(), key=derived[16:])


def seal_row(key: LookupKey, token: bytes) -> bytes:
    """The published row: the token, encrypted. The key is used for this one token only."""
    return AESGCM(key.key).encrypt(_NONCE, token, _CONTEXT)


def open_row(key: LookupKey, row: bytes) -> bytes:
    """The token.

    Raises:
        Refusal: CODE_MALFORMED when the row is not this number's and code's.
    """
    try:
        return AESGCM(key.key).decrypt(_NONCE, row, _CONTEXT)
    except InvalidTag as error:
        raise Refusal(CODE_MALFORMED, "row") from error
