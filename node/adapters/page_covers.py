"""Covers parts of a page image: black, burnt in, so that nothing is left beneath.

The picture is drawn anew from its pixels: no layer, thumbnail or remark of the original survives.
"""

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, UnidentifiedImageError

from node.domain.commands import Box
from node.domain.exchange_reasons import COVERS_MALFORMED, FILE_DAMAGED
from records.refusal import Refusal

_WHOLE = 1000
_MOST_BOXES = 200
_MOST_PIXELS = 120_000_000
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG"}


class PillowCovers:
    """`PageCovers` with Pillow."""

    def cover(self, data: bytes, media_type: str, boxes: Sequence[Box]) -> bytes:
        """The picture with the boxes black, in the same format.

        Raises:
            Refusal: COVERS_MALFORMED for a box outside the page, FILE_DAMAGED for no picture.
        """
        if media_type not in _FORMATS or not 1 <= len(boxes) <= _MOST_BOXES:
            raise Refusal(COVERS_MALFORMED, f"{len(boxes)} boxes")
        try:
            with Image.open(io.BytesIO(data)) as opened:
                if opened.width * opened.height > _MOST_PIXELS:
                    raise Refusal(FILE_DAMAGED, "too many pixels")
                picture = opened.convert("RGB" if opened.mode != "L" else "L")
        except (UnidentifiedImageError, OSError) as error:
            raise Refusal(FILE_DAMAGED, "") from error
        pen = ImageDraw.Draw(picture)
        for box in boxes:
            pen.rectangle(_pixels(box, picture.width, picture.height), fill=0)
        stream = io.BytesIO()
        picture.save(stream, _FORMATS[media_type], quality=85)
        return stream.getvalue()


def _pixels(box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    left, top, right, bottom = box
    if not (0 <= left < right <= _WHOLE and 0 <= top < bottom <= _WHOLE):
        raise Refusal(COVERS_MALFORMED, "a box lies outside the page")
    # Outwards: a line of ink at the edge of the box belongs to what is covered.
    return (
        left * width // _WHOLE,
        top * height // _WHOLE,
        -(-right * width // _WHOLE),
        -(-bottom * height // _WHOLE),
    )
