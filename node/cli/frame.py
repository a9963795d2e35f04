"""What the node's commands share: their options, and how they answer."""

import argparse
import dataclasses
import json
from collections.abc import Mapping
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any, TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_shared(parser: argparse.ArgumentParser) -> None:
    """`--data DIR` and `--json`."""
    parser.add_argument("--data", type=Path, default=Path(), metavar="DIR", help="data directory")
    parser.add_argument("--json", action="store_true", help="machine-readable answer")


def say(content: Mapping[str, object], words: str, *, as_json: bool) -> None:
    """Print the answer: one JSON object, or a sentence for a person."""
    print(json.dumps(plain(content), ensure_ascii=False) if as_json else words)


def plain(value: object) -> Any:  # noqa: ANN401 -- what json can print
    """The value as JSON types; bytes are left out, they are for machines."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return {name: plain(item) for name, item in fields.items() if _is_shown(item)}
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def _is_shown(value: object) -> bool:
    return type(value).__name__ not in ("bytes", "Envelope")
