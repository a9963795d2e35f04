"""One script, one style sheet, named by content; a missing part is named."""

import gzip
import re
from pathlib import Path

import pytest

from records.refusal import Refusal
from webui.assets import load_assets


def test_the_name_changes_with_the_content(tmp_path: Path) -> None:
    (tmp_path / "htmx.min.js").write_text("one")
    first = load_assets(tmp_path)
    (tmp_path / "htmx.min.js").write_text("two")
    second = load_assets(tmp_path)
    assert first.url("lantai.js") != second.url("lantai.js")
    assert first.url("lantai.css") == second.url("lantai.css")


def test_a_missing_script_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"PART_MISSING: htmx\.min\.js"):
        load_assets(tmp_path)


def test_the_pages_stay_light(parts: Path) -> None:
    assets = load_assets(parts / "web")
    sizes = {name: len(assets._by_name[name].compressed) for name in ("lantai.js", "lantai.css")}
    htmx = len(gzip.compress((parts / "web" / "htmx.min.js").read_bytes()))
    assert sizes["lantai.css"] < 12_000
    assert sizes["lantai.js"] - htmx < 12_000
    assert sum(sizes.values()) < 34_000


def test_the_joined_script_carries_the_pinned_htmx(parts: Path) -> None:
    body = load_assets(parts / "web")._by_name["lantai.js"].body.decode()
    assert re.search(r'version:\s*"2\.0\.11"', body)
    assert "window.lantai" in body


def test_styles_use_what_old_browsers_know() -> None:
    text = "".join(p.read_text() for p in Path("webui/static").glob("*.css"))
    for word in ("color-mix", "oklch", ":has(", "@layer", "dvh", "@container", "@import", "url("):
        assert word not in text, word
