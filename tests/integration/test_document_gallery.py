"""Every template through the real drawing code: pictures in var/documents, geometry, characters.

The pictures are for a person to look at; the assertions hold what a person would complain about:
words on words, words beyond the margins, a character that is not the record's.
"""

import io
import re
from pathlib import Path

import pikepdf
import pytest
from paper_scan import small_scan
from paper_studio import (
    AT,
    BASIS,
    OUT,
    Studio,
    box_of,
    count_pixels,
    overlaps,
    run,
    text_of,
    words_of,
)
from PIL import Image, ImageDraw
from sample_papers import (
    LONG_ARCHIVE,
    LONG_NAME,
    cover,
    letter,
    long_rows,
    no_record,
    notes,
    notices,
    plain,
    register_rows,
)

from records.coverage import Gap
from records.refusal import Refusal
from records.templates import MACHINE_COPY, CopiedPages, Source, copy_text


@pytest.fixture(scope="module")
def studio(parts: Path) -> Studio:
    return Studio(parts)


@pytest.fixture(scope="module")
def gallery(studio: Studio) -> dict[str, Path]:
    """One document for each template and each extreme."""
    scan = small_scan()
    made = {
        "t1": studio.certificate("t1", (scan,)),
        "t1-production": studio.certificate(
            "t1-production", (scan,), sample=False, purpose_text="办理继承公证"
        ),
        "t1-bilingual": studio.certificate("t1-bilingual", (scan,), bilingual=True),
        "t1-long": studio.certificate(
            "t1-long", (scan, scan), holder_name=LONG_ARCHIVE, rows=long_rows(), notes=notes()
        ),
    }
    made["t1-remarks"] = studio.certificate("t1-remarks", rows=register_rows(), notes=notes())
    source = Source(fonds_name="学籍", reference_code="J107-9-0119-003", pages="")
    for name, machine, redacted in (("t2", False, "涉及他人的内容"), ("t2-machine", True, "")):
        copied = CopiedPages(total_pages=4, given="1–2", redacted=redacted, by_machine=machine)
        text = copy_text(source, copied, "上饶市档案馆", AT)
        made[name] = studio.certificate(name, (scan, scan), **plain(text))
    for name, gaps in (
        ("t3", ()),
        ("t3-gap", (Gap(year_from=1961, year_to=1962, what="未移交"),)),
    ):
        made[name] = studio.certificate(name, **plain(no_record(gaps)))
    for name, text in notices().items():
        made[name] = studio.office(name, text)
    made["t7"] = cover(studio)
    made["letter"] = letter(studio)
    return made


def test_no_words_stand_on_words_and_none_leaves_the_margins(gallery: dict[str, Path]) -> None:
    for name, path in gallery.items():
        words = words_of(path)
        assert words, name
        assert list(overlaps(words)) == [], name
        for word in words:
            assert 24 <= word.left and word.right <= 186.5, (name, word)
            assert 20 <= word.top and word.bottom <= 292, (name, word)


def test_pages_are_numbered_and_multi_page_ones_carry_the_straddling_seal(
    gallery: dict[str, Path],
) -> None:
    for name, path in gallery.items():
        count = int(re.search(r"Pages:\s+(\d+)", run("pdfinfo", str(path)))[1])  # type: ignore[index]
        text = text_of(path)
        for number in range(1, count + 1):
            assert f"第{number}页／共{count}页" in text, name
        if count == 1 or name == "letter":
            continue
        edge = (
            Image.open(OUT / f"gallery-{name}-1.png")
            .convert("RGB")
            .crop(box_of(190, 102, 210, 156))
        )
        red = count_pixels(edge, lambda r, g, b: r > 150 and g < 90 and b < 100)
        assert red > 170, name


def test_every_character_of_the_record_comes_out_of_the_file(gallery: dict[str, Path]) -> None:
    text = text_of(gallery["t1"])
    for piece in ("张𠅤", "李𬭎", "农历一九六四年八月廿二", "城关字第0456号"):
        assert piece in text
    long = text_of(gallery["t1-long"])
    for piece in (LONG_NAME, LONG_ARCHIVE, "蕭鳳英", "肖凤英"):
        assert piece in long
    assert "以□代表" in long


def test_a_usual_extract_with_remarks_is_one_page(gallery: dict[str, Path]) -> None:
    text = text_of(gallery["t1-remarks"])
    assert "第1页／共1页" in text
    assert "男方出生日期1955年6月2日" in text, "a label stays on one line"


