"""Pictures: the watermark, the receipt's code, pages of a sealed file."""

import io
from pathlib import Path

import pytest
import zxingcpp
from fake_office import one_page_pdf, page_scan
from PIL import Image, ImageChops

from node.desk.page_pictures import draw_page
from node.desk.tracking_code import tracking_code
from node.desk.watermark import Watermark
from records.refusal import Refusal

CASE = "LT-330400-20261121-0042"


def test_the_watermark_changes_the_picture_and_not_its_shape(parts: Path) -> None:
    data = page_scan("结婚登记申请书", ["男方姓名"])
    marked = Watermark(parts / "fonts").draw(data, "上饶市档案馆 王敏 2026-11-21 10:42")
    before = Image.open(io.BytesIO(data)).convert("RGB")
    after = Image.open(io.BytesIO(marked)).convert("RGB")
    assert after.size == before.size
    assert ImageChops.difference(before, after).getbbox() is not None
    # It stays readable: the marks are faint.
    grey = ImageChops.difference(before, after).convert("L")
    assert max(grey.histogram()[200:]) == 0


def test_two_lookers_leave_two_marks(parts: Path) -> None:
    data = page_scan("审查意见", [])
    draw = Watermark(parts / "fonts").draw
    assert draw(data, "王敏 10:42") != draw(data, "李华 10:42")


def test_a_large_scan_is_made_smaller(parts: Path) -> None:
    written = io.BytesIO()
    Image.new("RGB", (5000, 3000), "white").save(written, "JPEG")
    marked = Image.open(io.BytesIO(Watermark(parts / "fonts").draw(written.getvalue(), "x")))
    assert max(marked.size) == 2400


def test_without_the_font_latin_letters_are_drawn(tmp_path: Path) -> None:
    assert Watermark(tmp_path).draw(page_scan("x", []), "wangmin 10:42").startswith(b"\xff\xd8")


def test_the_receipts_code_is_the_case_number() -> None:
    side, path = tracking_code(CASE)
    picture = Image.new("L", (side, side), 255)
    for move in path.split("M")[1:]:
        x, y = move.split("h")[0].split()
        picture.putpixel((int(x), int(y)), 0)
    found = zxingcpp.read_barcodes(picture.resize((side * 6, side * 6), Image.Resampling.NEAREST))
    assert [one.text for one in found] == [CASE]


def test_a_page_of_a_file_is_a_picture() -> None:
    picture = Image.open(io.BytesIO(draw_page(one_page_pdf(), 1)))
    assert picture.format == "PNG"
    assert picture.size == (630, 893)


@pytest.mark.parametrize("number", [0, 2, 99])
def test_a_page_that_is_not_there_is_refused(number: int) -> None:
    with pytest.raises(Refusal, match="IMAGE_ABSENT"):
        draw_page(one_page_pdf(), number)
