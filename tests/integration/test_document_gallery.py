"""Every template through the real drawing code: pictures in var/documents, geometry, characters.

The pictures are for a person to look at; the assertions hold what a person would complain about:
words on words, words beyond the margins, a character that is not the record's.
"""

import hashlib
import io
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from certificate_papers import order_fields
from certificate_world import paper
from paper_scan import small_scan
from PIL import Image, ImageDraw

from certificate_service.document.archival import About, to_archival
from certificate_service.document.fonts import FontBook, installed_chains
from certificate_service.document.layout import DESIGNS
from certificate_service.document.office import OfficeSheets
from certificate_service.document.paper import Printed
from certificate_service.document.qr import qr_matrix
from certificate_service.domain.fingerprint import fingerprints
from records.coverage import Gap
from records.exchange import SearchedScope
from records.letters import PostalInquiry, inquiry_rows, letter_text, reply_slip
from records.outcomes import Outcome
from records.papers import OfficePaper
from records.queries import Period, RecordQuery, SoughtPerson
from records.refusal import Refusal
from records.release import ExtractRow, ReleasedPage, ReleaseOrder
from records.search_notices import (
    AnswerLine,
    NoRecordText,
    cover_rows,
    cover_sheet,
    no_record_text,
)
from records.templates import (
    MACHINE_COPY,
    CopiedPages,
    DocumentText,
    Heading,
    Source,
    copy_text,
    discrepancy_text,
    referral_text,
    refusal_text,
    withdrawal_text,
)

AT = datetime(2026, 11, 21, 6, 5, tzinfo=UTC)
OUT = Path(__file__).resolve().parents[2] / "var" / "documents"
DPI = 100
NUMBER, CASE = "361100-2026-000123", "LT-330400-20261121-0042"
LONG_ARCHIVE = "克孜勒苏柯尔克孜自治州阿合奇县档案史志馆"
LONG_PLACE = "新疆维吾尔自治区伊犁哈萨克自治州察布查尔锡伯自治县扎库齐牛录乡寨牛录村第三生产大队"
LONG_NAME = "阿卜杜热合曼·买买提依明江·吐尔逊"
BASIS = "《中华人民共和国档案法》第三十七条、《中华人民共和国档案法实施条例》第三十二条"
HEADING = Heading(
    applicant="周金水",
    id_type="resident_id",
    id_no="361199196211050313",
    applied_on=date(2026, 11, 21),
    case_no=CASE,
    window="嘉兴市档案馆",
    holder="上饶市档案馆",
)


@dataclass(frozen=True)
class Word:
    page: int
    left: float
    top: float
    right: float
    bottom: float
    text: str


class Studio:
    """Draws and keeps."""

    def __init__(self, parts: Path) -> None:
        self.parts = parts
        self.sheets = OfficeSheets(FontBook(installed_chains(parts / "fonts")), DESIGNS)

    def certificate(
        self, name: str, images: tuple[bytes, ...] = (), *, sample: bool = True, **changes: Any
    ) -> Path:
        bilingual = changes.pop("bilingual", False)
        base = order_fields(AT, images[0] if images else b"") | {
            "dispatcher": "x", "seal_keeper": "y", "request_envelope_id": "", "pages": (),
        }  # fmt: skip
        pages = tuple(
            ReleasedPage(
                page_no=number,
                sha256=hashlib.sha256(image).hexdigest(),
                media_type="image/jpeg",
                caption=f"档号J107-9-0119-003 第{number}页",
            )
            for number, image in enumerate(images, start=1)
        )
        order = ReleaseOrder(**(base | {"pages": pages} | changes))
        drawer = paper(self.parts / "fonts")
        composition = drawer.compose(order)
        extra = Printed(
            number=NUMBER,
            symbol="上饶档证〔2026〕第000123号",
            code="K7M2-9QXD-4T",
            site="v.lantai.example",
            qr=qr_matrix("https://v.lantai.example/v#" + "1234567890" * 69),
            fingerprints=fingerprints(NUMBER, composition.words),
            sample=sample,
            legal_basis=BASIS,
            bilingual=bilingual,
        )
        drawn = drawer.draw(order, composition, images, extra)
        with pikepdf.open(io.BytesIO(drawn.pdf)) as pdf:
            seal = pikepdf.open(io.BytesIO(drawn.seal_pdf))
            # The seal is the signature's appearance: laid on the page here, to be looked at.
            box = pikepdf.Rectangle(*drawn.seal_box)
            pdf.pages[drawn.seal_page].add_overlay(seal.pages[0], box)
            made = io.BytesIO()
            pdf.save(made)
        return self.keep(name, made.getvalue())

    def office(self, name: str, text: DocumentText, **more: Any) -> Path:
        said = OfficePaper(
            paper_id="1" * 36,
            template=text.template,
            case_no=CASE,
            archive_code="330400",
            archive_name=more.pop("archive_name", "嘉兴市档案馆"),
            title=text.title,
            symbol=more.pop("symbol", f"受理号 {CASE}"),
            opening=text.opening,
            closing=text.closing,
            handler_line="经办人：王敏　签发人：周国梁",
            written_on=date(2026, 11, 21),
            written_at=AT,
            **more,
        )
        return self.keep(name, self.sheets.draw(said, "ab12cd34ef567890" * 4, sample=True))

    def keep(self, name: str, pdf: bytes) -> Path:
        OUT.mkdir(parents=True, exist_ok=True)
        path = OUT / f"gallery-{name}.pdf"
        about = About(title=name, author="样本", subject=name, document_id="1" * 36, made_at=AT)
        path.write_bytes(to_archival(pdf, about, ()))
        run("pdftoppm", "-r", str(DPI), "-png", str(path), str(path.with_suffix("")))
        return path


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    return done.stdout.decode()


