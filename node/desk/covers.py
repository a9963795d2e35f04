"""遮盖: what the clerk covers of other people on a page, as fields of the form.

A box is four numbers, in percent of the page: drawn with the mouse, moved with the arrow keys or
typed. What is drawn here is only shown; at release the boxes are burnt into a new picture.
"""

import re
from dataclasses import dataclass

from node.domain.commands import Box, PageCover
from node.domain.views import CandidateView, WorkDetail
from webui.form import Form
from webui.words import Words

SIDES = ("left", "top", "right", "bottom")
MOST_BOXES = 40
_FIELD = re.compile(r"(\d{1,4})\.(\d{1,3})\.(left|top|right|bottom)")
_PERCENT = re.compile(r"(\d{1,3})(?:\.(\d))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverRow:
    """One box of one page, as typed."""

    number: int
    name: str
    """Beginning of its field names, e.g. "box.1.2"."""
    sides: dict[str, str]
    box: Box | None
    """In thousandths; None while it is not a box."""

    @property
    def is_blank(self) -> bool:
        """Nothing was typed."""
        return not any(self.sides.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverPage:
    """One page that may be released with the answer."""

    number: int
    """Place in the record, from 1."""
    sha256: str
    released: bool
    rows: tuple[CoverRow, ...]
    """The last one is blank: for the next box."""

    @property
    def boxes(self) -> tuple[Box, ...]:
        """What is covered."""
        return tuple(row.box for row in self.rows if row.box)


def cover_pages(detail: WorkDetail, candidate: CandidateView, typed: Form) -> tuple[CoverPage, ...]:
    """The pages of the record where the request asks for a copy; none otherwise."""
    if detail.request.output != "copy":
        return ()
    chosen = typed.all("pages")
    untouched = "pages_shown" not in typed.fields
    return tuple(
        CoverPage(
            number=number,
            sha256=page.sha256,
            released=untouched or page.sha256 in chosen,
            rows=_rows(number, typed),
        )
        for number, page in enumerate(candidate.entry.images, 1)
    )


def wrong_boxes(pages: tuple[CoverPage, ...], words: Words) -> dict[str, str]:
    """By field, what is wrong with a box that was typed."""
    rows = [row for page in pages for row in page.rows if not row.is_blank]
    wrong = {
        f"{row.name}.left": words("fulfil.wrong_box", number=row.number)
        for row in rows
        if row.box is None
    }
    if len(rows) > MOST_BOXES:
        wrong["pages"] = words("fulfil.too_many_boxes", most=MOST_BOXES)
    return wrong


def covers_of(pages: tuple[CoverPage, ...]) -> tuple[PageCover, ...]:
    """The covers of the pages that are released."""
    return tuple(
        PageCover(sha256=page.sha256, boxes=page.boxes)
        for page in pages
        if page.released and page.boxes
    )


def _rows(page: int, typed: Form) -> tuple[CoverRow, ...]:
    numbers = set()
    for field in typed.under("box."):
        found = _FIELD.fullmatch(field)
        if found and int(found[1]) == page:
            numbers.add(int(found[2]))
    rows = [row for row in (_row(page, n, typed) for n in sorted(numbers)) if not row.is_blank]
    return (*rows, _row(page, max(numbers, default=0) + 1, typed))


def _row(page: int, number: int, typed: Form) -> CoverRow:
    name = f"box.{page}.{number}"
    sides = {side: typed.text(f"{name}.{side}") for side in SIDES}
    return CoverRow(number=number, name=name, sides=sides, box=_box(sides))


def _box(sides: dict[str, str]) -> Box | None:
    found = [_PERCENT.fullmatch(sides[side]) for side in SIDES]
    left, top, right, bottom = (int(one[1]) * 10 + int(one[2] or 0) if one else -1 for one in found)
    is_box = 0 <= left < right <= 1000 and 0 <= top < bottom <= 1000
    return (left, top, right, bottom) if is_box else None
