"""Seeded pictures of a printed QR code: flatbed, phone, stain, photocopy (certificate.md §3.3).

Everything is drawn from one `random.Random`; the same seed gives the same pixels. Sizes are in
pixels of the picture at hand, lengths on paper in millimetres.

    print     24 px/mm (610 dpi), soft edge σ 0.8; `size_mm` is what came out of the printer
    scan      ±6°, 300 or 150 dpi, σ 0.35-0.7, contrast 235/255 + 10, noise σ 3-8, JPEG 55-90
    phone     symbol 420-800 px wide, corners moved by up to 7 %, ±25°, σ 0.6-1.5, light falling
              off by 10-45 %, in 3 of 10 a shadow edge at 62-85 %, contrast 70-90 % + 10-35,
              noise σ 4-11, JPEG 45-85
    stain     ellipse over 5-20 % of the area, letting 55-80 % of the light through, rim 30-50 %
    photocopy 300 dpi, σ 0.7, noise σ 18, bilevel at 105-150, 0.2 % specks each way, then a phone
"""

import io
import math
import random
from collections.abc import Callable, Sequence

from PIL import Image, ImageChops, ImageDraw, ImageFilter

PX_PER_MM = 24.0
SIZE_MM = 30.0
_QUIET = 4
_MM_PER_INCH = 25.4
_CORNER_SHIFT = 0.07
Picture = Image.Image
Matrix = Sequence[Sequence[bool]]


def printed(matrix: Matrix, size_mm: float = SIZE_MM) -> Picture:
    """The symbol on white paper, quiet zone of four modules and 3 mm around it."""
    modules = len(matrix)
    flat = bytes(0 if dark else 255 for row in matrix for dark in row)
    side = round(size_mm * PX_PER_MM)
    symbol = Image.frombytes("L", (modules, modules), flat).resize(
        (side, side), Image.Resampling.NEAREST
    )
    margin = round(side / modules * _QUIET + 3 * PX_PER_MM)
    paper = Image.new("L", (side + 2 * margin, side + 2 * margin), 255)
    paper.paste(symbol, (margin, margin))
    return paper.filter(ImageFilter.GaussianBlur(0.8))


def scanned(picture: Picture, rng: random.Random, dpi: int) -> Picture:
    """A flatbed scan."""
    turned = picture.rotate(rng.uniform(-6, 6), Image.Resampling.BILINEAR, fillcolor=255)
    small = _resized(turned, dpi / _MM_PER_INCH / PX_PER_MM)
    small = small.filter(ImageFilter.GaussianBlur(rng.uniform(0.35, 0.7)))
    noisy = _noisy(small.point(lambda v: v * 235 / 255 + 10), rng, rng.uniform(3, 8))
    return _jpeg(noisy, rng.randint(55, 89))


def photographed(picture: Picture, rng: random.Random) -> Picture:
    """One still frame of a hand-held phone."""
    scale = rng.uniform(420, 800) / (SIZE_MM * PX_PER_MM)
    soft = picture.filter(ImageFilter.GaussianBlur(max(0.3, 0.45 / scale)))
    seen = _tilted(soft, rng, scale).filter(ImageFilter.GaussianBlur(rng.uniform(0.6, 1.5)))
    contrast, black = rng.uniform(0.7, 0.9), rng.uniform(10, 35)
    lit = ImageChops.multiply(seen.point(lambda v: v * contrast + black), _light(seen.size, rng))
    return _jpeg(_noisy(lit, rng, rng.uniform(4, 11)), rng.randint(45, 84))


def stained(picture: Picture, rng: random.Random) -> Picture:
    """A coffee stain: a translucent ellipse with a darker rim."""
    width, height = picture.size
    radius = math.sqrt(rng.uniform(0.05, 0.2) * width * height / math.pi)
    across, along = radius * rng.uniform(0.8, 1.3), radius * rng.uniform(0.7, 1.1)
    centre = rng.uniform(0.25, 0.75) * width, rng.uniform(0.25, 0.75) * height
    box = (centre[0] - across, centre[1] - along, centre[0] + across, centre[1] + along)
    layer = Image.new("L", picture.size, 255)
    draw = ImageDraw.Draw(layer)
    fill, rim = round(255 * rng.uniform(0.55, 0.8)), round(255 * rng.uniform(0.3, 0.5))
    draw.ellipse(box, fill=fill, outline=rim, width=round(0.9 * PX_PER_MM))
    layer = layer.rotate(rng.uniform(0, 180), center=centre, fillcolor=255)
    return ImageChops.multiply(picture, layer.filter(ImageFilter.GaussianBlur(PX_PER_MM / 4)))


