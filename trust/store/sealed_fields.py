"""Personal data at rest: each field is encrypted to its own place and to no other.

AES-256-GCM; the key of a column is HKDF(master key, column), and the place (table, column, row,
key number) is bound in as associated data: a ciphertext that is moved to another row or column, or
relabelled to another key, does not open (trust.md §6). A thief of the database file, of a backup
or of a disk sees lengths and states, never a name.

fields = SealedFields(keys, secrets.token_bytes)
body = fields.column("cases", "body")
row.body = body.seal(data, case_no)                # bytes in, bytes out, 31 bytes longer
data = body.open(row.body, case_no)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from records.refusal import Refusal
from trust.store import reasons

KEY_BYTES = 32
OVERHEAD_BYTES = 31
"""How much longer a value is once sealed: version 1, key number 2, nonce 12, tag 16."""
MOST_KEYS = 0xFFFF
_VERSION = b"\x01"
_NONCE_BYTES = 12
_HEAD_BYTES = 3 + _NONCE_BYTES
_SHORTEST = _HEAD_BYTES + 16


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldKey:
    """One master key; the one with the highest number seals, the others only open."""

    kid: int
    """1-65535, never used again once its key is destroyed."""
    secret: bytes = field(repr=False)
    """32 bytes."""


class FieldKeys(Protocol):
    """Where master keys are kept: files of the data folder, or a key service that hands them out.

    They are asked for once, when a process starts. They are never in the database, nor in its
    backups: destroying a key makes every backup of what it sealed unreadable.
    """

    def load(self) -> Sequence[FieldKey]:
        """Every key that still opens something; empty = none was made yet."""
        ...

    def add(self) -> FieldKey:
        """A fresh key, numbered one above every key that ever was; it seals from now on."""
        ...

    def destroy(self, kid: int) -> None:
        """The key is gone; what only it opened is gone with it."""
        ...


class SealedFields:
    """Seals and opens the fields of one data folder; safe to share between threads."""

    def __init__(self, keys: FieldKeys, random: Callable[[int], bytes]) -> None:
        """Seal with the newest of `keys`; `random` gives nonces.

        Raises:
            Refusal: FIELD_KEY_MISSING without a key; FIELD_KEY_MALFORMED.
        """
        self.random = random
        self._keys = keys
        self._masters: dict[int, bytes] = {}
        self.newest = 0
        self._load()
        if not self._masters:
            raise Refusal(reasons.FIELD_KEY_MISSING)

    def column(self, table: str, column: str) -> "SealedColumn":
        """The column of that table; make it once, keys are derived on first use.

        Raises:
            ValueError: A name is no identifier.
        """
        place = f"{table}|{column}"
        if not (table.isidentifier() and column.isidentifier()):
            raise ValueError(place)
        return SealedColumn(place, self)

    def derive(self, kid: int, place: bytes) -> bytes:
        """The key of that place under that master key, 32 bytes.

        Raises:
            Refusal: FIELD_KEY_MISSING.
        """
        if kid not in self._masters:
            # Another process of this node may have made a key since we started.
            self._load()
        master = self._masters.get(kid)
        if master is None:
            raise Refusal(reasons.FIELD_KEY_MISSING, f"key {kid}")
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"lantai field|" + place).derive(master)

    def fingerprints(self) -> dict[int, str]:
        """By key number, what tells two keys apart and reveals neither; 16 hex."""
        return {kid: self.derive(kid, b"fingerprint")[:8].hex() for kid in sorted(self._masters)}

    def _load(self) -> None:
        keys = self._keys.load()
        if len({key.kid for key in keys}) != len(keys) or not all(map(_is_whole, keys)):
            raise Refusal(reasons.FIELD_KEY_MALFORMED)
        self._masters = {key.kid: key.secret for key in keys}
        self.newest = max(self._masters, default=0)

    def __repr__(self) -> str:
        return f"SealedFields(keys={sorted(self._masters)})"


class SealedColumn:
    """One column: seals a value to the row that it lies in."""

    def __init__(self, place: str, fields: SealedFields) -> None:
        """Made by `SealedFields.column`."""
        self._place = place
        self._fields = fields
        self._ciphers: dict[int, tuple[AESGCM, bytes]] = {}

    def seal(self, value: bytes, *row: str | int) -> bytes:
        """The value's ciphertext for the row with that primary key."""
        kid = self._fields.newest
        cipher, place = self._cipher(kid)
        nonce = self._fields.random(_NONCE_BYTES)
        sealed = cipher.encrypt(nonce, value, place + _spell(row))
        return _VERSION + kid.to_bytes(2, "big") + nonce + sealed

    def open(self, sealed: bytes, *row: str | int) -> bytes:
        """What was sealed for that row.

        Raises:
            Refusal: FIELD_SEAL_BROKEN, FIELD_KEY_MISSING.
        """
        if len(sealed) < _SHORTEST or sealed[:1] != _VERSION:
            raise Refusal(reasons.FIELD_SEAL_BROKEN, self._place)
        cipher, place = self._cipher(int.from_bytes(sealed[1:3], "big"))
        try:
            return cipher.decrypt(sealed[3:_HEAD_BYTES], sealed[_HEAD_BYTES:], place + _spell(row))
        except InvalidTag as error:
            raise Refusal(reasons.FIELD_SEAL_BROKEN, self._place) from error

    def opens(self, sealed: bytes, *row: str | int) -> bool:
        """Whether the value is whole and in its own place."""
        try:
            self.open(sealed, *row)
        except Refusal:
            return False
        return True

    def is_newest(self, sealed: bytes) -> bool:
        """Whether the value is under the key that seals now; False = a rotation must re-seal it."""
        return sealed[:3] == _VERSION + self._fields.newest.to_bytes(2, "big")

    def _cipher(self, kid: int) -> tuple[AESGCM, bytes]:
        known = self._ciphers.get(kid)
        if known is None:
            place = f"{self._place}|{kid}|".encode()
            # Two threads may derive at once: both derive the same.
            known = self._ciphers[kid] = (AESGCM(self._fields.derive(kid, place)), place)
        return known


def _spell(row: tuple[str | int, ...]) -> bytes:
    """The primary key, spelt so that no two rows have one spelling."""
    return "".join([f"{len(str(part))}:{part}" for part in row]).encode()


def _is_whole(key: FieldKey) -> bool:
    return 1 <= key.kid <= MOST_KEYS and len(key.secret) == KEY_BYTES
