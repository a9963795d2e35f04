"""What stands on which page: the release order flowed into pages, before anything is drawn.

The words of each page are also the input of its fingerprint, so that whoever holds the
machine-readable copy can recompute what the QR code promises (docs/certificate.md).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from certificate_service.document.flowing import Block, Cell, Flowing
from certificate_service.document.fonts import FontBook
from certificate_service.document.layout import Layout, TextStyle
from certificate_service.document.lines import Line, break_paragraph
from certificate_service.document.neighbours import gaps, has_partner, partner_of, with_company
from certificate_service.domain.fingerprint import PageWords
from records.papers import OWN
from records.release import ExtractRow, ReleasedPage, ReleaseOrder

_POINTS_PER_MM = 72 / 25.4
_SILENT = "档案未记载"
_SMALLEST = 0.86
_SMALLEST_LABEL = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPage:
    """A page of words; `last` carries handler line, QR code and seal."""

    blocks: tuple[Block, ...]
    last: bool
    words: PageWords


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyPage:
    """A page with the image of an archive page."""

    released: ReleasedPage
    words: PageWords


Page = TextPage | CopyPage


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """All pages of one document, in order."""

    layout: Layout
    pages: tuple[Page, ...]
    seal_page: int
    """Index of the page that carries the signature's seal."""

    @property
    def words(self) -> tuple[PageWords, ...]:
        """What stands on each page."""
        return tuple(page.words for page in self.pages)


class Composer:
    """Flows orders into pages, in the first of several designs that needs the fewest."""

    def __init__(self, fonts: FontBook, designs: Sequence[Layout]) -> None:
        """Keep the measuring faces and the designs, roomiest first."""
        self._fonts = fonts
        self._flows = tuple(_Flow(fonts, layout) for layout in designs)

    def compose(self, order: ReleaseOrder) -> Composition:
        """All pages of the order; words that do not fit are continued on another page.

        Raises:
            Refusal: MISSING_GLYPH.
        """
        layout, groups = self.flow(order)
        pages: tuple[Page, ...] = (*_text_pages(order, groups), *self._copy_pages(order))
        return Composition(layout=layout, pages=pages, seal_page=len(groups) - 1)

    def flow(self, words: Flowing) -> tuple[Layout, list[tuple[Block, ...]]]:
        """The design chosen, and the blocks by page.

        Raises:
            Refusal: MISSING_GLYPH.
        """
        # min() keeps the first of equals: dense only where it saves a page.
        flow, groups = min(
            ((flow, flow.paginate(words)) for flow in self._flows), key=lambda pair: len(pair[1])
        )
        return flow.layout, groups

    def _copy_pages(self, order: ReleaseOrder) -> Iterator[CopyPage]:
        for released in order.pages:
            self._fonts.width(released.caption, "song", 1.0)
            lines = (released.caption, released.sha256)
            yield CopyPage(released=released, words=PageWords(kind="image", lines=lines))


def _text_pages(order: ReleaseOrder, groups: Sequence[tuple[Block, ...]]) -> Iterator[TextPage]:
    for number, group in enumerate(groups):
        last = number == len(groups) - 1
        lines = (
            *((order.title,) if number == 0 else ()),
            *(word for block in group for word in block.words),
            *((order.handler_line, order.holder_name) if last else ()),
        )
        yield TextPage(blocks=group, last=last, words=PageWords(kind="text", lines=lines))