def test_remarks_never_stand_alone_on_a_page(gallery: dict[str, Path]) -> None:
    last = run("pdftotext", "-raw", "-f", "3", "-l", "3", str(gallery["t1-long"]), "-")
    if "注：" in last:
        assert "附：档案复制件1页。" in last


def test_fonts_are_embedded_as_subsets(gallery: dict[str, Path]) -> None:
    for name, path in gallery.items():
        rows = run("pdffonts", str(path)).splitlines()[2:]
        assert rows, name
        for row in rows:
            kept = row.split()
            assert re.match(r"[A-Z]{6}\+", kept[0]) and kept[-5:-2] == ["yes", "yes", "yes"], row


def test_a_character_without_a_glyph_stops_the_issue_with_its_code_point(studio: Studio) -> None:
    with pytest.raises(Refusal) as refused:
        studio.certificate("never", opening="张\U0003ffff")
    assert (refused.value.code, refused.value.detail) == ("MISSING_GLYPH", "U+3FFFF")


def test_a_gap_changes_the_title_and_the_word_certificate(gallery: dict[str, Path]) -> None:
    whole, gap = text_of(gallery["t3"]), text_of(gallery["t3-gap"])
    assert "未查见档案记录证明" in whole and "部分：无" in whole
    assert "检索情况说明" in gap and "1961–1962年未移交" in gap and "本说明仅反映" in gap
    for text in (whole, gap):
        assert "依法不予提供利用的档案不在检索范围内" in text
        assert "不作为婚姻状况或身份的认定依据" in text


def test_only_a_copy_that_was_compared_says_so(gallery: dict[str, Path]) -> None:
    compared, machine = text_of(gallery["t2"]), text_of(gallery["t2-machine"])
    assert compared.count("核对无误") == 2 and compared.count("黑框处为依规定遮盖的内容") == 2
    assert "核对无误" not in machine and machine.count(MACHINE_COPY) == 3


def test_no_paper_states_a_derived_fact(gallery: dict[str, Path]) -> None:
    for name, path in gallery.items():
        text = text_of(path)
        for derived in ("工龄", "未婚", "单身", "合法有效"):
            assert derived not in text, name


def test_the_legal_basis_and_english_are_printed_where_wanted(gallery: dict[str, Path]) -> None:
    assert f"出具依据：{BASIS}。" in text_of(gallery["t1"])
    assert "CERTIFICATEOFARCHIVALRECORD(EXTRACT)" in text_of(gallery["t1-bilingual"])
    assert "CERTIFICATE" not in text_of(gallery["t1"])


def test_the_purpose_is_in_the_watermark_and_never_in_the_text(
    gallery: dict[str, Path],
) -> None:
    assert "仅用于" not in text_of(gallery["t1-production"])
    with_purpose = Image.open(OUT / "gallery-t1-production-1.png").convert("L")
    without = Image.open(OUT / "gallery-t1-1.png").convert("L")
    assert with_purpose.tobytes() != without.tobytes()


def test_it_is_legible_in_black_and_white(gallery: dict[str, Path]) -> None:
    """Ink on a bilevel copy: head, seal and QR stay, the watermark goes."""
    page = Image.open(OUT / "gallery-t1-production-1.png").convert("L")
    bilevel = page.point(lambda level: 255 if level > 170 else 0)
    head = bilevel.crop(box_of(68, 22, 142, 34))
    assert head.histogram()[0] > 1300
    margin = bilevel.crop(box_of(0, 170, 22, 212))
    assert margin.histogram()[0] < 30


def test_what_was_burnt_over_is_not_in_the_file(studio: Studio) -> None:
    """The released picture is what the order names; nothing of the original travels along."""
    original = Image.open(io.BytesIO(small_scan())).convert("RGB")
    draw = ImageDraw.Draw(original)
    draw.rectangle((300, 300, 420, 340), fill=(1, 200, 3))
    burnt = original.copy()
    ImageDraw.Draw(burnt).rectangle((280, 280, 440, 360), fill=(0, 0, 0))
    out = io.BytesIO()
    burnt.save(out, "JPEG", quality=90)
    path = studio.certificate("burnt", (out.getvalue(),))
    with pikepdf.open(path) as document:
        pictures = [
            bytes(item.read_raw_bytes())
            for item in document.objects
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == pikepdf.Name.Image
        ]
    assert pictures == [out.getvalue()]
    shown = Image.open(io.BytesIO(pictures[0])).convert("RGB")
    assert count_pixels(shown, lambda r, g, b: g > 150 and r < 80 and b < 80) == 0
