"""Draws the pages of a composition: head, words, table, QR block, sign-off, copies, seals."""

from collections.abc import Sequence
from dataclasses import dataclass

from certificate_service.document.blocks import draw_blocks, fitted
from certificate_service.document.composition import (
    Composer,
    Composition,
    CopyPage,
    TextPage,
)
from certificate_service.document.english import ENGLISH_HINT, ENGLISH_LIMIT, english_title
from certificate_service.document.fonts import FontBook
from certificate_service.document.frame import Footer, draw_frame, draw_title
from certificate_service.document.layout import GREY, PAGE_HEIGHT_MM, PAGE_WIDTH_MM, Layout
from certificate_service.document.outlines import Outlines
from certificate_service.document.pictures import fit_picture
from certificate_service.document.qr import Matrix, draw_qr
from certificate_service.document.seal_art import SealArtist, SealText, seal_code
from certificate_service.document.seal_image import SealImage
from certificate_service.document.sheet import Box, Sheet
from certificate_service.document.watermark import Watermark
from certificate_service.domain.chinese_dates import chinese_date
from certificate_service.domain.fingerprint import printed
from records.release import ReleaseOrder
from records.templates import MACHINE_COPY

_POINTS_PER_MM = 72 / 25.4
_NO_FORGERY = "涂改无效 · 单页使用无效 · 复印件须扫码核验"
_LIMIT = "本证明仅就馆藏档案记载内容作证，不替代登记机关、公证机构的职权"
_QR_HINT = "二维码内含数字签名，断网亦可验真；核验时请逐项比对屏幕内容与纸面内容。"
_COMPARED_COPY = "本复制件与馆藏档案（数字副本）核对无误。"
_MASKED_COPY = "黑框处为依规定遮盖的内容，遮盖前的内容不在本文件中。"
_MASKED_WORD = "遮盖"


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """What is printed besides the order's own words."""

    number: str
    """Certificate number, e.g. "361100-2026-000123"."""
    symbol: str
    """发文字号, e.g. 「上饶档证〔2026〕第000123号」."""
    code: str
    """核验码 as printed, grouped."""
    site: str
    """Host of the verify page, without scheme."""
    qr: Matrix
    fingerprints: tuple[bytes, ...]
    sample: bool
    """True outside a production trust domain."""
    legal_basis: str = ""
    """Printed under the QR block; empty = nothing."""
    bilingual: bool = False
    """Title and cautions once more in English, for use abroad."""
    root_fingerprint: str = ""
    """Of the council's keys: a false verify page shows another one. Empty = not printed."""
    seal_image: SealImage | None = None
    """The archive's own approved seal image; None = the seal is drawn from its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The unsigned document and what its signature needs."""

    pdf: bytes
    seal_pdf: bytes
    """One page, 42 mm square: the signature's appearance."""
    seal_page: int
    seal_box: tuple[float, float, float, float]
    """Left, bottom, right, top in points from the bottom left corner."""
    archive_name: str


