"""Register pages drawn from rows: marriage form, pupil's card, settlement form.

The page holds the true wording. Where an index row is wrong on purpose, the `page_*` value of
the row is what is drawn.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageDraw

from deploy.holdings.columns import Row
from deploy.holdings.paper import (
    HEIGHT,
    PRINT_INK,
    WIDTH,
    Fonts,
    Pen,
    draw_paper,
    face,
    finish,
    press_stamp,
)
from deploy.holdings.scenario_rows import PAGE_PREFIX

_LEFT, _RIGHT, _TOP = 84, WIDTH - 84, 236
_ROW_HEIGHT = 82
_Line = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageForm:
    """What is printed on a page and what was written into it."""

    title: str
    number: str
    lines: tuple[_Line, ...]
    """Label, value, label, value; an empty second label lets the first value run across."""
    declaration: str
    office: str
    """Around the stamp."""
    dated: str
    page_no: str


def written_date(text: str) -> str:
    """`1985-05-20` as a clerk writes it, 1985年5月20日; other wordings as they are."""
    parts = text.split("-")
    if not all(part.isdigit() for part in parts):
        return text
    units = ("年", "月", "日")
    return "".join(f"{int(part)}{unit}" for part, unit in zip(parts, units, strict=False))


def _reader(row: Row) -> Callable[[str], str]:
    """Reads the row as the page has it."""
    return lambda column: row.get(PAGE_PREFIX + column) or row.get(column, "")


def marriage_form(row: Row) -> PageForm:
    """结婚登记申请书, or its counterpart for the other events."""
    page = _reader(row)
    titles = {"divorce": "离婚登记申请书", "reissue": "补领结婚证申请书"}
    lines = [
        ("男方姓名", page("a_name"), "女方姓名", page("b_name")),
        ("出生日期", written_date(page("a_birth")), "出生日期", written_date(page("b_birth"))),
        ("年　　龄", page("a_age_recorded"), "年　　龄", page("b_age_recorded")),
        ("民　　族", page("a_ethnicity"), "民　　族", page("b_ethnicity")),
        ("职　　业", page("a_occupation"), "职　　业", page("b_occupation")),
        ("籍　　贯", page("a_native_place"), "籍　　贯", page("b_native_place")),
        ("身份证号", page("a_id_no"), "身份证号", page("b_id_no")),
        ("男方住址", page("a_residence"), "", ""),
        ("女方住址", page("b_residence"), "", ""),
    ]
    return PageForm(
        title=titles.get(page("event_type"), "结婚登记申请书"),
        number=page("certificate_no"),
        lines=tuple(lines),
        declaration="双方自愿，符合婚姻法规定，准予登记。",
        office=page("registration_office"),
        dated=written_date(page("event_date")),
        page_no=page("page_from"),
    )


def pupil_card(row: Row) -> PageForm:
    """学籍卡片."""
    page = _reader(row)
    return PageForm(
        title="学生学籍卡片",
        number=page("student_no"),
        lines=(
            ("姓　　名", page("name"), "性　　别", page("sex")),
            ("出生日期", written_date(page("birth")), "籍　　贯", page("native_place")),
            ("家　　长", page("guardian_name"), "家庭住址", page("address")),
            ("学　　校", page("school"), "", ""),
            ("学　　段", page("level"), "班　　级", page("class_name")),
            ("入学年月", written_date(page("admission_date")), "专　　业", page("major")),
            ("毕业年月", written_date(page("graduation_date")), "结　　论", page("outcome")),
            ("备　　注", page("remarks"), "", ""),
        ),
        declaration="修业期满，成绩及格。",
        office=page("school"),
        dated=written_date(page("graduation_date")),
        page_no=page("page_from"),
    )


def settlement_form(row: Row) -> PageForm:
    """知识青年上山下乡登记安置表."""
    page = _reader(row)
    return PageForm(
        title="知识青年上山下乡登记安置表",
        number=page("return_approval_no"),
        lines=(
            ("姓　　名", page("name"), "性　　别", page("sex")),
            ("出生日期", written_date(page("birth")), "安置方式", page("settlement_type")),
            ("原 单 位", page("origin_unit"), "", ""),
            ("原 住 地", page("origin_place"), "", ""),
            ("安置地点", page("destination_place"), "", ""),
            ("下乡日期", written_date(page("departure_date")), "返城方式", page("return_type")),
            ("返城日期", written_date(page("return_date")), "", ""),
            ("接收单位", page("receiving_unit"), "", ""),
        ),
        declaration="经审查，同意安置。",
        office=page("origin_place") + "知青办",
        dated=written_date(page("departure_date")),
        page_no=page("page_from"),
    )


def roster_page(row: Row) -> PageForm:
    """毕业生名册: a page of names, two in a line."""
    page = _reader(row)
    names = page("roster_names").split("、")
    cells = [(f"{number}", name) for number, name in enumerate(names, start=1)]
    cells += [("", "")] * (len(cells) % 2)
    lines = tuple((*one, *other) for one, other in zip(cells[::2], cells[1::2], strict=True))
    return PageForm(
        title=page("title"),
        number="",
        lines=lines,
        declaration="以上学生修业期满，准予毕业。",
        office=page("school"),
        dated=written_date(page("graduation_date")),
        page_no=page("page_from"),
    )


def school_page(row: Row) -> PageForm:
    """A roster page where the row lists many, else a pupil's card."""
    return roster_page(row) if row.get("roster_names") else pupil_card(row)


