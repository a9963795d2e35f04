"""What surrounds the words of every page: red head, rules, footer, and the watermark's ground."""

from dataclasses import dataclass

from certificate_service.document.blocks import fitted
from certificate_service.document.layout import PAGE_WIDTH_MM, RED, RULE, Layout
from certificate_service.document.sheet import Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Footer:
    """Two lines under the rule: left and right."""

    upper: tuple[str, str]
    lower: tuple[str, str]


def draw_frame(sheet: Sheet, layout: Layout, name: str, footer: Footer) -> None:
    """Draw the archive's head and the footer of one page."""
    head, foot = layout.head, layout.foot
    style = fitted(sheet, name, head.name, head.rule_right - head.rule_left)
    sheet.text_centred(PAGE_WIDTH_MM / 2, head.name_baseline, name, style)
    sheet.stroke_colour(RED)
    sheet.line((head.rule_left, head.rule_thick_y), (head.rule_right, head.rule_thick_y), 1.5)
    sheet.line((head.rule_left, head.rule_thin_y), (head.rule_right, head.rule_thin_y), 0.5)
    sheet.stroke_colour(RULE)
    sheet.line((head.rule_left, foot.rule_y), (head.rule_right, foot.rule_y), 0.4)
    for base, (left, right), line in (
        (foot.line1_baseline, footer.upper, foot.line1),
        (foot.line2_baseline, footer.lower, foot.line2),
    ):
        sheet.text(head.rule_left, base, left, line)
        sheet.text_right(head.rule_right, base, right, line)


def draw_title(sheet: Sheet, layout: Layout, title: str, symbol: str, english: str = "") -> None:
    """Draw title, its English where wanted, and the document's number at the right."""
    head, margins = layout.head, layout.margins
    style = fitted(sheet, title, head.title, margins.width)
    sheet.text_centred(PAGE_WIDTH_MM / 2, head.title_baseline, title, style)
    if english:
        small = fitted(sheet, english, head.english, margins.width)
        sheet.text_centred(PAGE_WIDTH_MM / 2, head.english_baseline, english, small)
    below = 2.6 if english else 0.0
    sheet.text_right(margins.right, head.symbol_baseline + below, symbol, head.symbol)
