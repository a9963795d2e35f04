"""Which characters may stand in a name or a field, and what is done about the odd ones.

The original code points are always kept. What is refused here is what a reader cannot see or
what changes how its neighbours are read: such a character would make two names look alike.
"""

import re
import unicodedata

from records.editions import STANDARD_OF_PRIVATE
from records.reasons import CODE_POINT_FORBIDDEN
from records.refusal import Refusal

_JOINERS_OF_NAMES = {0xFE00 + offset for offset in range(16)} | set(range(0xE0100, 0xE01F0))
"""Variation selectors choose a glyph of the same character (IVS): kept, ignored in comparison."""
_REPLACEMENT = 0xFFFD

_PLAIN = re.compile(r"[\x20-\x7e\u3000-\u3002\u3007\u4e00-\u9fff（），：；]*")
"""Text in which nothing is forbidden, private or in need of another form than its own width."""
_IDEOGRAPHS = re.compile(r"[\u4e00-\u9fff]*")
"""Text that is its own standard form."""


def is_plain(text: str) -> bool:
    """Nothing in the text is forbidden or private, as far as a quick look tells."""
    return _PLAIN.fullmatch(text) is not None


def check_characters(text: str) -> None:
    """Every code point of the text can be kept and seen.

    Refused are control and formatting characters (bidirectional marks, zero-width ones),
    unpaired surrogates, noncharacters and U+FFFD, the trace of an earlier decoding error.

    Raises:
        Refusal: CODE_POINT_FORBIDDEN, with the code point and its position.
    """
    if is_plain(text):
        return
    for position, character in enumerate(text, start=1):
        if _is_forbidden(character):
            raise Refusal(CODE_POINT_FORBIDDEN, f"U+{ord(character):04X} at {position}")


def is_standard(text: str) -> bool:
    """Ideographs of the first block alone: the text is its own standard form."""
    return _IDEOGRAPHS.fullmatch(text) is not None


def find_private_use(text: str) -> tuple[str, ...]:
    """The private-use code points of a text, for the report of an import.

    As `U+E5E5`, or as `U+E863=U+4DAE` where an edition of the standard gave it a code point: the
    name is then found under both, and printed as it was written.
    """
    if is_plain(text):
        return ()
    return tuple(
        _tell_private(ord(character))
        for character in text
        if unicodedata.category(character) == "Co"
    )


def standard_form(text: str) -> str:
    """NFKC, with GB 18030's former private-use characters at their present code points.

    For comparison only; what is stored and printed is the original.
    """
    if is_standard(text):
        return text
    mapped = text.translate(STANDARD_OF_PRIVATE)
    plain = unicodedata.normalize("NFKC", mapped)
    return "".join(character for character in plain if ord(character) not in _JOINERS_OF_NAMES)


def _tell_private(code_point: int) -> str:
    standard = STANDARD_OF_PRIVATE.get(code_point)
    told = f"U+{code_point:04X}"
    return told if standard is None else f"{told}=U+{standard:04X}"


def _is_forbidden(character: str) -> bool:
    code_point = ord(character)
    if code_point in _JOINERS_OF_NAMES:
        return False
    if code_point == _REPLACEMENT or code_point & 0xFFFE == 0xFFFE:
        return True
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
        return True
    return 0xFDD0 <= code_point <= 0xFDEF
