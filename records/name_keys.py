"""Keys under which near spellings of a name meet in the dictionary of distinct names.

Two kinds are stored with a name: one for each toneless reading, and one for each character that is
left out of it (with that character beside it, so that a search can weigh it without fetching the
name). Accents and dialects are not in the keys: a question is asked under every sound that the
place does not tell apart, so a changed profile needs no new index.
"""

from collections.abc import Iterator
from hashlib import blake2b
from itertools import combinations, islice, product

from records.name_sounds import SoundTable

NO_SIGN = 0
"""In the place of the character that was left out, for keys of sound."""
FEWEST_WITH_GAPS, MOST_WITH_GAPS = 2, 8
"""Characters of names that have keys with gaps."""

MOST_HEARD = 160
"""Sounds under which one name is looked up."""

StoredKey = tuple[int, int]
"""A key of 48 bits, and the code point of the character that was left out, or `NO_SIGN`."""


def stored_keys(normal: str, sounds: SoundTable) -> tuple[StoredKey, ...]:
    """The keys stored with a name in normal form: readings first, then gaps; no duplicates."""
    keys = [(sound_key(one), NO_SIGN) for one in sounds.sounds(normal)]
    if FEWEST_WITH_GAPS <= len(normal) <= MOST_WITH_GAPS:
        keys += [
            (gap_key(normal[:place], normal[place + 1 :]), ord(sign))
            for place, sign in enumerate(normal)
        ]
    return tuple(dict.fromkeys(keys))


def sound_key(syllables: tuple[str, ...]) -> int:
    """The key of a name that is read so."""
    return hash_key("s" + " ".join(syllables))


def gap_key(before: str, after: str) -> int:
    """The key of the names that have one character between these two parts."""
    return hash_key(f"w{before}?{after}")


def count_signs(normal: str) -> Iterator[tuple[int, int]]:
    """Place (0 = first character, 1 = any other) and code point of each character.

    The index counts its people by them: so common is a surname, so common a given character.
    """
    for place, sign in enumerate(normal):
        yield min(place, 1), ord(sign)


def hash_key(text: str) -> int:
    """48 bits of BLAKE2b, never negative: six bytes in SQLite, and no collisions that matter."""
    return int.from_bytes(blake2b(text.encode(), digest_size=6).digest(), "big")


def heard_keys(normal: str, sounds: SoundTable) -> tuple[int, ...]:
    """Keys of the names that may be heard for this one, at most `MOST_HEARD`.

    Its own sounds first, then those in which one syllable is heard otherwise, then two, and so on:
    few people get every syllable wrong.
    """
    keys: dict[int, None] = {}
    for one in sounds.sounds(normal):
        ways = [(own, *_heard(own, sounds)) for own in one]
        for wrong in range(len(one) + 1):
            for places in combinations(range(len(one)), wrong):
                said = [
                    ways[place][1:] if place in places else ways[place][:1]
                    for place in range(len(one))
                ]
                for syllables in islice(product(*said), MOST_HEARD - len(keys)):
                    keys[sound_key(syllables)] = None
    return tuple(keys)


def _heard(syllable: str, sounds: SoundTable) -> list[str]:
    """Nearest first."""
    return [*sorted(sounds.in_accent(syllable)), *sorted(sounds.in_dialect(syllable))]