def photocopied(picture: Picture, rng: random.Random) -> Picture:
    """A bilevel copy at 300 dpi with specks, printed again."""
    small = _resized(picture, 300 / _MM_PER_INCH / PX_PER_MM)
    small = _noisy(small.filter(ImageFilter.GaussianBlur(0.7)), rng, 18)
    threshold = rng.uniform(105, 150)
    copy = small.point(lambda v: 245 if v > threshold else 20)
    specks = Image.frombytes("L", copy.size, rng.randbytes(copy.width * copy.height))
    rare = Image.frombytes("L", copy.size, rng.randbytes(copy.width * copy.height))
    # Two bytes: 131/65536 is 0.2 %.
    black = ImageChops.multiply(_mask(specks, 0), rare.point(lambda v: 255 if v < 131 else 0))
    white = ImageChops.multiply(_mask(specks, 255), rare.point(lambda v: 255 if v < 131 else 0))
    copy.paste(20, mask=black)
    copy.paste(245, mask=white)
    again = copy.resize(picture.size, Image.Resampling.BILINEAR)
    return again.filter(ImageFilter.GaussianBlur(1.5))


SCENARIOS: dict[str, Callable[[Picture, random.Random], Picture]] = {
    "scan300": lambda picture, rng: scanned(picture, rng, 300),
    "scan150": lambda picture, rng: scanned(picture, rng, 150),
    "phone": photographed,
    "phone+stain": lambda picture, rng: photographed(stained(picture, rng), rng),
    "photocopy+phone": lambda picture, rng: photographed(photocopied(picture, rng), rng),
}
"""The five ways in which an extract is looked at."""


def _mask(picture: Picture, wanted: int) -> Picture:
    return picture.point(lambda v: 255 if v == wanted else 0)


def _resized(picture: Picture, scale: float) -> Picture:
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(size, Image.Resampling.BOX)


def _noisy(picture: Picture, rng: random.Random, sigma: float) -> Picture:
    """Noise of about normal form: the mean of four uniform pictures."""
    count = picture.width * picture.height
    uniform = [Image.frombytes("L", picture.size, rng.randbytes(count)) for _ in range(4)]
    pairs = [Image.blend(uniform[0], uniform[1], 0.5), Image.blend(uniform[2], uniform[3], 0.5)]
    mean = Image.blend(pairs[0], pairs[1], 0.5)
    # A byte's standard deviation is 73.9; half of that for the mean of four.
    scaled = mean.point(lambda v: 128 + (v - 127.5) * sigma / 36.95)
    return ImageChops.add(picture, scaled, scale=1, offset=-128)


def _jpeg(picture: Picture, quality: int) -> Picture:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return Image.open(io.BytesIO(file.getvalue())).convert("L")


def _tilted(picture: Picture, rng: random.Random, scale: float) -> Picture:
    """Seen from the side and turned; a margin of 20 px all around."""
    width, height = picture.width * scale, picture.height * scale
    shift = _CORNER_SHIFT
    corners = [
        (
            (x + rng.uniform(-shift, shift)) * width - width / 2,
            (y + rng.uniform(-shift, shift)) * height - height / 2,
        )
        for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))
    ]
    angle = math.radians(rng.uniform(-25, 25))
    cos, sin = math.cos(angle), math.sin(angle)
    turned = [(x * cos - y * sin, x * sin + y * cos) for x, y in corners]
    left, top = min(x for x, _ in turned) - 20, min(y for _, y in turned) - 20
    placed = [(x - left, y - top) for x, y in turned]
    size = tuple(math.ceil(max(point[axis] for point in placed) + 20) for axis in (0, 1))
    source = [(0, 0), (picture.width, 0), (picture.width, picture.height), (0, picture.height)]
    return picture.transform(
        (size[0], size[1]),
        Image.Transform.PERSPECTIVE,
        _perspective(placed, source),
        Image.Resampling.BILINEAR,
        fillcolor=255,
    )


def _perspective(
    output: Sequence[tuple[float, float]], source: Sequence[tuple[float, float]]
) -> tuple[float, ...]:
    """The eight coefficients that carry output pixels to source pixels."""
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(output, source, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for at in range(8):
        best = max(range(at, 8), key=lambda row: abs(rows[row][at]))
        rows[at], rows[best] = rows[best], rows[at]
        rows[at] = [value / rows[at][at] for value in rows[at]]
        for other in range(8):
            if other != at:
                factor = rows[other][at]
                pairs = zip(rows[other], rows[at], strict=True)
                rows[other] = [value - factor * own for value, own in pairs]
    return tuple(row[8] for row in rows)


def _light(size: tuple[int, int], rng: random.Random) -> Picture:
    """Light that falls off in one direction, sometimes with the edge of a shadow."""
    angle, fall = rng.uniform(0, 2 * math.pi), rng.uniform(0.1, 0.45)
    edge, dark = (rng.uniform(0.2, 0.8), rng.uniform(0.62, 0.85)) if rng.random() < 0.3 else (2, 1)
    a, b = math.cos(angle), math.sin(angle)
    reach = [a * x + b * y for x in (0, size[0]) for y in (0, size[1])]
    low, span = min(reach), (max(reach) - min(reach)) / 255
    rows = (0, 0, 128, a / span, b / span, -low / span)
    ramp = Image.linear_gradient("L").transform(size, Image.Transform.AFFINE, rows)
    table = [255 * (1 - fall * v / 255) * (dark if v / 255 > edge else 1) for v in range(256)]
    return ramp.point([round(value) for value in table])
