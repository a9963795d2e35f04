"""Chromium 86 is the oldest browser: nothing that came later decides whether a page works.

The versions are those of the MDN compatibility data. `python -m tests.bench.desk_old_browser`
drives a real Chromium 86 over the same pages.
"""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[3] / "webui" / "static"
FLOOR = 86
LATER_SCRIPT = {
    r"\.at\(": 92,
    r"\.findLast(Index)?\(": 97,
    r"\.replaceChildren\(": 86,
    r"\bstructuredClone\(": 98,
    r"Object\.hasOwn\(": 93,
    r"Array\.fromAsync|Promise\.withResolvers": 119,
    r"\.(toSorted|toReversed|toSpliced|with)\(": 110,
    r"\bstatic\s*\{": 94,
    r"^await\s": 89,
    r"/[a-z]*[dv][a-z]*(?=\.(exec|test)\()": 90,
    r"crypto\.randomUUID": 92,
    r"AbortSignal\.(timeout|any)": 103,
    r"\.checkVisibility\(": 105,
    r"\.showPopover|popover": 114,
    r"\.inert\b": 102,
    r"\.requestSubmit\(": 76,
    r"scheduler\.": 94,
    r"(?<![\w$])error\.cause|\{ cause:": 93,
    r"\.scrollend|onscrollend": 114,
}
LATER_STYLE = {
    r"(?<![-\w])inset\s*:": 87,
    r":is\(|:where\(": 88,
    r":not\([^)]*,": 88,
    r":has\(": 105,
    r"aspect-ratio\s*:": 88,
    r"color-mix\(|oklch\(|oklab\(": 111,
    r"@layer\b": 99,
    r"@container\b": 105,
    r"(?<![-\w])(translate|rotate|scale)\s*:": 104,
    r"\d(d|s|l)v[hw]\b": 108,
    r"overflow\s*:\s*clip": 90,
    r"text-wrap\s*:": 114,
    r"^\s*&": 112,
    r"subgrid": 117,
    r"@property\b": 85,
    r"margin-(inline|block)(?!-)": 87,
    r"padding-(inline|block)(?!-)": 87,
    r"(?<![-\w])size\s*:\s*\d+\w* \d": 131,
}
ALLOWED = {("print.css", r"(?<![-\w])size\s*:\s*\d+\w* \d")}
"""`@page { size: A5 }` is as old as printing; the rule is about the property of boxes."""


def _texts(pattern: str) -> list[tuple[str, str]]:
    found = [(path.name, path.read_text("utf-8")) for path in sorted(STATIC.glob(pattern))]
    assert len(found) > 4
    return [(name, re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.S)) for name, text in found]


@pytest.mark.parametrize(("pattern", "table"), [("*.js", LATER_SCRIPT), ("*.css", LATER_STYLE)])
def test_nothing_newer_than_the_floor_is_used(pattern: str, table: dict[str, int]) -> None:
    used = [
        (name, rule, version)
        for name, text in _texts(pattern)
        for rule, version in table.items()
        if version > FLOOR and (name, rule) not in ALLOWED and re.search(rule, text, re.M)
    ]
    assert used == []


def test_the_lint_finds_what_it_looks_for() -> None:
    for sample in ("list.at(-1)", "structuredClone(x)", "await fetch('/')"):
        assert any(re.search(rule, sample, re.M) for rule in LATER_SCRIPT), sample
    for sample in ("inset: 0;", "a:is(b)", "width: 100dvh", "color: color-mix(in srgb, red)"):
        assert any(re.search(rule, sample, re.M) for rule in LATER_STYLE), sample
