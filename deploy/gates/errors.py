"""`docs/errors.md`: every reason code with its meaning and remedy, made from the constants."""

import importlib
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from deploy.gates.finding import ROOT, Finding, hand_written
from records.refusal import Reason, exit_code

DOCUMENT = "docs/errors.md"
_HEAD = """# 错误码 Error codes

Made by `python -m deploy.gates.errors` from the constants in the `reasons` modules; do not edit.
The exit code is that of the commands (`interfaces.md` §2): 2 usage, 3 refused, 4 could not decide,
5 unavailable.

| code | exit | 说明 | meaning | 办法 | what to do |
|---|---|---|---|---|---|
"""


def find_reasons() -> Iterator[tuple[str, Reason]]:
    """Every reason that a module of ours defines, with the module's name; each object once."""
    seen: set[int] = set()
    for path in hand_written(ROOT):
        if (
            "Reason(" not in path.read_text(encoding="utf-8")
            or path.parent == Path(__file__).parent
        ):
            continue
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for value in vars(importlib.import_module(name.removesuffix(".__init__"))).values():
            if isinstance(value, Reason) and id(value) not in seen:
                seen.add(id(value))
                yield name, value


def check_reasons(root: Path) -> Iterator[Finding]:
    """Every code that two constants share, and a document that is not what would be made."""
    by_code: dict[str, list[str]] = defaultdict(list)
    for module, reason in find_reasons():
        by_code[reason.code].append(module)
    for code, modules in sorted(by_code.items()):
        if len(modules) > 1:
            what = f"{code} is defined in {', '.join(modules)}"
            yield Finding(path=modules[0].replace(".", "/") + ".py", line=1, what=what)
    path = root / DOCUMENT
    if not path.is_file() or path.read_text(encoding="utf-8") != write_document():
        what = "is not current: run python -m deploy.gates.errors"
        yield Finding(path=DOCUMENT, line=1, what=what)


def write_document() -> str:
    """The document's text, one row for each code in order."""
    rows = {reason.code: reason for _, reason in find_reasons()}
    lines = [
        f"| `{reason.code}` | {exit_code(reason.kind)} | {reason.zh} | {reason.en} "
        f"| {reason.remedy_zh} | {reason.remedy_en} |\n"
        for _, reason in sorted(rows.items())
    ]
    return _HEAD + "".join(lines)


def main() -> int:
    """Writes the document into the project."""
    (ROOT / DOCUMENT).write_text(write_document(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
