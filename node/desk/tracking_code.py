"""The code on the receipt: the case number as a QR picture, nothing else in it."""

import qrcode
from qrcode.constants import ERROR_CORRECT_M


def tracking_code(case_no: str) -> tuple[int, str]:
    """Side length in modules, quiet zone of four included, and the SVG path of the dark ones."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=4)
    code.add_data(case_no)
    code.make(fit=True)
    matrix = code.get_matrix()
    dark = (
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(matrix)
        for x, is_dark in enumerate(row)
        if is_dark
    )
    return len(matrix), "".join(dark)
