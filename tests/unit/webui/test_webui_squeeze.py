"""What is squeezed means the same: only white space and comments are gone."""

import re
from pathlib import Path

import pytest

from webui.squeeze import squeeze_css, squeeze_js

STATIC = Path(__file__).resolve().parents[3] / "webui" / "static"


def tokens(css: str) -> list[str]:
    """Rules as a list of what stands between white space, strings whole."""
    bare = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    return re.findall(r'"[^"]*"|[{};,:]|[^\s{};,:"]+', bare)


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.css")), ids=lambda path: path.name)
def test_every_rule_of_a_sheet_is_still_there(path: Path) -> None:
    before, after = tokens(path.read_text("utf-8")), tokens(squeeze_css(path.read_text("utf-8")))
    # The last semicolon of a block is the one token that may go.
    assert [one for one in before if one != ";"] == [one for one in after if one != ";"]


@pytest.mark.parametrize(
    ("css", "squeezed"),
    [
        ("a  b { color: red ; }", "a b{color:red}"),
        (".a > .b, .c { margin: 0 1px }", ".a > .b,.c{margin:0 1px}"),
        ('li::before { content: "a ; { b"; }', 'li::before{content:"a ; { b"}'),
        ("@media (min-width: 2rem) { a { b: c; } }", "@media (min-width:2rem){a{b:c}}"),
        ("a :not(.b) { x: y }", "a :not(.b){x:y}"),
        ("/* x */ a { b: calc(1px + 2px) }", "a{b:calc(1px + 2px)}"),
    ],
)
def test_white_space_that_means_something_stays(css: str, squeezed: str) -> None:
    assert squeeze_css(css) == squeezed


def test_scripts_keep_every_line_but_comments() -> None:
    text = "/* about */\n(() => {\n  const a = 'x  y'; // why\n  return a; /* so */\n})();\n"
    assert squeeze_js(text) == "(() => {\nconst a = 'x  y';\nreturn a;\n})();\n"


def test_marks_of_a_comment_inside_quotes_are_no_comment() -> None:
    text = "const a = 'x // y';\nconst b = [\"it's\", ' // z'];\nconst u = 'http://x';\n"
    text += "try { a(); } catch (e) { /* no */ }\n"
    assert squeeze_js(text) == text


def test_a_text_over_two_lines_is_not_touched() -> None:
    with pytest.raises(ValueError, match="backquotes"):
        squeeze_js("const a = `x\n  y`;")


def test_our_own_scripts_can_be_squeezed() -> None:
    for path in STATIC.glob("*.js"):
        assert squeeze_js(path.read_text("utf-8"))
