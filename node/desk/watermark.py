"""Writes who looked, and when, across a page image: a photograph of the screen says whose it was.

The stored image is never touched; what an extract prints is drawn from the stored one.
"""

import io
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

MOST_PIXELS = 60_000_000
"""Larger images are refused by the decoder: a small file must not fill the memory."""

_LONGEST_SIDE = 2400
_INK = (70, 90, 120, 46)
_ANGLE = 28
_FONT = "NotoSerifSC_400Regular.ttf"


class Watermark:
    """Draws watermarks with one font."""

    def __init__(self, fonts: Path) -> None:
        """`fonts` holds the Chinese font; without it only Latin letters and figures are drawn."""
        self._font = fonts / _FONT

    def draw(self, data: bytes, text: str) -> bytes:
        """The image as JPEG with the text across it, at most 2400 pixels on its longer side."""
        with Image.open(io.BytesIO(data)) as stored:
            if stored.width * stored.height > MOST_PIXELS:
                stored.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))
            stored.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
            page = stored.convert("RGBA")
        marked = Image.alpha_composite(page, self._layer(page.size, text))
        written = io.BytesIO()
        marked.convert("RGB").save(written, "JPEG", quality=85)
        return written.getvalue()

    def _layer(self, size: tuple[int, int], text: str) -> Image.Image:
        width, height = size
        reach = int((width**2 + height**2) ** 0.5) + 1
        font = self._load(max(14, width // 45))
        tile = Image.new("RGBA", (reach, reach), (0, 0, 0, 0))
        pen = ImageDraw.Draw(tile)
        line = int(pen.textlength(text, font=font)) + width // 12
        for row, y in enumerate(range(0, reach, max(90, width // 5))):
            for x in range(-line + (row % 2) * line // 2, reach, line):
                pen.text((x, y), text, font=font, fill=_INK)
        turned = tile.rotate(_ANGLE, resample=Image.Resampling.BILINEAR)
        left, top = (reach - width) // 2, (reach - height) // 2
        return turned.crop((left, top, left + width, top + height))

    def _load(self, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
        if self._font.is_file():
            return ImageFont.truetype(str(self._font), size)
        return ImageFont.load_default(size)
