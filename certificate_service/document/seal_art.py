"""The round seal 档案证明专用章, drawn from the archive's name: a vector, without any font.

Ring, five-pointed star, name on the arc clockwise from the left, purpose straight beneath, code
on the lower arc (国发〔1999〕25号). An archive that has an approved seal image gives that instead
(seal_image.py); the certificate number stands in its ring all the same.
"""

import hashlib
import math
from dataclasses import dataclass, replace

from reportlab.lib.units import mm

from certificate_service.document.layout import PAPER, SEAL_RED, Layout, Seal
from certificate_service.document.outlines import Outlines, PathSink, Placed
from certificate_service.document.seal_image import SealImage
from certificate_service.document.sheet import Sheet

SAMPLE_MARK = "样本·无效"
_PURPOSE = "档案证明专用章"
_STAR_INNER = 0.381966
_STAR_ARMS = 0.309017
"""Sine of 18°: how high above its centre a star's upper edge runs from arm to arm."""
_STAR_TEXT_MM = 7.6
_CODE_SUM_DIVISOR = 10**7


@dataclass(frozen=True, slots=True, kw_only=True)
class SealText:
    """What stands on a seal."""

    name: str
    """Archive's full name."""
    code: str
    """13 digits on the lower arc."""
    number: str = ""
    """Certificate number, repeated as microtext along the ring: a lifted seal names its source."""
    image: SealImage | None = None
    """The archive's own approved picture; None = drawn from name, purpose and code."""
    sample: bool = False
    """Print 「样本·无效」 across it."""
    purpose: str = _PURPOSE


def seal_code(archive_code: str) -> str:
    """13 digits that name the archive's seal: six of the archive, seven fixed by it."""
    return f"{archive_code}{int(archive_code) * 7919 % _CODE_SUM_DIVISOR:07d}"


