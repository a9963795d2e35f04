"""Style sheets and scripts without what only their readers need: comments and indentation.

Nothing is renamed and no statement is joined to another, so that what runs is what was written,
line for line. Strings are left as they are.
"""

import re

_CSS_PARTS = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|/\*.*?\*/|(\s+)""", re.S)
_CSS_TIGHT = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|\s*([{};,])\s*|:\s+""")
_JS_COMMENT = re.compile(r"^\s*/\*.*?\*/\s*$", re.S | re.M)
_JS_QUOTED = r"""(?:"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`[^`\n]*`|[^"'`\n])*?"""
_JS_REMARK = re.compile(rf"^({_JS_QUOTED}) +(?:// .*|/\*[^*]*\*/)$", re.M)
"""What follows the code of a line; a line whose quotes do not close is left alone."""
_JS_INDENT = re.compile(r"^[ \t]+", re.M)


def squeeze_css(text: str) -> str:
    """The same rules: comments gone, white space one blank or none where none is needed."""
    plain = _CSS_PARTS.sub(lambda m: m[1] or (" " if m[2] else ""), text)
    tight = _CSS_TIGHT.sub(lambda m: m[1] or m[2] or ":", plain)
    return tight.replace(";}", "}").strip()


def squeeze_js(text: str) -> str:
    """The same statements: comments of whole lines and at their ends, and indentation, gone.

    Raises:
        ValueError: a text of several lines stands in backquotes: its indentation is part of it.
    """
    if any(text.count("`", 0, at) % 2 for at in _line_ends(text)):
        message = "a text in backquotes runs over a line's end"
        raise ValueError(message)
    plain = _JS_REMARK.sub(r"\1", _JS_COMMENT.sub("", text))
    return _JS_INDENT.sub("", plain).strip() + "\n"


def _line_ends(text: str) -> list[int]:
    return [found.start() for found in re.finditer("\n", text)]
