"""Seal pictures for tests: round, red, of an archive that does not exist."""

import io
import math

from PIL import Image, ImageDraw, ImageFont

RED = (196, 30, 36, 255)


def seal_picture(font_file: str, *, side: int = 1000, ring: float = 1.1, name: str = "") -> bytes:
    """A PNG with ring, flower and name; `ring` in millimetres of a 42 mm seal."""
    picture = Image.new("RGBA", (side, side), (255, 255, 255, 0))
    pen = ImageDraw.Draw(picture)
    width = max(1, round(ring * side / 42))
    pen.ellipse((2, 2, side - 3, side - 3), outline=RED, width=width)
    inner = side * 0.86
    edge = (side - inner) / 2
    pen.ellipse((edge, edge, side - edge, side - edge), outline=RED, width=max(1, width // 3))
    for petal in range(8):
        angle = math.tau * petal / 8
        x, y = side / 2 + math.cos(angle) * side / 11, side / 2 + math.sin(angle) * side / 11
        pen.ellipse((x - side / 14, y - side / 14, x + side / 14, y + side / 14), fill=RED)
    _name(picture, font_file, name or "云山县档案馆档案证明专用章")
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


def _name(picture: Image.Image, font_file: str, name: str) -> None:
    side = picture.width
    font = ImageFont.truetype(font_file, side // 11)
    for place, character in enumerate(name):
        degrees = 210 - 240 * place / max(1, len(name) - 1)
        angle = math.radians(degrees)
        tile = Image.new("RGBA", (side // 8, side // 8), (0, 0, 0, 0))
        ImageDraw.Draw(tile).text((tile.width / 2, tile.height / 2), character, RED, font, "mm")
        turned = tile.rotate(degrees - 90, resample=Image.Resampling.BICUBIC)
        x = side / 2 + math.cos(angle) * side * 0.335 - tile.width / 2
        y = side / 2 - math.sin(angle) * side * 0.335 - tile.height / 2
        picture.alpha_composite(turned, (round(x), round(y)))
