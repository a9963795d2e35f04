"""Breaks Chinese text into lines: no closing mark begins a line, no opening mark ends one.

Follows the habits of 公文 (GB/T 9704): two em indent, justified lines, numbers not torn apart.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Measure = Callable[[str], float]

# A run of Latin letters or digits stays together, codes too, but may be torn after one of - /.
_TOKENS = re.compile(r"[A-Za-z0-9*.:@_]+[-/]?|.", re.DOTALL)
_NEVER_FIRST = "，。、；：）》〉」』】”’！？〕％·…"
_NEVER_LAST = "（《〈「『【“‘〔"
_MOST_STRETCH = 0.16
"""Widest extra space between two characters of a justified line, in em."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a paragraph."""

    text: str
    indent: float
    """Points from the left edge of the column."""
    spacing: float
    """Extra space after each character, points; fills the column on justified lines."""


def break_paragraph(
    text: str, *, width: float, size: float, indent_em: int, measure: Measure
) -> tuple[Line, ...]:
    """The lines of one paragraph in a column `width` points wide; at least one line."""
    indent = indent_em * size
    pieces = list(_fill(text, width, indent, measure))
    lines: list[Line] = []
    for number, piece in enumerate(pieces):
        left = indent if number == 0 else 0.0
        spacing = 0.0
        if number < len(pieces) - 1:
            spacing = _justify(piece, width - left, size, measure)
        lines.append(Line(piece, left, spacing))
    return tuple(lines)


def _fill(text: str, width: float, indent: float, measure: Measure) -> Iterator[str]:
    line, used = "", indent
    for token in _tokens(text, width, measure):
        advance = measure(token)
        if line and used + advance > width + 0.01 and token[0] not in _NEVER_FIRST:
            kept, carried = _release_opening(line)
            yield kept.rstrip(" ")
            line, used = carried, measure(carried)
        line += token
        used += advance
    yield line.rstrip(" ")


def _tokens(text: str, width: float, measure: Measure) -> Iterator[str]:
    for match in _TOKENS.finditer(text):
        token = match.group()
        if measure(token) <= width:
            yield token
        else:
            yield from token


def _release_opening(line: str) -> tuple[str, str]:
    """Move opening marks at the end of a line to the next one."""
    kept = line.rstrip(_NEVER_LAST + " ")
    carried = line[len(kept) :].lstrip(" ")
    if not kept or not carried:
        return line, ""
    return kept, carried


def _justify(piece: str, room: float, size: float, measure: Measure) -> float:
    if len(piece) < 2:
        return 0.0
    spacing = (room - measure(piece)) / (len(piece) - 1)
    # A closing mark may hang out a little: squeeze the line by at most half an em in all.
    return spacing if -0.06 * size < spacing < _MOST_STRETCH * size else 0.0
