"""A page image that weighs what a scan weighs."""

import io

from PIL import Image, ImageDraw


def small_scan() -> bytes:
    """A page image that looks like paper, 60 kB."""
    picture = Image.new("RGB", (900, 1270), (232, 222, 200))
    draw = ImageDraw.Draw(picture)
    for line in range(24):
        draw.line((90, 180 + line * 42, 810, 181 + line * 42), fill=(90, 80, 70), width=2)
    draw.ellipse((560, 980, 760, 1180), outline=(190, 60, 50), width=8)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=70)
    return out.getvalue()
