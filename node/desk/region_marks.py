"""Shows a region of a page image: framed on the page, or cut out and enlarged."""

import io

from PIL import Image, ImageDraw

from node.desk.watermark import MOST_PIXELS
from node.domain.commands import Box
from node.domain.corrections import verify_region
from records.refusal import Refusal

_LONGEST_SIDE = 2400
_INK = (200, 30, 30)
_AROUND = 25
"""Thousandths of the page that are shown around a cut-out region."""
_WHOLE = 1000
_CUT_WIDTH = 1200


class RegionMarks:
    """Draws regions; the stored image is never touched."""

    def parse(self, text: str) -> Box | None:
        """The region in an address such as "120-300-480-420"; None where there is none."""
        parts = text.split("-")
        if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
            return None
        try:
            return verify_region(int(part) for part in parts)
        except Refusal:
            return None

    def draw(self, data: bytes, region: Box) -> bytes:
        """The page with a frame around the region."""
        page = _open(data)
        left, top, right, bottom = _pixels(region, page)
        width = max(2, page.width // 300)
        frame = (left - width, top - width, right + width, bottom + width)
        ImageDraw.Draw(page).rectangle(frame, outline=_INK, width=width)
        return _written(page)

    def cut(self, data: bytes, region: Box) -> bytes:
        """The region and a little around it, large enough to read."""
        page = _open(data)
        left, top, right, bottom = region
        wider = (
            max(0, left - _AROUND),
            max(0, top - _AROUND),
            min(_WHOLE, right + _AROUND),
            min(_WHOLE, bottom + _AROUND),
        )
        part = page.crop(_pixels(wider, page))
        scale = min(4.0, _CUT_WIDTH / max(1, part.width))
        if scale > 1:
            size = (int(part.width * scale), int(part.height * scale))
            part = part.resize(size, Image.Resampling.BICUBIC)
        return _written(part)


def _open(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as stored:
        if stored.width * stored.height > MOST_PIXELS:
            stored.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))
        stored.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
        return stored.convert("RGB")


def _pixels(region: Box, page: Image.Image) -> tuple[int, int, int, int]:
    left, top, right, bottom = region
    return (
        left * page.width // _WHOLE,
        top * page.height // _WHOLE,
        -(-right * page.width // _WHOLE),
        -(-bottom * page.height // _WHOLE),
    )


def _written(page: Image.Image) -> bytes:
    stream = io.BytesIO()
    page.save(stream, "PNG")
    return stream.getvalue()
