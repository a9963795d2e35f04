"""Page images: fitted, never stretched; opened only after their digest was checked."""

import io

from PIL import Image, UnidentifiedImageError

from certificate_service.document.sheet import Box
from certificate_service.domain.reasons import IMAGE_UNREADABLE
from records.refusal import Refusal

MOST_PIXELS = 80_000_000
"""A 600 dpi A3 scan has 70 million; more is a bomb."""
_FORMATS = ("JPEG", "PNG")


def picture_size(image: bytes) -> tuple[int, int]:
    """Width and height in pixels.

    Raises:
        Refusal: IMAGE_UNREADABLE for anything but a JPEG or PNG of bearable size.
    """
    try:
        with Image.open(io.BytesIO(image), formats=_FORMATS) as picture:
            width, height = picture.size
            if width * height > MOST_PIXELS:
                raise Refusal(IMAGE_UNREADABLE, f"{width}x{height} pixels")
            picture.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Refusal(IMAGE_UNREADABLE, type(error).__name__) from error
    return width, height


def fit_picture(image: bytes, room: Box) -> Box:
    """Largest box of the image's own proportions inside the room, centred across.

    Raises:
        Refusal: IMAGE_UNREADABLE.
    """
    pixels_wide, pixels_high = picture_size(image)
    scale = min(room.width / pixels_wide, room.height / pixels_high)
    width, height = pixels_wide * scale, pixels_high * scale
    return Box(left=room.left + (room.width - width) / 2, top=room.top, width=width, height=height)
