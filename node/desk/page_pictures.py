"""Pictures of PDF pages: browsers differ in showing PDF, not in this."""

import io

import pypdfium2

from node.desk.reasons import IMAGE_ABSENT
from records.refusal import Refusal

_DOTS_PER_POINT = 1.5
"""108 dpi: readable on a screen, small to send."""


def draw_page(pdf: bytes, number: int) -> bytes:
    """One page of a PDF as PNG; pages count from 1.

    Raises:
        Refusal: IMAGE_ABSENT.
    """
    document = pypdfium2.PdfDocument(pdf)
    # The seal is the appearance of a signature field: without forms it would not be drawn.
    document.init_forms()
    try:
        if not 1 <= number <= len(document):
            raise Refusal(IMAGE_ABSENT)
        picture = document[number - 1].render(scale=_DOTS_PER_POINT).to_pil()
    finally:
        document.close()
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()
