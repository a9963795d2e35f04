"""Codes and keys of the citizens' letter box: who has the code, or is the person, can read.

A code is twelve signs of Crockford's alphabet (60 bits, no I, L, O, U). With the box's own pepper,
which lies beside the pages and never in the store, a code or a proven identity gives a locator,
which says nothing, and a key. A thief of the store alone has neither.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from node.domain.citizen_reasons import CITIZEN_CODE_UNKNOWN, CITIZEN_LETTER
from records.refusal import Refusal
from trust.store.person_digests import prefix_of

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_SIGNS = 12
KEY_BYTES = 32
_GROUP = 4
_NONE: Mapping[int, bytes] = MappingProxyType({})
_NONCE_BYTES = 12
_HEARD_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})

Random = Callable[[int], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """Where something lies and what opens it."""

    locator: str
    """64 signs: hex digits; of people, after the number of the key."""
    key: bytes
    """32 bytes."""


def new_code(random: Random) -> str:
    """A fresh code, e.g. "7K2M-QX4P-9RTD"."""
    number = int.from_bytes(random(8), "big")
    signs = "".join(ALPHABET[number >> (5 * place) & 31] for place in range(CODE_SIGNS))
    return spell_code(signs)


def spell_code(signs: str) -> str:
    """The signs in groups of four."""
    return "-".join(signs[at : at + _GROUP] for at in range(0, len(signs), _GROUP))


def read_code(text: str) -> str:
    """The code as it was given out, whatever case, spaces and look-alikes were typed.

    Raises:
        Refusal: CITIZEN_CODE_UNKNOWN.
    """
    signs = "".join(c for c in text.upper() if c.isascii() and c.isalnum()).translate(_HEARD_AS)
    if len(signs) != CODE_SIGNS or not set(signs) <= set(ALPHABET):
        raise Refusal(CITIZEN_CODE_UNKNOWN)
    return spell_code(signs)


class BoxKeys:
    """Derives locks from codes and people, under the keys of one box."""

    def __init__(self, pepper: bytes, people: Mapping[int, bytes] = _NONE) -> None:
        """`pepper` is 32 secret bytes for codes; `people` are the keys for people, by number.

        Before people had keys of their own, their locks were made with the pepper: number 0.
        """
        self._pepper = pepper
        self._people = people

    def of_code(self, code: str) -> Lock:
        """The lock of whoever has that code."""
        return self._lock(b"code", code.encode(), self._pepper)

    def of_person(self, id_type: str, id_no: str) -> Lock:
        """The lock of that person, whatever device they hold."""
        return self.every_of_person(id_type, id_no)[0]

    def every_of_person(self, id_type: str, id_no: str) -> tuple[Lock, ...]:
        """That person's locks under every key, the newest first; its locator says which."""
        said = f"{id_type}|{id_no}".encode()
        kids = sorted(self._people, reverse=True)
        made = [self._lock(b"person", said, self._people[kid]) for kid in kids]
        named = [
            replace(lock, locator=(prefix_of(kid) + lock.locator)[: 2 * KEY_BYTES])
            for kid, lock in zip(kids, made, strict=True)
        ]
        return (*named, self._lock(b"person", said, self._pepper))

    def of_count(self, door: str, day: str, whose: str) -> str:
        """The digest under which that is counted on that day; 64 hex digits."""
        return self._count(door, day, whose, self._pepper)

    def every_count_of_person(
        self, door: str, day: str, id_type: str, id_no: str
    ) -> tuple[str, ...]:
        """The person's digests under every key, the newest first: a new key starts no new day."""
        secrets = [self._people[kid] for kid in sorted(self._people, reverse=True)]
        said = f"{id_type}|{id_no}"
        return tuple(self._count(door, day, said, one) for one in secrets or [self._pepper])

    def _count(self, door: str, day: str, whose: str, secret: bytes) -> str:
        return self._lock(b"count", f"{door}|{day}|{whose}".encode(), secret).locator

    def _lock(self, what: bytes, secret: bytes, pepper: bytes) -> Lock:
        info = b"lantai citizen box|" + what
        made = HKDF(SHA256(), 2 * KEY_BYTES, salt=pepper, info=info).derive(secret)
        return Lock(locator=made[:KEY_BYTES].hex(), key=made[KEY_BYTES:])


def close(key: bytes, data: bytes, place: str, random: Random) -> bytes:
    """The data sealed under the key, for that place and no other."""
    nonce = random(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, data, place.encode())


def disclose(key: bytes, sealed: bytes, place: str) -> bytes:
    """What `close` sealed there.

    Raises:
        Refusal: CITIZEN_LETTER.
    """
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place.encode())
    except (InvalidTag, ValueError) as fault:
        raise Refusal(CITIZEN_LETTER, "seal") from fault
