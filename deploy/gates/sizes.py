"""No hand-written module over 300 lines: a file is one idea (style.md §5)."""

from collections.abc import Iterator
from pathlib import Path

from deploy.gates.finding import PACKAGES, Finding, hand_written

MOST_LINES = 300


def check_sizes(root: Path) -> Iterator[Finding]:
    """Every module of the product and of the tests that is too long."""
    for path in hand_written(root, (*PACKAGES, "tests")):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > MOST_LINES:
            yield Finding(
                path=str(path.relative_to(root)),
                line=lines,
                what=f"{lines} lines, at most {MOST_LINES}: split it by idea",
            )
