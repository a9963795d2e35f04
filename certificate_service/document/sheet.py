"""A sheet of paper that takes millimetres from the top left and writes PDF operators.

The only module that talks to reportlab's canvas; everything above it thinks in millimetres.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reportlab import rl_config
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from certificate_service.document.fonts import FontBook
from certificate_service.document.layout import PAGE_HEIGHT_MM, PAGE_WIDTH_MM, Colour, TextStyle
from certificate_service.document.outlines import PathSink


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle in millimetres from the top left corner of the sheet."""

    left: float
    top: float
    width: float
    height: float


class Sheet:
    """Pages in the making; `finish` hands over the PDF."""

    def __init__(self, fonts: FontBook, *, title: str, size_mm: tuple[float, float]) -> None:
        """Begin with an empty page of that size."""
        self._fonts = fonts
        self._height = size_mm[1]
        self._buffer = io.BytesIO()
        # ASCII85 would make every page image a quarter larger.
        rl_config.useA85 = 0
        # The stubs know neither fractional forms nor the first font's name.
        make: Any = Canvas
        self._canvas: Any = make(
            self._buffer,
            pagesize=(size_mm[0] * mm, size_mm[1] * mm),
            pageCompression=1,
            pdfVersion=(1, 7),
            initialFontName=fonts.first_face,
            invariant=1,
        )
        self._canvas.setTitle(title)

    @classmethod
    def a4(cls, fonts: FontBook, *, title: str) -> "Sheet":
        """An A4 sheet."""
        return cls(fonts, title=title, size_mm=(PAGE_WIDTH_MM, PAGE_HEIGHT_MM))

    def finish(self) -> bytes:
        """The PDF of all pages; the same drawing gives the same bytes."""
        self._canvas.save()
        return self._buffer.getvalue()

    def next_page(self) -> None:
        """End the page and begin another."""
        self._canvas.showPage()

    def width(self, text: str, style: TextStyle) -> float:
        """Width in points, extra spacing between the characters included."""
        natural = self._fonts.width(text, style.chain, style.size)
        return natural + style.spacing * max(len(text) - 1, 0)

    def text(self, x: float, y: float, text: str, style: TextStyle) -> None:
        """Write from x, base line at y."""
        self._write(x * mm, y, text, style)

    def text_centred(self, x: float, y: float, text: str, style: TextStyle) -> None:
        """Write centred on x."""
        self._write(x * mm - self.width(text, style) / 2, y, text, style)

    def text_right(self, x: float, y: float, text: str, style: TextStyle) -> None:
        """Write so that the text ends at x."""
        self._write(x * mm - self.width(text, style), y, text, style)

    def _write(self, left: float, y: float, text: str, style: TextStyle) -> None:
        canvas = self._canvas
        canvas.setFillColorRGB(*style.colour)
        for run in self._fonts.runs(text, style.chain):
            canvas.setFont(run.face, style.size)
            canvas.drawString(left, self._up(y), run.text, charSpace=style.spacing)
            left += pdfmetrics.stringWidth(run.text, run.face, style.size)
            left += style.spacing * len(run.text)

    def line(self, start: tuple[float, float], end: tuple[float, float], width: float) -> None:
        """Draw a straight line `width` points thick in the colour set by `stroke_colour`."""
        self._canvas.setLineWidth(width)
        self._canvas.line(start[0] * mm, self._up(start[1]), end[0] * mm, self._up(end[1]))

    def stroke_colour(self, colour: Colour) -> None:
        """Colour of the lines that follow."""
        self._canvas.setStrokeColorRGB(*colour)

    def frame(self, box: Box, width: float) -> None:
        """Draw the outline of a rectangle."""
        self._canvas.setLineWidth(width)
        self._canvas.rect(*self._rectangle(box), stroke=1, fill=0)

    def fill(self, box: Box, colour: Colour) -> None:
        """Fill a rectangle."""
        self._canvas.setFillColorRGB(*colour)
        self._canvas.rect(*self._rectangle(box), stroke=0, fill=1)

    def image(self, data: bytes, box: Box) -> None:
        """Place an image; a JPEG is embedded byte for byte."""
        reader: Any = ImageReader(io.BytesIO(data))
        self._canvas.drawImage(reader, *self._rectangle(box))

    def shape(self, colour: Colour, draw: Callable[[PathSink], None]) -> None:
        """Fill one path in points from the bottom left, non-zero winding: no hairlines."""
        self._canvas.setFillColorRGB(*colour)
        path: Any = self._canvas.beginPath()
        draw(path)
        self._canvas.drawPath(path, stroke=0, fill=1, fillMode=1)

    def ring(self, centre: tuple[float, float], radius: float, width: float) -> None:
        """Draw a circle in points from the bottom left."""
        self._canvas.setLineWidth(width)
        self._canvas.circle(*centre, radius, stroke=1, fill=0)

    def dashed_ring(self, centre: tuple[float, float], radius: float, width: float) -> None:
        """Draw a dashed circle; centre and radius in millimetres."""
        self._canvas.saveState()
        self._canvas.setDash(3, 2)
        self._canvas.setLineWidth(width)
        self._canvas.circle(centre[0] * mm, self._up(centre[1]), radius * mm, stroke=1, fill=0)
        self._canvas.restoreState()

    def stamp(self, name: str, half: tuple[float, float], draw: Callable[[], None]) -> None:
        """Keep a drawing around the origin (points) under a name, to be placed many times."""
        if not self._canvas.hasForm(name):
            self._canvas.beginForm(name, -half[0], -half[1], half[0], half[1])
            draw()
            self._canvas.endForm()

    def place(
        self, name: str, x: float, y: float, *, degrees: float = 0.0, clip: Box | None = None
    ) -> None:
        """Put a kept drawing with its origin at (x, y) mm; only the part inside `clip` shows."""
        canvas = self._canvas
        canvas.saveState()
        if clip is not None:
            path = canvas.beginPath()
            path.rect(*self._rectangle(clip))
            canvas.clipPath(path, stroke=0, fill=0)
        canvas.translate(x * mm, self._up(y))
        canvas.rotate(degrees)
        canvas.doForm(name)
        canvas.restoreState()

    def _up(self, y: float) -> float:
        return (self._height - y) * mm

    def _rectangle(self, box: Box) -> tuple[float, float, float, float]:
        bottom = self._up(box.top + box.height)
        return box.left * mm, bottom, box.width * mm, box.height * mm
