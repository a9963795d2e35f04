"""核验码: ten Crockford characters beside the QR code, the last one a check.

Nine random characters are 45 bits; with 100,000 rounds of PBKDF2 a photograph of the QR code
alone does not open the facts. The check character over GF(32) finds every single wrong character
and every swap of two neighbours, before any slow work.
"""

from collections.abc import Callable

from certificate_service.domain.reasons import CODE_MALFORMED
from records.refusal import Refusal

Random = Callable[[int], bytes]

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
_POLYNOMIAL = 0b100101
"""x^5 + x^2 + 1 is primitive over GF(2)."""
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})


def draw_code(random: Random) -> str:
    """A fresh code from `random`: nine characters and the check."""
    characters = "".join(ALPHABET[byte & 31] for byte in random(LENGTH - 1))
    return characters + _check(characters)


def parse_code(text: str) -> str:
    """The code as typed, without blanks and hyphens, look-alikes corrected.

    Raises:
        Refusal: CODE_MALFORMED.
    """
    kept = "".join(c for c in text.upper() if c.isalnum()).translate(_READ_AS)
    if len(kept) != LENGTH or any(c not in ALPHABET for c in kept):
        raise Refusal(CODE_MALFORMED)
    if _check(kept[:-1]) != kept[-1]:
        raise Refusal(CODE_MALFORMED)
    return kept


def grouped(code: str) -> str:
    """The code as printed: 「K7M2-9QXD-4T」."""
    return "-".join((code[:4], code[4:8], code[8:]))


def _check(characters: str) -> str:
    # Horner's rule: each character is weighted by another power of the field's generator.
    total = 0
    for character in characters:
        total = _double(total ^ ALPHABET.index(character))
    return ALPHABET[total]


def _double(value: int) -> int:
    value <<= 1
    return value ^ _POLYNOMIAL if value & 32 else value
