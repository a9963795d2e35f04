"""What can be flowed into pages, whatever it is: a release order or an office paper."""

from dataclasses import dataclass
from typing import Protocol

from certificate_service.document.layout import TextStyle
from certificate_service.document.lines import Line
from records.release import ExtractRow


class Flowing(Protocol):
    """Words that are flowed into pages: an order's, or an office paper's."""

    @property
    def opening(self) -> str:
        """First paragraph; empty = none."""
        ...

    @property
    def rows(self) -> tuple[ExtractRow, ...]:
        """The table."""
        ...

    @property
    def closing(self) -> tuple[str, ...]:
        """Paragraphs after the table."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """Our own remarks."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A label of ours and the archive's wording, broken into lines."""

    label: str
    label_lines: tuple[Line, ...]
    label_width: float
    """Of the label's column, mm."""
    value: str
    lines: tuple[Line, ...]
    style: TextStyle


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A piece that is never torn: a paragraph, a table row, or a remark of ours."""

    kind: str
    """paragraph, row or note."""
    height: float
    """Millimetres."""
    lines: tuple[Line, ...] = ()
    cells: tuple[Cell, ...] = ()
    words: tuple[str, ...]
