"""Ground of a page: number and holder in pale grey, and 「样本·无效」 where nothing is real.

Drawn as outlines in one kept cell: no text operators, so that copying text out of the page gives
the document's words only, and 50 repeats cost 12 kB instead of 900 kB.
"""

import hashlib

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


class Watermark:
    """Draws the ground of pages."""

    def __init__(self, outlines: Outlines) -> None:
        """Keep where glyphs come from."""
        self._outlines = outlines

    def tile(self, sheet: Sheet, text: str) -> None:
        """Repeat the text over the page."""
        name = self._keep(sheet, text, _SIZE, WATERMARK)
        for row in range(-1, 9):
            for column in range(-1, 4):
                x = 10.0 + column * _STEP_X_MM + (row % 2) * _STEP_X_MM / 2
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
                advance = size if wide else size * 0.56
                if not character.isspace():
                    placed = Placed(x=x + advance / 2, y=0.0, width=advance, height=size)
                    self._outlines.draw(sink, character, "song", placed)
                x += advance

        reach = size * (len(text) + 1)
        sheet.stamp(name, (reach, size), lambda: sheet.shape(colour, paths))
        return name
