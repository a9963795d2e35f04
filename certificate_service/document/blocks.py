"""Draws paragraphs, remarks and table rows."""

from collections.abc import Sequence
from dataclasses import replace

from certificate_service.document.flowing import Block, Cell
from certificate_service.document.layout import Layout, TextStyle
from certificate_service.document.lines import Line
from certificate_service.document.neighbours import gaps
from certificate_service.document.sheet import Box, Sheet

_POINTS_PER_MM = 72 / 25.4
_TABLE_INK = (0.15, 0.15, 0.16)


def draw_block(sheet: Sheet, block: Block, top: float, layout: Layout) -> None:
    """Draw one block with its first base line (paragraphs) or row middle at `top` mm."""
    body = layout.body
    if block.kind == "row":
        _row(sheet, block, top - body.row_height / 2, layout)
        return
    style = body.note if block.kind == "note" else body.paragraph
    _lines(sheet, block.lines, style, (layout.margins.left, top))


def draw_blocks(sheet: Sheet, blocks: Sequence[Block], top: float, layout: Layout) -> float:
    """Draw blocks beneath each other from `top` mm; returns where the next one would begin."""
    for gap, block in zip(gaps(layout, blocks), blocks, strict=True):
        top += gap
        draw_block(sheet, block, top, layout)
        top += block.height
    return top


def fitted(sheet: Sheet, text: str, style: TextStyle, room_mm: float) -> TextStyle:
    """The style made smaller until the text fits; half the size at least."""
    wanted = sheet.width(text, style)
    room = room_mm * _POINTS_PER_MM
    if wanted <= room:
        return style
    factor = max(room / wanted, 0.5)
    return replace(style, size=style.size * factor, spacing=style.spacing * factor)


def _row(sheet: Sheet, block: Block, top: float, layout: Layout) -> None:
    margins = layout.margins
    width = margins.width / len(block.cells)
    sheet.stroke_colour(_TABLE_INK)
    for index, cell in enumerate(block.cells):
        left = margins.left + index * width
        _cell(sheet, cell, Box(left=left, top=top, width=width, height=block.height), layout)


def _cell(sheet: Sheet, cell: Cell, box: Box, layout: Layout) -> None:
    body = layout.body
    sheet.frame(box, 0.6)
    divider = box.left + cell.label_width
    sheet.line((divider, box.top), (divider, box.top + box.height), 0.6)
    middle = box.top + box.height / 2
    _label(sheet, cell, (box.left, middle), layout)
    leading = cell.style.leading / _POINTS_PER_MM
    first = middle + 1.55 - leading * (len(cell.lines) - 1) / 2
    _lines(sheet, cell.lines, cell.style, (divider + body.cell_padding, first))


def _label(sheet: Sheet, cell: Cell, at: tuple[float, float], layout: Layout) -> None:
    """Two and three characters spread over the width of four, as on official forms."""
    body = layout.body
    label, style = cell.label, body.label
    left = at[0] + body.cell_padding
    if len(cell.label_lines) > 1:
        leading = body.label_leading
        first = at[1] + 1.45 - leading / _POINTS_PER_MM * (len(cell.label_lines) - 1) / 2
        _lines(sheet, cell.label_lines, replace(style, leading=leading), (left, first))
        return
    if 2 <= len(label) <= 3:
        style = replace(style, spacing=style.size * (4 - len(label)) / (len(label) - 1))
    style = fitted(sheet, label, style, cell.label_width - 2 * body.cell_padding)
    sheet.text(left, at[1] + 1.45, label, style)


def _lines(
    sheet: Sheet, lines: tuple[Line, ...], style: TextStyle, at: tuple[float, float]
) -> None:
    for number, line in enumerate(lines):
        spaced = replace(style, spacing=line.spacing)
        x = at[0] + line.indent / _POINTS_PER_MM
        sheet.text(x, at[1] + number * style.leading / _POINTS_PER_MM, line.text, spaced)
