"""No module over 300 lines: a file is one idea (style.md §5). Tests, which are lists, get 600."""

from collections.abc import Iterator
from pathlib import Path

from deploy.gates.finding import PACKAGES, Finding, hand_written

MOST_LINES = 300
MOST_TEST_LINES = 600


def check_sizes(root: Path) -> Iterator[Finding]:
    """Every module of the product and of the tests that is too long."""
    for folders, most in ((PACKAGES, MOST_LINES), (("tests",), MOST_TEST_LINES)):
        for path in hand_written(root, folders):
            lines = len(path.read_text(encoding="utf-8").splitlines())
            if lines > most:
                yield Finding(
                    path=str(path.relative_to(root)),
                    line=lines,
                    what=f"{lines} lines, at most {most}: split it by idea",
                )
