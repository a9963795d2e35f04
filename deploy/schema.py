"""The JSON schema of every statement: `python -m deploy.schema` writes it, `make lint` compares it.

Made from the statement classes and the words beside their fields, so that a reader without our
code knows what each member means (protos/lantai/v1/statements.schema.json).
"""

import ast
import dataclasses
import importlib
import inspect
import itertools
import json
import pkgutil
import sys
import textwrap
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

import records
import trust.identity
from trust.envelope.statement import MAX_STATEMENT_BYTES

DOCUMENT = "protos/lantai/v1/statements.schema.json"
_INSTANT = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z$"
_LARGEST_INTEGER = 2**53 - 1


def find_statements() -> dict[str, type]:
    """Every statement class by its media type, sorted.

    Raises:
        ValueError: Two classes claim one media type.
    """
    found: dict[str, type] = {}
    for cls in _classes():
        kind = vars(cls).get("PAYLOAD_TYPE")
        if kind is not None and found.setdefault(kind, cls) is not cls:
            message = f"{kind} is claimed twice"
            raise ValueError(message)
    return dict(sorted(found.items()))


def write_schema() -> str:
    """The schema's text: JSON Schema 2020-12, one `$defs` entry for each class."""
    statements = find_statements()
    refs, components = msgspec.json.schema_components(
        statements.values(), ref_template="#/$defs/{name}"
    )
    classes: dict[str, type] = {}
    for cls in statements.values():
        _reach(cls, classes)
    for name, component in components.items():
        _tighten(component)
        _describe(component, classes[name])
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Lantai Link statements, by payload type of their DSSE envelope",
        "$comment": (
            "Strict JSON: UTF-8, no repeated member, integers only, depth at most 16, at most "
            f"{MAX_STATEMENT_BYTES} bytes unless x-max-bytes says otherwise."
        ),
        "x-payload-types": {
            kind: {**ref, **_bound(statements[kind])}
            for kind, ref in zip(statements, refs, strict=True)
        },
        "$defs": dict(sorted(components.items())),
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def is_current(root: Path) -> bool:
    """Whether the committed schema is what would be made today."""
    path = root / DOCUMENT
    return path.is_file() and path.read_text(encoding="utf-8") == write_schema()


def main() -> int:
    """Write the schema into the project."""
    root = Path(__file__).resolve().parent.parent
    (root / DOCUMENT).write_text(write_schema(), encoding="utf-8")
    return 0


def _classes() -> Iterator[type]:
    """The public dataclasses of the packages that define statements, each once."""
    for package in (records, trust.identity):
        for found in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
            module = importlib.import_module(found.name)
            for name, value in sorted(vars(module).items()):
                if not isinstance(value, type) or value.__module__ != found.name:
                    continue
                if dataclasses.is_dataclass(value) and not name.startswith("_"):
                    yield value


def _reach(hint: object, classes: dict[str, type]) -> None:
    """Add the dataclasses that values of this type are made of, by name."""
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        if classes.setdefault(hint.__name__, hint) is hint:
            for member in typing.get_type_hints(hint).values():
                _reach(member, classes)
    for argument in typing.get_args(hint):
        _reach(argument, classes)


def _bound(statement: type) -> dict[str, int]:
    largest = getattr(statement, "MAX_BYTES", None)
    return {} if largest is None else {"x-max-bytes": largest}


def _tighten(node: Any) -> None:  # noqa: ANN401 -- JSON schema is made of dicts, lists and leaves
    """Say in the schema what `decode` enforces beyond msgspec."""
    if isinstance(node, list):
        for item in node:
            _tighten(item)
    elif isinstance(node, dict):
        if node.get("type") == "object" and "properties" in node:
            node["additionalProperties"] = False
        if node.get("format") == "date-time":
            node["pattern"] = _INSTANT
        if node.get("type") == "integer":
            node.setdefault("minimum", -_LARGEST_INTEGER)
            node.setdefault("maximum", _LARGEST_INTEGER)
        for value in node.values():
            _tighten(value)


def _describe(component: dict[str, Any], cls: type) -> None:
    """Give each member the sentence that stands beside its field in the source."""
    component["description"] = inspect.cleandoc(cls.__doc__ or "")
    for name, text in field_sentences(cls).items():
        if name in component["properties"]:
            member = component["properties"][name]
            component["properties"][name] = {"description": text, **member}


def field_sentences(cls: type) -> dict[str, str]:
    """The sentence that stands beside each field in the source of the class."""
    body = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    sentences: dict[str, str] = {}
    statements = body.body if isinstance(body, ast.ClassDef) else []
    for field, below in itertools.pairwise(statements):
        if not isinstance(field, ast.AnnAssign) or not isinstance(below, ast.Expr):
            continue
        if isinstance(field.target, ast.Name) and isinstance(below.value, ast.Constant):
            sentences[field.target.id] = inspect.cleandoc(str(below.value.value))
    return sentences


if __name__ == "__main__":
    sys.exit(main())
