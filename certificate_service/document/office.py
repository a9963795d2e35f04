"""Office papers: drawn like a certificate, but without QR code and seal (decision 0940).

A round stamp in ink goes where the dashed ring is. A reply slip is the last page, with rows high
enough to be filled in by hand.
"""

from collections.abc import Sequence
from dataclasses import replace

from certificate_service.document.blocks import draw_blocks, fitted
from certificate_service.document.composition import Composer
from certificate_service.document.fonts import FontBook
from certificate_service.document.frame import Footer, draw_frame, draw_title
from certificate_service.document.layout import PAGE_WIDTH_MM, RULE, Layout, TextStyle
from certificate_service.document.outlines import Outlines
from certificate_service.document.sheet import Sheet
from certificate_service.document.watermark import Watermark
from certificate_service.domain.chinese_dates import chinese_date
from records.papers import OfficePaper, ReplySlip

_STAMP_HERE = "（经办机构盖章）"
_SLIP_STAMP = "（协查单位盖章）"
_UNSTAMPED = "加盖经办机构公章后有效 · 不作为档案证明使用"
_BLANK_DATE = "　　　　年　　月　　日"


class OfficeSheets:
    """Draws office papers with one font book."""

    def __init__(self, fonts: FontBook, designs: Sequence[Layout]) -> None:
        """Prepare everything that drawing needs; designs from the roomiest to the densest."""
        self._fonts = fonts
        self._designs = tuple(_shifted(layout) for layout in designs)
        self._composer = Composer(fonts, designs)
        self._addressed = Composer(fonts, self._designs)
        self._watermark = Watermark(Outlines(fonts))

    def draw(self, paper: OfficePaper, digest: str, *, sample: bool) -> bytes:
        """The paper as PDF pages; `digest` names the node's signed words in the footer.

        Raises:
            Refusal: MISSING_GLYPH.
        """
        layout, groups = (self._addressed if paper.addressee else self._composer).flow(paper)
        sheet = Sheet.a4(self._fonts, title=paper.title)
        count = len(groups) + (1 if paper.slip else 0)
        for index, group in enumerate(groups):
            self._frame(sheet, layout, paper, digest, (index + 1, count), sample=sample)
            if index == 0:
                draw_title(sheet, layout, paper.title, paper.symbol)
                office = layout.office
                baseline = office.addressee_baseline
                sheet.text(layout.margins.left, baseline, paper.addressee, office.addressee)
            top = layout.margins.top_first if index == 0 else layout.margins.top_next
            draw_blocks(sheet, group, top, layout)
            if index == len(groups) - 1:
                self._sign_off(sheet, layout, paper)
            sheet.next_page()
        if paper.slip:
            self._frame(sheet, layout, paper, digest, (count, count), sample=sample)
            self._slip(sheet, layout, paper.slip)
            sheet.next_page()
        return sheet.finish()

    def _frame(
        self,
        sheet: Sheet,
        layout: Layout,
        paper: OfficePaper,
        digest: str,
        page: tuple[int, int],
        *,
        sample: bool,
    ) -> None:
        self._watermark.tile(sheet, f"{paper.case_no} {paper.archive_name}")
        if sample:
            self._watermark.mark_sample(sheet)
        footer = Footer(
            upper=(f"{paper.case_no}　第 {page[0]} 页／共 {page[1]} 页", _UNSTAMPED),
            lower=(
                f"电文摘要 {_grouped(digest)}",
                "文稿由经办机构系统签名并存证，可凭受理号查询办理情况",
            ),
        )
        draw_frame(sheet, layout, paper.archive_name, footer)

    def _sign_off(self, sheet: Sheet, layout: Layout, paper: OfficePaper) -> None:
        foot, seal = layout.foot, layout.seal
        sheet.text(foot.qr_left, foot.handler_baseline, paper.handler_line, foot.handler)
        self._stamp_place(sheet, layout, (seal.centre_x, seal.centre_y), _STAMP_HERE)
        name = fitted(sheet, paper.archive_name, foot.signer, 74.0)
        sheet.text_centred(
            seal.centre_x, seal.centre_y - seal.signer_rise, paper.archive_name, name
        )
        dated = chinese_date(paper.written_on)
        sheet.text_centred(seal.centre_x, seal.centre_y + seal.date_drop, dated, foot.date)

    def _slip(self, sheet: Sheet, layout: Layout, slip: ReplySlip) -> None:
        office, margins, seal = layout.office, layout.margins, layout.seal
        title = fitted(sheet, slip.title, layout.head.title, margins.width)
        sheet.text_centred(PAGE_WIDTH_MM / 2, office.slip_title_baseline, slip.title, title)
        high = replace(layout, body=replace(layout.body, row_height=office.slip_row))
        _, groups = Composer(self._fonts, (high,)).flow(_SlipWords(slip))
        blocks = [block for group in groups for block in group]
        top = draw_blocks(sheet, blocks, office.slip_top, high)
        centre = (seal.centre_x, max(seal.centre_y, top + office.stamp_radius + 4))
        self._stamp_place(sheet, layout, centre, _SLIP_STAMP)
        base = centre[1] + seal.date_drop
        sheet.text_centred(seal.centre_x, base, _BLANK_DATE, layout.foot.date)

    def _stamp_place(
        self, sheet: Sheet, layout: Layout, centre: tuple[float, float], words: str
    ) -> None:
        office = layout.office
        sheet.stroke_colour(RULE)
        sheet.dashed_ring(centre, office.stamp_radius, 0.4)
        style: TextStyle = office.stamp
        sheet.text_centred(centre[0], centre[1] + 1.2, words, style)


class _SlipWords:
    """A slip as words that flow."""

    def __init__(self, slip: ReplySlip) -> None:
        self.opening = slip.opening
        self.rows = slip.rows
        self.closing = (slip.closing,) if slip.closing else ()
        self.notes: tuple[str, ...] = ()


def _shifted(layout: Layout) -> Layout:
    """The same design with a line for the addressee above the first paragraph."""
    margins = layout.margins
    top = margins.top_first + layout.office.addressee_height
    return replace(layout, margins=replace(margins, top_first=top))


def _grouped(digest: str) -> str:
    """The first 16 hex digits in groups of four."""
    return "-".join(digest[at : at + 4].upper() for at in range(0, 16, 4))