class Paper:
    """Draws documents with one font book; `designs` from the roomiest to the densest."""

    def __init__(self, fonts: FontBook, designs: Sequence[Layout]) -> None:
        """Prepare everything that drawing needs."""
        self._fonts = fonts
        self._layout = designs[0]
        outlines = Outlines(fonts)
        self._composer = Composer(fonts, designs)
        self._seals = SealArtist(outlines, self._layout)
        self._watermark = Watermark(outlines)

    def warm(self) -> None:
        """Fonts are open and parsed: the first document is drawn as fast as the next."""
        sample = SealText(name="样本", code=seal_code("000000"), number="0", sample=True)
        self._seal_pdf(sample)

    def compose(self, order: ReleaseOrder) -> Composition:
        """Decide what stands on which page.

        Raises:
            Refusal: MISSING_GLYPH.
        """
        return self._composer.compose(order)

    def check_words(self, order: ReleaseOrder) -> None:
        """Return only if every word outside the flow can be printed as well.

        Raises:
            Refusal: MISSING_GLYPH.
        """
        for text in (order.title, order.holder_name):
            self._fonts.width(text, "song_bold", 1.0)
        for text in (order.handler_line, order.holder_name, order.purpose_text):
            self._fonts.width(text, "song", 1.0)

    def draw(
        self,
        order: ReleaseOrder,
        composition: Composition,
        images: tuple[bytes, ...],
        extra: Printed,
    ) -> Drawn:
        """Draw every page; `images` in the order of the order's pages.

        Raises:
            Refusal: MISSING_GLYPH, IMAGE_UNREADABLE.
        """
        sheet = Sheet.a4(self._fonts, title=order.title)
        seal_text = SealText(
            name=order.holder_name,
            code=seal_code(order.holder_archive),
            number=extra.number,
            image=extra.seal_image,
            sample=extra.sample,
        )
        seal = self._seals.keep(sheet, seal_text)
        pending = list(images)
        count = len(composition.pages)
        for index, page in enumerate(composition.pages):
            self._ground(sheet, order, extra)
            self._frame(sheet, order, (index + 1, count), extra)
            if isinstance(page, TextPage):
                margins = composition.layout.margins
                top = margins.top_next if index else margins.top_first
                draw_blocks(sheet, page.blocks, top, composition.layout)
                if index == 0:
                    english = english_title(order.title) if extra.bilingual else ""
                    draw_title(sheet, self._layout, order.title, extra.symbol, english)
                if page.last:
                    self._sign_off(sheet, order, extra)
            else:
                bottom = self._copy_page(sheet, page, pending.pop(0), seal)
                self._copy_statement(sheet, order, bottom)
            self._straddle(sheet, seal, index, count)
            sheet.next_page()
        return Drawn(
            pdf=sheet.finish(),
            seal_pdf=self._seal_pdf(seal_text),
            seal_page=composition.seal_page,
            seal_box=self._seal_box(),
            archive_name=order.holder_name,
        )

    def _ground(self, sheet: Sheet, order: ReleaseOrder, extra: Printed) -> None:
        words = f"{extra.number} {order.holder_name}"
        if order.purpose_text:
            words = f"{words} 仅用于{order.purpose_text}"
        self._watermark.tile(sheet, words)
        if extra.sample:
            self._watermark.mark_sample(sheet)

    def _frame(
        self, sheet: Sheet, order: ReleaseOrder, page: tuple[int, int], extra: Printed
    ) -> None:
        fingerprint = printed(extra.fingerprints[page[0] - 1])
        footer = Footer(
            upper=(f"编号 {extra.number}　第 {page[0]} 页／共 {page[1]} 页", _NO_FORGERY),
            lower=(f"页指纹 {fingerprint}", _LIMIT),
        )
        draw_frame(sheet, self._layout, order.holder_name, footer)

    def _sign_off(self, sheet: Sheet, order: ReleaseOrder, extra: Printed) -> None:
        foot, seal = self._layout.foot, self._layout.seal
        sheet.text(foot.qr_left, foot.handler_baseline, order.handler_line, foot.handler)
        name = fitted(sheet, order.holder_name, foot.signer, 74.0)
        sheet.text_centred(seal.centre_x, seal.centre_y - seal.signer_rise, order.holder_name, name)
        dated = chinese_date(order.issued_on)
        sheet.text_centred(seal.centre_x, seal.centre_y + seal.date_drop, dated, foot.date)
        box = Box(left=foot.qr_left, top=foot.qr_top, width=foot.qr_size, height=foot.qr_size)
        draw_qr(sheet, extra.qr, box)
        beside, top = foot.beside_qr, foot.qr_top
        sheet.text(beside, top + 3.4, "扫码核验", foot.caption)
        sheet.text(beside, top + 9.0, "核验码", foot.small)
        sheet.text(beside, top + 14.6, extra.code, foot.code)
        sheet.text(beside, top + 22.8, "官方核验入口", foot.small)
        site = fitted(sheet, extra.site, foot.site, 55.0)
        sheet.text(beside, top + 27.6, extra.site, site)
        if extra.root_fingerprint:
            root = fitted(sheet, f"根密钥指纹 {extra.root_fingerprint}", foot.small, 58.0)
            sheet.text(beside, top + 31.4, f"根密钥指纹 {extra.root_fingerprint}", root)
        sheet.text(foot.qr_left, foot.hint_baseline, _QR_HINT, foot.small)
        if extra.legal_basis:
            basis = f"出具依据：{extra.legal_basis}。"
            style = fitted(sheet, basis, foot.small, self._layout.margins.width)
            sheet.text(foot.qr_left, foot.basis_baseline, basis, style)
        if extra.bilingual:
            for line, words in enumerate((ENGLISH_HINT, ENGLISH_LIMIT)):
                base = foot.english_hint_baseline + 3.4 * line
                style = fitted(sheet, words, foot.small, self._layout.margins.width)
                sheet.text(foot.qr_left, base, words, style)

    def _copy_page(self, sheet: Sheet, page: CopyPage, image: bytes, seal: str) -> float:
        """Draw the image and its seal; returns the lower edge of the image, mm."""
        copy, head = self._layout.copy, self._layout.head
        sheet.text_centred(
            PAGE_WIDTH_MM / 2, head.copy_title_baseline, "档案复制件", head.copy_title
        )
        left = self._layout.margins.left
        sheet.text(left, copy.caption_baseline, page.released.caption, copy.caption)
        room = Box(
            left=(PAGE_WIDTH_MM - copy.image_width) / 2 - 3,
            top=copy.image_top,
            width=copy.image_width,
            height=copy.image_height,
        )
        box = fit_picture(image, room)
        sheet.image(image, box)
        sheet.stroke_colour(GREY)
        sheet.frame(box, 0.5)
        bottom = box.top + box.height
        x = PAGE_WIDTH_MM - copy.seal_from_right
        sheet.place(seal, x, bottom - copy.seal_above_image_bottom)
        return bottom

    def _copy_statement(self, sheet: Sheet, order: ReleaseOrder, bottom: float) -> None:
        """What was done with the copy: never 核对无误 where nobody compared it."""
        copy = self._layout.copy
        lines = [MACHINE_COPY if MACHINE_COPY in order.closing else _COMPARED_COPY]
        if _MASKED_WORD in order.opening:
            lines.append(_MASKED_COPY)
        for number, words in enumerate(lines):
            at = bottom + copy.statement_gap + number * copy.statement_leading
            sheet.text(self._layout.margins.left, at, words, copy.statement)

    def _straddle(self, sheet: Sheet, seal: str, index: int, count: int) -> None:
        """骑缝章: this page's slice of the seal at the right edge; the stack shows it whole."""
        measures = self._layout.seal
        group = measures.straddle_group
        first = index // group * group
        members = min(group, count - first)
        if members < 2:
            return
        width = measures.diameter / members
        clip = Box(
            left=PAGE_WIDTH_MM - width,
            top=measures.straddle_y - measures.diameter / 2 - 1,
            width=width,
            height=measures.diameter + 2,
        )
        x = PAGE_WIDTH_MM - width + measures.diameter / 2 - (index - first) * width
        sheet.place(seal, x, measures.straddle_y, clip=clip)

    def _seal_pdf(self, text: SealText) -> bytes:
        side = self._layout.seal.diameter
        sheet = Sheet(self._fonts, title="", size_mm=(side, side))
        self._seals.appearance(sheet, text)
        sheet.next_page()
        return sheet.finish()

    def _seal_box(self) -> tuple[float, float, float, float]:
        seal = self._layout.seal
        half = seal.diameter / 2
        left, right = seal.centre_x - half, seal.centre_x + half
        bottom, top = PAGE_HEIGHT_MM - seal.centre_y - half, PAGE_HEIGHT_MM - seal.centre_y + half
        points = tuple(round(edge * _POINTS_PER_MM, 2) for edge in (left, bottom, right, top))
        return points[0], points[1], points[2], points[3]
