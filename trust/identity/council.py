"""The council's public keys: the one thing that is pinned out of band.

The file is small JSON that a person can compare by telephone: threshold and keys.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import msgspec

from records.refusal import Refusal
from trust.envelope.statement import decode
from trust.envelope.suites import PublicKey
from trust.identity import reasons
from trust.identity.keys import public_key_from_base64, public_key_to_base64

MAX_COUNCIL_KEYS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilKeys:
    """Who may sign a trust list, and how many of them must.

    Raises:
        Refusal: COUNCIL_INVALID when the threshold cannot be met or is below 1.
    """

    threshold: int
    keys: Mapping[str, PublicKey]
    """By kid, 1-16."""

    def __post_init__(self) -> None:
        """Refuse a threshold that nobody, or nobody's signature, could meet."""
        if not 1 <= self.threshold <= len(self.keys) <= MAX_COUNCIL_KEYS:
            raise Refusal(reasons.COUNCIL_INVALID, "threshold")
        if any(kid != key.kid for kid, key in self.keys.items()):
            raise Refusal(reasons.COUNCIL_INVALID, "kid")

    @property
    def suites(self) -> tuple[str, ...]:
        """Suites of the pinned keys: no other signature on a trust list counts."""
        return tuple(sorted({key.suite for key in self.keys.values()}))


@dataclass(frozen=True, slots=True, kw_only=True)
class _FileKey:
    kid: str
    suite: str
    public_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.council.v1+json"

    threshold: int
    keys: tuple[_FileKey, ...]


def council_from_json(data: bytes) -> CouncilKeys:
    """The council keys in a file as `council_to_json` writes it.

    Raises:
        Refusal: COUNCIL_INVALID, STATEMENT_MALFORMED, KEY_MALFORMED, SUITE_FORBIDDEN.
    """
    file = decode(data.strip(), _File)
    keys: dict[str, PublicKey] = {}
    for entry in file.keys:
        key = public_key_from_base64(entry.public_key, entry.suite)
        if key.kid != entry.kid or key.kid in keys:
            raise Refusal(reasons.COUNCIL_INVALID, "kid is repeated or not the key's")
        keys[key.kid] = key
    return CouncilKeys(threshold=file.threshold, keys=keys)


def council_to_json(council: CouncilKeys) -> bytes:
    """The file's bytes, readable, keys in order of their ids."""
    file = _File(
        threshold=council.threshold,
        keys=tuple(
            _FileKey(kid=key.kid, suite=key.suite, public_key=public_key_to_base64(key))
            for _kid, key in sorted(council.keys.items())
        ),
    )
    return msgspec.json.format(msgspec.json.encode(file), indent=2) + b"\n"


def root_fingerprint(council: CouncilKeys) -> str:
    """What a person compares: printed on extracts, shown by verify pages. Eight groups of four.

    First 16 bytes of SHA-256 over the lines `lantai/council/1`, the threshold, and
    `<kid> <suite> <public key, base64>` for each key in order of kid, joined by newlines.
    """
    lines = ["lantai/council/1", str(council.threshold)]
    lines += [
        f"{kid} {key.suite} {public_key_to_base64(key)}"
        for kid, key in sorted(council.keys.items())
    ]
    digits = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32].upper()
    return "-".join(digits[at : at + 4] for at in range(0, 32, 4))
