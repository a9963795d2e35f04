"""Ground of a page: number and holder in pale grey, and 「样本·无效」 where nothing is real.

Drawn as outlines in one kept cell: no text operators, so that copying text out of the page gives
the document's words only, and 50 repeats cost 12 kB instead of 900 kB.
"""

import hashlib
import math

from certificate_service.document.layout import (
    PAGE_HEIGHT_MM,
    PAGE_WIDTH_MM,
    PALE_RED,
    WATERMARK,
    Colour,
)
from certificate_service.document.outlines import Outlines, PathSink, Placed
from certificate_service.document.seal_art import SAMPLE_MARK
from certificate_service.document.sheet import Sheet

_SIZE = 10.5
_STEP_X_MM, _STEP_Y_MM = 78.0, 38.0
_TILT = 28.0
_SAMPLE_SIZE = 92.0
_FIRST_WIDE = 0x2E80
_NARROW = 0.56
_COS_TILT = math.cos(math.radians(_TILT))
_GAP_MM = 12.0
_POINTS_PER_MM = 72 / 25.4


class Watermark:
    """Draws the ground of pages."""

    def __init__(self, outlines: Outlines) -> None:
        """Keep where glyphs come from."""
        self._outlines = outlines

    def tile(self, sheet: Sheet, text: str) -> None:
        """Repeat the text over the page."""
        name = self._keep(sheet, text, _SIZE, WATERMARK)
        # A long text gets more room: overlapping repeats could not be read on a photocopy.
        step = max(_STEP_X_MM, _advance(text, _SIZE) / _POINTS_PER_MM * _COS_TILT + _GAP_MM)
        for row in range(-1, 9):
            for column in range(-1, math.ceil(PAGE_WIDTH_MM / step) + 1):
                x = 10.0 + column * step + (row % 2) * step / 2
                sheet.place(name, x, PAGE_HEIGHT_MM - 10 - row * _STEP_Y_MM, degrees=_TILT)

    def mark_sample(self, sheet: Sheet) -> None:
        """Write 「样本·无效」 across the page."""
        name = self._keep(sheet, SAMPLE_MARK, _SAMPLE_SIZE, PALE_RED)
        sheet.place(name, PAGE_WIDTH_MM * 0.17, PAGE_HEIGHT_MM * 0.66, degrees=48)

    def _keep(self, sheet: Sheet, text: str, size: float, colour: Colour) -> str:
        name = "WM" + hashlib.sha256(text.encode()).hexdigest()[:12]

        def paths(sink: PathSink) -> None:
            x = 0.0
            for character in text:
                wide = ord(character) >= _FIRST_WIDE
                advance = size if wide else size * _NARROW
                if not character.isspace():
                    placed = Placed(x=x + advance / 2, y=0.0, width=advance, height=size)
                    self._outlines.draw(sink, character, "song", placed)
                x += advance

        reach = size * (len(text) + 1)
        sheet.stamp(name, (reach, size), lambda: sheet.shape(colour, paths))
        return name


def _advance(text: str, size: float) -> float:
    """Width of the text in points."""
    return sum(size if ord(one) >= _FIRST_WIDE else size * _NARROW for one in text)
