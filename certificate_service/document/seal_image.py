"""An archive's own approved seal image: looked at closely, then drawn as a vector in seal red.

The picture is taken for its ink alone: dark or red is ink, everything else paper. It must be round
and square on its canvas, with a closed ring wide enough to hold the certificate number in negative
letters; a picture without one could be lifted from one certificate onto another.
"""

import hashlib
import io
import math
from dataclasses import dataclass
from itertools import groupby

from PIL import Image, UnidentifiedImageError
from reportlab.lib.units import mm

from certificate_service.document.outlines import PathSink
from certificate_service.domain.order_reasons import SEAL_IMAGE_UNFIT
from records.refusal import Refusal

MOST_BYTES = 4_000_000
SMALLEST, LARGEST = 600, 3000
"""Pixels of a side: 42 mm at 360 dpi, and far more than any printer shows."""
_WORKING = 1200
_INK_BELOW = 150
_LEAST_INK, _MOST_INK = 0.05, 0.7
_NARROWEST_RING_MM = 0.85
_CLOSED = 0.97
"""Share of a circle that must be ink for it to lie in the ring."""
_STEPS = 720


@dataclass(frozen=True, slots=True, kw_only=True)
class SealImage:
    """A seal image that passed."""

    sha256: str
    runs: tuple[tuple[int, int, int, int], ...]
    """Left, top, width and height of rectangles of ink; together the picture, none overlapping."""
    side: int
    """Pixels of the picture's side."""
    diameter_mm: float
    ring_mm: float
    """Radius of the middle of the ring that bears the number."""

    def draw(self, sink: PathSink, centre: tuple[float, float]) -> None:
        """Add the ink to a path, the picture's middle at `centre` (points)."""
        scale = self.diameter_mm * mm / self.side
        left, top = centre[0] - self.side * scale / 2, centre[1] + self.side * scale / 2
        for x, y, width, height in self.runs:
            x0, y0 = left + x * scale, top - y * scale
            x1, y1 = x0 + width * scale, y0 - height * scale
            sink.moveTo(x0, y0)
            sink.lineTo(x1, y0)
            sink.lineTo(x1, y1)
            sink.lineTo(x0, y1)
            sink.close()


def read_seal_image(data: bytes, diameter_mm: float) -> SealImage:
    """The seal image in a PNG file, ready to be drawn.

    Raises:
        Refusal: SEAL_IMAGE_UNFIT, saying what is wrong with it.
    """
    ink = _ink_of(data)
    side = ink.width
    share = sum(ink.histogram()[1:]) / side**2
    if not _LEAST_INK <= share <= _MOST_INK:
        raise Refusal(SEAL_IMAGE_UNFIT, f"ink {share:.0%}")
    if not 40.0 <= diameter_mm <= 45.0:
        raise Refusal(SEAL_IMAGE_UNFIT, f"diameter {diameter_mm} mm")
    return SealImage(
        sha256=hashlib.sha256(data).hexdigest(),
        runs=_runs(ink),
        side=side,
        diameter_mm=diameter_mm,
        ring_mm=_find_ring(ink, diameter_mm),
    )


def _ink_of(data: bytes) -> Image.Image:
    """Black and white, square, cut to the outermost ink: 255 = ink."""
    if len(data) > MOST_BYTES or not data.startswith(b"\x89PNG\r\n\x1a\n"):
        raise Refusal(SEAL_IMAGE_UNFIT, "PNG up to 4 MB")
    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as stored:
            if not SMALLEST <= min(stored.size) <= max(stored.size) <= LARGEST:
                raise Refusal(SEAL_IMAGE_UNFIT, f"{stored.width} x {stored.height} pixels")
            clear = stored.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError) as error:
        raise Refusal(SEAL_IMAGE_UNFIT, "cannot be read") from error
    page = Image.alpha_composite(Image.new("RGBA", clear.size, (255, 255, 255, 255)), clear)
    # Red is ink as well as black: what little green is left tells both.
    green = page.getchannel("G")
    ink = green.point([255 if value < _INK_BELOW else 0 for value in range(256)])
    box = ink.getbbox()
    if box is None:
        raise Refusal(SEAL_IMAGE_UNFIT, "no ink")
    width, height = box[2] - box[0], box[3] - box[1]
    if abs(width - height) > 0.02 * max(width, height):
        raise Refusal(SEAL_IMAGE_UNFIT, f"not round: {width} x {height}")
    cut = ink.crop(box).resize((_WORKING, _WORKING), Image.Resampling.BOX)
    return cut.point([255 if value > 127 else 0 for value in range(256)])


def _runs(ink: Image.Image) -> tuple[tuple[int, int, int, int], ...]:
    """Rectangles of ink: equal runs of rows beneath each other are one."""
    side, pixels = ink.width, ink.tobytes()
    found: list[tuple[int, int, int, int]] = []
    open_runs: dict[tuple[int, int], int] = {}
    for y in range(side + 1):
        row = pixels[y * side : (y + 1) * side]
        here: set[tuple[int, int]] = set()
        x = 0
        for value, group in groupby(row):
            length = len(list(group))
            if value:
                here.add((x, length))
            x += length
        for run in [one for one in open_runs if one not in here]:
            top = open_runs.pop(run)
            found.append((run[0], top, run[1], y - top))
        for run in here:
            open_runs.setdefault(run, y)
    return tuple(sorted(found))


def _find_ring(ink: Image.Image, diameter_mm: float) -> float:
    """Radius of the middle of the outermost closed ring, millimetres.

    Raises:
        Refusal: SEAL_IMAGE_UNFIT where no ring is wide enough for the number.
    """
    per_mm = ink.width / diameter_mm
    closed: list[float] = []
    radius = ink.width / 2 - 1.0
    while radius > ink.width / 4:
        if _share_of_ink(ink, radius) >= _CLOSED:
            closed.append(radius)
        elif closed:
            break
        radius -= 1.0
    width_mm = len(closed) / per_mm
    if width_mm < _NARROWEST_RING_MM:
        raise Refusal(SEAL_IMAGE_UNFIT, f"ring {width_mm:.2f} mm")
    return (closed[0] + closed[-1]) / 2 / per_mm


def _share_of_ink(ink: Image.Image, radius: float) -> float:
    middle, hits, pixels = (ink.width - 1) / 2, 0, ink.load()
    if pixels is None:
        return 0.0
    for step in range(_STEPS):
        angle = math.tau * step / _STEPS
        x = round(middle + radius * math.cos(angle))
        y = round(middle + radius * math.sin(angle))
        hits += bool(pixels[x, y])
    return hits / _STEPS