def words_of(path: Path) -> list[Word]:
    found, page = [], 0
    pattern = re.compile(r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>')
    for line in run("pdftotext", "-bbox", str(path), "-").splitlines():
        page += "<page " in line
        if match := pattern.search(line):
            left, top, right, bottom = (float(match[n]) / 72 * 25.4 for n in range(1, 5))
            found.append(Word(page, left, top, right, bottom, match[5]))
    return found


def text_of(path: Path) -> str:
    return "".join(run("pdftotext", "-raw", str(path), "-").split())


def overlaps(words: list[Word]) -> Iterator[tuple[str, str]]:
    """Pairs whose ink boxes share more than a hair: boxes are higher than the ink by a third."""
    for index, one in enumerate(words):
        for other in words[index + 1 :]:
            across = min(one.right, other.right) - max(one.left, other.left)
            down = min(one.bottom, other.bottom) - max(one.top, other.top)
            lower = min(one.bottom - one.top, other.bottom - other.top)
            if one.page == other.page and across > 0.3 and down > 0.45 * lower:
                yield one.text, other.text


def _mm(left: float, top: float, right: float, bottom: float) -> tuple[int, int, int, int]:
    """A box in millimetres as pixels of the pictures."""
    edges = [round(edge / 25.4 * DPI) for edge in (left, top, right, bottom)]
    return edges[0], edges[1], edges[2], edges[3]


def count_pixels(picture: Image.Image, holds: Any) -> int:
    colours = picture.getcolors(1 << 24) or []
    return sum(count for count, colour in colours if holds(*colour))


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


def plain(text: DocumentText) -> dict[str, Any]:
    return {
        "template": text.template,
        "title": text.title,
        "opening": text.opening,
        "closing": text.closing,
        "rows": (),
        "notes": (),
    }


def long_rows() -> tuple[ExtractRow, ...]:
    told = (("姓名", LONG_NAME), ("出生地", LONG_PLACE), ("登记机关", LONG_PLACE + "民政科"))
    return tuple(
        ExtractRow(field=f"{side}_x{at}{turn}", label=label, value=value, compared="same")
        for turn in range(4)
        for at, (label, value) in enumerate(told)
        for side in ("a", "b")
    )


def register_rows() -> tuple[ExtractRow, ...]:
    """The labels of a real marriage extract: six characters beside short values."""
    told = (("姓名", "黄阿毛"), ("出生日期", "1955年6月2日"), ("证件号码", "档案未记载"))
    both = [
        ExtractRow(field=f"{side}_{at}", label=f"{who}{label}", value=value, compared="same")
        for at, (label, value) in enumerate((*told, ("登记时年龄", "23")))
        for side, who in (("a", "男方"), ("b", "女方"))
    ]
    office = ExtractRow(
        field="registration_office",
        label="登记机关",
        value="嘉兴县新丰人民公社革命委员会",
        compared="same",
    )
    return (*both, office)


def notes() -> tuple[str, ...]:
    one = discrepancy_text(
        label="女方姓名", recorded="蕭鳳英", submitted="肖凤英", agreeing=("配偶姓名", "出生日期")
    )
    return (one, "城关镇今属上饶市信州区。", "原件水渍，以□代表不能辨认的字，未作推定。")


def no_record(gaps: tuple[Gap, ...]) -> DocumentText:
    scope = SearchedScope(
        archive_code="361100",
        category="educated_youth",
        covered_from=1950,
        covered_to=2013,
        index_version="361100-7",
        tiers=("exact", "variant", "homophone"),
        variants=3,
        gaps=gaps,
        truncated=False,
    )
    asked = NoRecordText(
        subject="王生",
        former_names=("王昇",),
        category_label="知识青年上山下乡档案",
        year_from="1968",
        year_to="1972",
        sources=("上饶市档案馆知识青年上山下乡档案目录",),
        scope=scope,
        searched_at=AT,
        is_certificate=True,
    )
    return no_record_text(HEADING, asked)


def notices() -> dict[str, DocumentText]:
    return {
        "t5": refusal_text(
            HEADING,
            code="NO_COURT_PAPER",
            sentence="缺少法院受理通知书或调查令",
            missing=("受理案件通知书或律师调查令",),
            decided_by="保管馆主管领导",
        ),
        "t6": referral_text(
            HEADING,
            name="嘉兴市南湖区民政局婚姻登记处",
            why="2014年以后的婚姻登记档案尚未移交档案馆",
            address="嘉兴市南湖区样本路1号",
            phone="0573-00000000",
        ),
        "t8": withdrawal_text(
            number=NUMBER,
            holder="上饶市档案馆",
            why="出证文字有误",
            replaced_by="361100-2026-000131",
            decided_at=AT,
        ),
    }


def cover(studio: Studio) -> Path:
    answers = (
        AnswerLine(
            holder="浦东新区档案馆", outcome=Outcome.HIT_UNIQUE, number="310115-2026-000007"
        ),
        AnswerLine(holder="上饶市档案馆", outcome=Outcome.NODE_UNAVAILABLE),
        AnswerLine(holder=LONG_ARCHIVE, outcome=Outcome.NO_RECORD_COVERED, number=NUMBER),
    )
    text = cover_sheet(CASE, "嘉兴市档案馆", answers, AT)
    words = DocumentText(
        template="T7",
        title=text.title,
        opening=text.opening,
        closing=text.closing[len(answers) :],
    )
    return studio.office("t7", words, rows=cover_rows(answers))


def letter(studio: Studio) -> Path:
    inquiry = PostalInquiry(
        addressee="德清县档案馆",
        applicant=LONG_NAME,
        identity="当面核对证件并留存影像",
        rule="D01",
        category_label="婚姻登记档案",
        purpose="办理继承",
        output="档案复制件",
        query=RecordQuery(
            category="marriage_registration",
            subject=SoughtPerson(name=LONG_NAME, former_names=("周金生",), birth="1962-11-05"),
            other_party=SoughtPerson(name="吴桂兰"),
            place=LONG_PLACE,
            period=Period(start="1982", end="1983"),
            number="(82)嘉郊结字第37号",
        ),
        reply_to="嘉兴市档案馆查阅窗口，嘉兴市样本路2号，0573-00000000",
        due_at=AT,
    )
    symbol = "嘉兴档协查〔2026〕第12号"
    return studio.office(
        "letter",
        letter_text(inquiry),
        symbol=symbol,
        rows=inquiry_rows(inquiry),
        slip=reply_slip(inquiry, CASE, symbol),
        addressee="德清县档案馆：",
    )


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
            Image.open(OUT / f"gallery-{name}-1.png").convert("RGB").crop(_mm(190, 102, 210, 156))
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
    head = bilevel.crop(_mm(68, 22, 142, 34))
    assert head.histogram()[0] > 1300
    margin = bilevel.crop(_mm(0, 170, 22, 212))
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