def forest_paper(row: Row) -> PageForm:
    """山林协议书, 调解意见书."""
    page = _reader(row)
    return PageForm(
        title="山林权属材料",
        number=page("certificate_no"),
        lines=(
            ("题　　名", page("title"), "", ""),
            ("权 利 人", page("owner"), "", ""),
            ("山　　名", page("mountain"), "面　　积", page("area")),
            ("四　　至", page("boundaries"), "", ""),
        ),
        declaration="上述四至经双方踏看，共同遵守。",
        office="上饶县林业局",
        dated=written_date(page("issue_date")),
        page_no=page("page_from"),
    )


FORMS = {
    "marriage_registration": marriage_form,
    "school_record": school_page,
    "forest_right": forest_paper,
    "educated_youth": settlement_form,
}


def draw_page(form: PageForm, seed: str, fonts: Fonts) -> bytes:
    """The page as a JPEG scan of about 150 kB; the same bytes for the same form and seed."""
    rng = Random(seed)  # noqa: S311 - drawing must repeat, nothing here is secret
    sheet = draw_paper(rng)
    pen = Pen(rng, fonts)
    printed = ImageDraw.Draw(sheet)
    printed.text(
        (WIDTH / 2, 116), form.title, font=face(fonts.bold, 46), fill=PRINT_INK, anchor="mm"
    )
    if form.number:
        pen.write(sheet, (WIDTH - 110 - 26 * len(form.number), 196), form.number, 28)
    bottom = _TOP
    for line in form.lines:
        _draw_line(sheet, pen, fonts, line, bottom)
        bottom += _ROW_HEIGHT
    printed.rectangle((_LEFT, _TOP, _RIGHT, bottom), outline=PRINT_INK, width=3)
    pen.write(sheet, (_LEFT + 60, bottom + 70), form.declaration, 34)
    printed.text((_LEFT + 8, bottom + 160), "登记机关", font=face(fonts.plain, 26), fill=PRINT_INK)
    pen.write(sheet, (_LEFT + 140, bottom + 176), form.office, 30)
    pen.write(sheet, (WIDTH - 420, bottom + 240), form.dated, 32)
    press_stamp(sheet, rng, (WIDTH - 270, bottom + 200), form.office[-11:], fonts)
    pen.write(sheet, (WIDTH - 100, 60), form.page_no, 30)
    return _to_jpeg(finish(sheet, rng))


def _draw_line(sheet: Image.Image, pen: Pen, fonts: Fonts, line: _Line, top: int) -> None:
    printed = ImageDraw.Draw(sheet)
    middle = top + _ROW_HEIGHT // 2
    half = (_LEFT + _RIGHT) // 2
    starts = (_LEFT, half) if line[2] else (_LEFT,)
    for index, start in enumerate(starts):
        label, value = line[index * 2 : index * 2 + 2]
        printed.line((start + 132, top, start + 132, top + _ROW_HEIGHT), fill=PRINT_INK, width=2)
        printed.text(
            (start + 66, middle), label, font=face(fonts.plain, 25), fill=PRINT_INK, anchor="mm"
        )
        room = (half - _LEFT if line[2] else _RIGHT - _LEFT) - 150
        size = min(38, max(18, room * 2 // max(1, _width_of(value))))
        pen.write(sheet, (start + 144, middle), value, size)
    if line[2]:
        printed.line((half, top, half, top + _ROW_HEIGHT), fill=PRINT_INK, width=2)
    printed.line((_LEFT, top, _RIGHT, top), fill=PRINT_INK, width=2)


def _width_of(text: str) -> int:
    """Width in half characters."""
    return sum(1 if character.isascii() else 2 for character in text) or 1


def _to_jpeg(sheet: Image.Image) -> bytes:
    stream = io.BytesIO()
    sheet.crop((0, 0, WIDTH, HEIGHT)).save(stream, "JPEG", quality=74, dpi=(120, 120))
    return stream.getvalue()