class SealArtist:
    """Draws seals on sheets."""

    def __init__(self, outlines: Outlines, layout: Layout) -> None:
        """Keep where glyphs come from and the seal's measures."""
        self._outlines = outlines
        self._seal = layout.seal

    def keep(self, sheet: Sheet, text: SealText) -> str:
        """Keep the seal on the sheet for placing; returns its name there."""
        said = repr(replace(text, image=None)) + (text.image.sha256 if text.image else "")
        name = "SEAL" + hashlib.sha256(said.encode()).hexdigest()[:12]
        half = (self._seal.diameter / 2 + 0.4) * mm
        sheet.stamp(name, (half, half), lambda: self._draw(sheet, text, (0.0, 0.0)))
        return name

    def appearance(self, fonts_sheet: Sheet, text: SealText) -> None:
        """Draw the seal in the middle of a sheet of its own, as signature appearance."""
        middle = self._seal.diameter / 2 * mm
        self._draw(fonts_sheet, text, (middle, middle))

    def _draw(self, sheet: Sheet, text: SealText, centre: tuple[float, float]) -> None:
        image = text.image
        if image is not None:
            sheet.shape(SEAL_RED, lambda sink: image.draw(sink, centre))
        else:
            self._draw_own(sheet, text, centre)
        if text.number:
            ring = image.ring_mm if image else (self._seal.diameter - self._seal.ring) / 2
            sheet.shape(PAPER, lambda sink: self._microtext(sink, text.number, centre, ring))
            if image is None:
                sheet.shape(PAPER, lambda sink: self._star_microtext(sink, text.number, centre))
        if text.sample:
            self._sample(sheet, centre)

    def _draw_own(self, sheet: Sheet, text: SealText, centre: tuple[float, float]) -> None:
        """The seal from its words: ring, star, name, purpose, code."""
        seal = self._seal
        radius = seal.diameter / 2 * mm
        sheet.stroke_colour(SEAL_RED)
        sheet.ring(centre, radius - seal.ring / 2 * mm, seal.ring * mm)

        def paths(sink: PathSink) -> None:
            _star(sink, centre, seal)
            self._name(sink, text.name, centre)
            self._purpose(sink, text.purpose, centre)
            self._code(sink, text.code, centre)

        sheet.shape(SEAL_RED, paths)

    def _name(self, sink: PathSink, name: str, centre: tuple[float, float]) -> None:
        seal = self._seal
        radius = (seal.diameter / 2 - 2 * seal.ring) * mm - seal.name_height * mm / 2
        span = min(seal.name_span_degrees, seal.name_step_degrees * (len(name) - 1))
        # Long names get narrower glyphs instead of running into each other.
        room = radius * math.radians(span) / max(len(name) - 1, 1) * 0.94
        width = min(seal.name_width * mm, room)
        for index, character in enumerate(name):
            degrees = 90 + span / 2 - span * index / max(len(name) - 1, 1)
            self._on_arc(
                sink, character, centre, _Arc(radius, degrees, width, seal.name_height * mm)
            )

    def _purpose(self, sink: PathSink, purpose: str, centre: tuple[float, float]) -> None:
        seal = self._seal
        step = min(seal.purpose_width, 24.0 / len(purpose)) * mm
        for index, character in enumerate(purpose):
            placed = Placed(
                x=centre[0] + (index - (len(purpose) - 1) / 2) * step,
                y=centre[1] - seal.purpose_drop * mm,
                width=step * 0.94,
                height=seal.purpose_height * mm,
            )
            self._outlines.draw(sink, character, "song_bold", placed)

    def _code(self, sink: PathSink, code: str, centre: tuple[float, float]) -> None:
        seal = self._seal
        radius = seal.diameter / 2 * mm - 2.6 * mm
        for index, character in enumerate(code):
            degrees = -90 + seal.code_step_degrees * (index - (len(code) - 1) / 2)
            arc = _Arc(radius, degrees, seal.code_width * mm, seal.code_height * mm, inward=True)
            self._on_arc(sink, character, centre, arc)

    def _microtext(
        self, sink: PathSink, number: str, centre: tuple[float, float], ring_mm: float
    ) -> None:
        """Negative letters inside the ring, whose middle has that radius; 0.62 mm high."""
        radius = ring_mm * mm
        text = f"{number} "
        repeats = 9
        step = 360 / (repeats * len(text))
        for index in range(repeats * len(text)):
            character = text[index % len(text)]
            if character != " ":
                arc = _Arc(radius, 90 - step * index, 0.42 * mm, 0.74 * mm)
                self._on_arc(sink, character, centre, arc)

    def _star_microtext(self, sink: PathSink, number: str, centre: tuple[float, float]) -> None:
        """The number once more across the star's arms, where they are widest."""
        step = _STAR_TEXT_MM / max(len(number), 1) * mm
        top = centre[1] + (self._seal.star_rise + self._seal.star_radius * _STAR_ARMS) * mm
        for index, character in enumerate(number):
            placed = Placed(
                x=centre[0] + (index - (len(number) - 1) / 2) * step,
                y=top - 0.62 * mm,
                width=step * 0.92,
                height=0.74 * mm,
            )
            self._outlines.draw(sink, character, "song_bold", placed)

    def _on_arc(
        self, sink: PathSink, character: str, centre: tuple[float, float], arc: "_Arc"
    ) -> None:
        angle = math.radians(arc.degrees)
        turned = angle + math.pi / 2 if arc.inward else angle - math.pi / 2
        placed = Placed(
            x=centre[0] + arc.radius * math.cos(angle),
            y=centre[1] + arc.radius * math.sin(angle),
            width=arc.width,
            height=arc.height,
            angle=turned,
        )
        self._outlines.draw(sink, character, "song_bold", placed)

    def _sample(self, sheet: Sheet, centre: tuple[float, float]) -> None:
        """A label from rim to rim: nobody can print the seal without it."""
        tilt = math.radians(18)
        size = 4.5 * mm

        def words(sink: PathSink) -> None:
            for index, character in enumerate(SAMPLE_MARK):
                along = (index - (len(SAMPLE_MARK) - 1) / 2) * size * 1.5
                placed = Placed(
                    x=centre[0] + along * math.cos(tilt),
                    y=centre[1] + along * math.sin(tilt),
                    width=size * (0.6 if character == "·" else 1),
                    height=size,
                    angle=tilt,
                )
                self._outlines.draw(sink, character, "song_bold", placed)

        edge = (19.4 * mm, 3.1 * mm)
        ground = (edge[0], edge[1] - 0.35 * mm)
        sheet.shape(SEAL_RED, lambda sink: _tilted_box(sink, centre, edge, tilt))
        sheet.shape(PAPER, lambda sink: _tilted_box(sink, centre, ground, tilt))
        sheet.shape(SEAL_RED, words)


@dataclass(frozen=True, slots=True)
class _Arc:
    radius: float
    degrees: float
    width: float
    height: float
    inward: bool = False


def _star(sink: PathSink, centre: tuple[float, float], seal: Seal) -> None:
    for index in range(10):
        angle = math.pi / 2 + index * math.pi / 5
        radius = seal.star_radius * mm * (1 if index % 2 == 0 else _STAR_INNER)
        x = centre[0] + radius * math.cos(angle)
        y = centre[1] + seal.star_rise * mm + radius * math.sin(angle)
        if index == 0:
            sink.moveTo(x, y)
        else:
            sink.lineTo(x, y)
    sink.close()


def _tilted_box(
    sink: PathSink, centre: tuple[float, float], half: tuple[float, float], tilt: float
) -> None:
    cos, sin = math.cos(tilt), math.sin(tilt)
    corners = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    for index, (across, up) in enumerate(corners):
        dx, dy = across * half[0], up * half[1]
        x, y = centre[0] + dx * cos - dy * sin, centre[1] + dx * sin + dy * cos
        if index == 0:
            sink.moveTo(x, y)
        else:
            sink.lineTo(x, y)
    sink.close()
