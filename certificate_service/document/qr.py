"""The QR symbol: mixed segments, error level M, drawn as one vector path without hairlines.

Level M at 30 mm was measured best: larger modules beat more redundancy (certificate.md §3.3).
"""

from functools import lru_cache

import qrcode
from qrcode.constants import ERROR_CORRECT_M
from reportlab.lib.units import mm

from certificate_service.document.layout import INK, PAGE_HEIGHT_MM, PAPER
from certificate_service.document.outlines import PathSink
from certificate_service.document.sheet import Box, Sheet
from certificate_service.domain.reasons import QR_TOO_LARGE
from records.refusal import Refusal

LARGEST_VERSION = 13
"""69 modules: 0.435 mm each at 30 mm, the smallest that survives ink growth and a photocopier."""
_QUIET_MODULES = 4
_DIGIT_RUN = 20

Matrix = tuple[tuple[bool, ...], ...]


@lru_cache(maxsize=32)
def qr_matrix(text: str) -> Matrix:
    """Modules by row, True = dark; long digit runs become numeric segments.

    What was tried before the number went into the log is what is drawn after: made once.

    Raises:
        Refusal: QR_TOO_LARGE when version 13-M cannot hold the text.
    """
    symbol = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0, box_size=1)
    symbol.add_data(text, optimize=_DIGIT_RUN)
    symbol.make(fit=True)
    if symbol.version > LARGEST_VERSION:
        raise Refusal(QR_TOO_LARGE, f"version {symbol.version}")
    return tuple(tuple(bool(module) for module in row) for row in symbol.get_matrix())


def draw_qr(sheet: Sheet, matrix: Matrix, box: Box) -> None:
    """Draw the symbol in the box on a white ground that reaches over its quiet zone."""
    count = len(matrix)
    module = box.width / count
    quiet = _QUIET_MODULES * module
    ground = Box(
        left=box.left - quiet,
        top=box.top - quiet,
        width=box.width + 2 * quiet,
        height=box.height + 2 * quiet,
    )
    sheet.fill(ground, PAPER)
    left, top = box.left * mm, (PAGE_HEIGHT_MM - box.top) * mm
    side = module * mm

    def paths(sink: PathSink) -> None:
        for row_number, row in enumerate(matrix):
            upper = top - row_number * side
            for start, end in _dark_runs(row):
                _rectangle(sink, (left + start * side, left + end * side), (upper - side, upper))

    sheet.shape(INK, paths)


def _dark_runs(row: tuple[bool, ...]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    start = None
    for position, dark in enumerate((*row, False)):
        if dark and start is None:
            start = position
        elif not dark and start is not None:
            runs.append((start, position))
            start = None
    return runs


def _rectangle(sink: PathSink, across: tuple[float, float], along: tuple[float, float]) -> None:
    sink.moveTo(across[0], along[0])
    sink.lineTo(across[1], along[0])
    sink.lineTo(across[1], along[1])
    sink.lineTo(across[0], along[1])
    sink.close()