class _Flow:
    """One design: breaks words into blocks and blocks into pages."""

    def __init__(self, fonts: FontBook, layout: Layout) -> None:
        self._fonts = fonts
        self.layout = layout

    def paginate(self, words: Flowing) -> list[tuple[Block, ...]]:
        """Blocks by page, in order; the last page leaves room for the sign-off."""
        margins = self.layout.margins
        groups: list[tuple[Block, ...]] = []
        rest = list(self._blocks(words))
        top = margins.top_first
        while self._reach(rest, top) > margins.bottom_last and len(rest) > 1:
            count = 1
            while count < len(rest) and self._reach(rest[: count + 1], top) <= margins.bottom_full:
                count += 1
            # The sign-off page keeps at least one block: a bare seal proves nothing.
            count = with_company(rest, min(count, len(rest) - 1))
            groups.append(tuple(rest[:count]))
            rest = rest[count:]
            top = margins.top_next
        return [*groups, tuple(rest)]

    def _reach(self, blocks: Sequence[Block], top: float) -> float:
        return top + sum(
            gap + block.height for gap, block in zip(gaps(self.layout, blocks), blocks, strict=True)
        )

    def _blocks(self, words: Flowing) -> Iterator[Block]:
        if words.opening:
            yield self._paragraph(words.opening)
        label_width = self._label_width(words.rows)
        for rows in self._pairs(words.rows, label_width):
            yield self._row(rows, label_width)
        for text in words.closing:
            yield self._paragraph(text)
        for text in words.notes:
            yield self._note(text)

    def _paragraph(self, text: str) -> Block:
        style = self.layout.body.paragraph
        lines = self._lines(text, style, self.layout.margins.width, self.layout.body.indent)
        return Block(kind="paragraph", height=_height(lines, style), lines=lines, words=(text,))

    def _note(self, text: str) -> Block:
        style = self.layout.body.note
        said = f"注：{text}"
        lines = self._lines(said, style, self.layout.margins.width, 0)
        return Block(kind="note", height=_height(lines, style), lines=lines, words=(said,))

    def _label_width(self, rows: Sequence[ExtractRow]) -> float:
        body = self.layout.body
        own = [row.label for row in rows if row.compared == OWN]
        if any(len(label) >= body.wide_label_from for label in own):
            return body.wide_label_width
        # One size for all labels of a table: the column grows before a label shrinks.
        style = body.label
        widths = [self._fonts.width(row.label, style.chain, style.size) for row in rows]
        needed = max(widths, default=0.0) / _POINTS_PER_MM + 2 * body.cell_padding
        return min(max(body.label_width, needed), body.widest_label_width)

    def _row(self, rows: tuple[ExtractRow, ...], label_width: float) -> Block:
        width = self.layout.margins.width / len(rows)
        cells = tuple(self._cell(row, width, label_width) for row in rows)
        leading = self.layout.body.label_leading
        extra = max(
            max((len(cell.lines) - 1) * cell.style.leading, (len(cell.label_lines) - 1) * leading)
            for cell in cells
        )
        height = self.layout.body.row_height + extra / _POINTS_PER_MM
        words = tuple(f"{row.label}\t{row.value}" for row in rows)
        return Block(kind="row", height=height, cells=cells, words=words)

    def _cell(self, row: ExtractRow, width: float, label_width: float) -> Cell:
        body = self.layout.body
        style = self._style_of(row, width - label_width)
        room = width - label_width - 2 * body.cell_padding
        return Cell(
            label=row.label,
            label_lines=self._label_lines(row.label, label_width - 2 * body.cell_padding),
            label_width=label_width,
            value=row.value,
            lines=self._lines(row.value, style, room, 0),
            style=style,
        )

    def _label_lines(self, label: str, room: float) -> tuple[Line, ...]:
        """A label is set smaller before it takes a second line."""
        style = self.layout.body.label
        wanted = self._fonts.width(label, style.chain, style.size)
        if wanted * _SMALLEST_LABEL <= room * _POINTS_PER_MM:
            return (Line(label, 0.0, 0.0),)
        return self._lines(label, style, room, 0)

    def _style_of(self, row: ExtractRow, width: float) -> TextStyle:
        """楷 is the record's voice; our own words and silence are 宋. `width` is the value's."""
        body = self.layout.body
        if row.compared == OWN:
            return body.own
        return body.silent if row.value == _SILENT else self._narrowed(row.value, width)

    def _narrowed(self, value: str, width: float) -> TextStyle:
        """A value that misses its cell by little is set smaller rather than broken."""
        style = self.layout.body.value
        wanted = self._fonts.width(value, style.chain, style.size)
        room = (width - 2 * self.layout.body.cell_padding) * _POINTS_PER_MM
        factor = room / wanted if wanted else 1.0
        return replace(style, size=style.size * factor) if _SMALLEST < factor < 1 else style

    def _pairs(
        self, rows: Sequence[ExtractRow], label_width: float
    ) -> Iterator[tuple[ExtractRow, ...]]:
        """Rows that share a line: the same field of both spouses, else neighbours that fit."""
        rest = list(rows)
        while rest:
            row = rest.pop(0)
            if row.compared == OWN:
                yield (row,)
                continue
            partner = partner_of(row, rest)
            if partner is None and rest and not has_partner(row, rest[0], rest):
                partner = rest[0] if self._fit((row, rest[0]), label_width) else None
            if partner is None:
                yield (row,)
            else:
                rest.remove(partner)
                yield (row, partner)

    def _fit(self, rows: Sequence[ExtractRow], label_width: float) -> bool:
        body, cell = self.layout.body, self.layout.margins.width / 2
        style = body.value
        room = (cell - label_width - 2 * body.cell_padding) * _POINTS_PER_MM
        return all(self._fonts.width(row.value, style.chain, style.size) <= room for row in rows)

    def _lines(self, text: str, style: TextStyle, width: float, indent: int) -> tuple[Line, ...]:
        def measure(piece: str) -> float:
            return self._fonts.width(piece, style.chain, style.size)

        return break_paragraph(
            text,
            width=width * _POINTS_PER_MM,
            size=style.size,
            indent_em=indent,
            measure=measure,
        )


def _height(lines: Sequence[Line], style: TextStyle) -> float:
    return len(lines) * style.leading / _POINTS_PER_MM
