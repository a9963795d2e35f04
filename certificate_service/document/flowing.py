"""What can be flowed into pages, whatever it is: a release order or an office paper."""

from typing import Protocol

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
