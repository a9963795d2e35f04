"""Glyphs as vector paths: what a seal or a watermark is drawn with, so that no font is needed.

A signature appearance with text operators would have to embed a font of its own to stay PDF/A,
and watermark text would turn up in whatever a person copies out of the page.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from fontTools.pens.basePen import BasePen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont

from certificate_service.document.fonts import FontBook

_DIGITS = 2
"""0.01 pt = 3.5 micrometres: rounding halves the size of the paths."""
_MIDDLE_EM = 0.38
"""Height of the middle of a Chinese glyph above the base line, em."""


class PathSink(Protocol):
    """What reportlab's path object offers."""

    def moveTo(self, x: float, y: float) -> None:
        """Begin a contour."""

    def lineTo(self, x: float, y: float) -> None:
        """Add a straight line."""

    def curveTo(self, x1: float, y1: float, x2: float, y2: float, x3: float, y3: float) -> None:
        """Add a cubic curve."""

    def close(self) -> None:
        """Close the contour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where one glyph goes: centre, size in points, turned by `angle` radians."""

    x: float
    y: float
    width: float
    height: float
    angle: float = 0.0


class Outlines:
    """Draws single glyphs of a font book as paths."""

    def __init__(self, fonts: FontBook) -> None:
        """Keep the font book; files are opened when first used."""
        self._fonts = fonts
        self._opened: dict[Path, tuple[Any, dict[int, str], float]] = {}

    def draw(self, sink: PathSink, character: str, chain: str, placed: Placed) -> None:
        """Add the glyph's contours to the path.

        Raises:
            Refusal: MISSING_GLYPH.
        """
        glyphs, names, em = self._open(self._fonts.path_of(chain, character))
        glyph = glyphs[names[ord(character)]]
        scale_x, scale_y = placed.width / glyph.width, placed.height / em
        cos, sin = math.cos(placed.angle), math.sin(placed.angle)
        left, down = -glyph.width / 2 * scale_x, -_MIDDLE_EM * em * scale_y
        matrix = (
            scale_x * cos,
            scale_x * sin,
            -scale_y * sin,
            scale_y * cos,
            placed.x + left * cos - down * sin,
            placed.y + left * sin + down * cos,
        )
        glyph.draw(TransformPen(_PathPen(glyphs, sink), matrix))

    def _open(self, path: Path) -> tuple[Any, dict[int, str], float]:
        if path not in self._opened:
            font = TTFont(path, lazy=True)
            em = float(font["head"].unitsPerEm)
            self._opened[path] = (font.getGlyphSet(), font.getBestCmap(), em)
        return self._opened[path]


class _PathPen(BasePen):  # type: ignore[misc]  # fontTools carries no types
    def __init__(self, glyphs: Any, sink: PathSink) -> None:  # noqa: ANN401
        super().__init__(glyphs)
        self._sink = sink

    def _moveTo(self, pt: tuple[float, float]) -> None:
        self._sink.moveTo(*_rounded(pt))

    def _lineTo(self, pt: tuple[float, float]) -> None:
        self._sink.lineTo(*_rounded(pt))

    def _curveToOne(
        self, pt1: tuple[float, float], pt2: tuple[float, float], pt3: tuple[float, float]
    ) -> None:
        self._sink.curveTo(*_rounded(pt1), *_rounded(pt2), *_rounded(pt3))

    def _closePath(self) -> None:
        self._sink.close()


def _rounded(point: tuple[float, float]) -> tuple[float, float]:
    return round(point[0], _DIGITS), round(point[1], _DIGITS)
