"""Old paper, ink and stamps: the look of a register page, the same for the same seed."""

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from fontTools.ttLib import TTFont
from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageOps

WIDTH, HEIGHT = 992, 1403
"""A4 at 120 dots per inch."""
PRINT_INK = (66, 50, 46)
STAMP_INK = (178, 44, 40)
PEN_INKS = ((30, 36, 84), (34, 34, 40), (44, 40, 96))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fonts:
    """The set-up's fonts: print, bold print, and a brush hand that knows common characters."""

    folder: Path

    @property
    def plain(self) -> str:
        """Path of the print face."""
        return str(self.folder / "NotoSerifSC_400Regular.ttf")

    @property
    def bold(self) -> str:
        """Path of the bold face."""
        return str(self.folder / "NotoSerifSC_700Bold.ttf")

    def hand(self, character: str) -> str:
        """Path of the face that writes this character by hand, or of the print face."""
        name = str(self.folder / "MaShanZheng_400Regular.ttf")
        return name if ord(character) in _characters_of(name) else self.plain


@cache
def _characters_of(path: str) -> frozenset[int]:
    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())


@cache
def face(path: str, size: int) -> ImageFont.FreeTypeFont:
    """The font at a size in pixels, loaded once."""
    return ImageFont.truetype(path, size)


def draw_paper(rng: Random) -> Image.Image:
    """A blank sheet: yellowed, blotchy, with grain, a fold and a few foxing stains."""
    blotches = _noise(rng, 12, 17).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    grain = _noise(rng, WIDTH // 3, HEIGHT // 3).resize((WIDTH, HEIGHT))
    tone = Image.blend(blotches, grain, 0.5)
    paper = ImageOps.colorize(tone, black=(218, 203, 170), white=(246, 238, 218))
    pen = ImageDraw.Draw(paper, "RGBA")
    for _ in range(rng.randrange(3, 9)):
        x, y, radius = rng.randrange(WIDTH), rng.randrange(HEIGHT), rng.randrange(3, 34)
        pen.ellipse((x - radius, y - radius, x + radius, y + radius * 0.8), fill=(150, 112, 60, 26))
    fold = HEIGHT // 2 + rng.randrange(-40, 40)
    pen.line((0, fold, WIDTH, fold + rng.randrange(-4, 4)), fill=(120, 98, 66, 70), width=2)
    for hole in (HEIGHT // 4, HEIGHT * 3 // 4):
        pen.ellipse((22, hole - 12, 46, hole + 12), fill=(252, 250, 246, 255))
    return paper


def _noise(rng: Random, width: int, height: int) -> Image.Image:
    return Image.frombytes("L", (width, height), rng.randbytes(width * height))


class Pen:
    """Writes by hand: every character sits, leans and weighs a little differently."""

    def __init__(self, rng: Random, fonts: Fonts) -> None:
        """Choose one ink and one hand for the whole page."""
        self._rng = rng
        self._fonts = fonts
        self._ink = rng.choice(PEN_INKS)
        self._slant = rng.uniform(-3.0, 2.0)

    def write(self, sheet: Image.Image, at: tuple[int, int], text: str, size: int) -> int:
        """Write from the left, centred on the line `at`; returns where the pen stopped."""
        x, y = at
        for character in text:
            x += self._stroke(sheet, (x, y), character, size)
        return x

    def _stroke(self, sheet: Image.Image, at: tuple[int, int], character: str, size: int) -> int:
        height = max(8, int(size * self._rng.uniform(0.93, 1.07)))
        font = face(self._fonts.hand(character), height)
        box = int(height * 1.5)
        mask = Image.new("L", (box, box), 0)
        weight = self._rng.randrange(205, 250)
        ImageDraw.Draw(mask).text(
            (box / 2, box / 2), character, font=font, fill=weight, anchor="mm"
        )
        lean = self._slant + self._rng.uniform(-2.5, 2.5)
        mask = mask.rotate(lean, resample=Image.Resampling.BILINEAR)
        advance = int(font.getlength(character) * 1.02)
        corner = (at[0] + advance // 2 - box // 2, at[1] - box // 2 + self._rng.randrange(-3, 4))
        sheet.paste(self._ink, corner, mask)
        return advance


def press_stamp(
    sheet: Image.Image, rng: Random, at: tuple[int, int], words: str, fonts: Fonts
) -> None:
    """A round office stamp, uneven where the ink was thin."""
    radius = 96
    side = radius * 2 + 12
    layer = Image.new("L", (side, side), 0)
    pen = ImageDraw.Draw(layer)
    pen.ellipse((4, 4, side - 4, side - 4), outline=215, width=6)
    _draw_star(pen, side / 2, side / 2, 30)
    _write_around(layer, words, radius - 26, face(fonts.bold, 24))
    layer = layer.rotate(rng.uniform(-14, 14), resample=Image.Resampling.BILINEAR)
    worn = _noise(rng, side // 6, side // 6).resize((side, side), Image.Resampling.BICUBIC)
    worn = worn.point([min(255, 110 + value) for value in range(256)])
    layer = ImageChops.multiply(layer, worn)
    sheet.paste(STAMP_INK, (at[0] - side // 2, at[1] - side // 2), layer)


def _draw_star(pen: ImageDraw.ImageDraw, x: float, y: float, radius: float) -> None:
    points = []
    for corner in range(10):
        reach = radius if corner % 2 == 0 else radius * 0.382
        angle = math.radians(corner * 36 - 90)
        points.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
    pen.polygon(points, fill=215)


def _write_around(
    layer: Image.Image, words: str, radius: int, font: ImageFont.FreeTypeFont
) -> None:
    side = layer.width
    spread = min(250.0, 24.0 * len(words))
    for index, character in enumerate(words):
        turn = -spread / 2 + spread * (index + 0.5) / len(words)
        glyph = Image.new("L", (36, 36), 0)
        ImageDraw.Draw(glyph).text((18, 18), character, font=font, fill=215, anchor="mm")
        glyph = glyph.rotate(-turn, resample=Image.Resampling.BILINEAR)
        angle = math.radians(turn - 90)
        x = side / 2 + radius * math.cos(angle) - 18
        y = side / 2 + radius * math.sin(angle) - 18
        layer.paste(215, (int(x), int(y)), glyph)


def finish(sheet: Image.Image, rng: Random) -> Image.Image:
    """The sheet as a scanner saw it: slightly askew, and soft from being turned."""
    return sheet.rotate(
        rng.uniform(-0.9, 0.9), resample=Image.Resampling.BILINEAR, fillcolor=(214, 202, 176)
    )
