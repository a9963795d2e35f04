"""What every command shares: the data directory, the clock, how results are said."""

import argparse
import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from federation_registry.bootstrap import House, open_house
from federation_registry.domain.reasons import FILE_UNREADABLE
from federation_registry.folder import Folder
from records.refusal import Refusal
from trust.envelope.dsse import Envelope, envelope_from_json

_MOST_ENVELOPE_BYTES = 16 * 1024 * 1024


def wall_clock() -> datetime:
    """The time now, aware UTC."""
    return datetime.now(UTC)


def add_command(
    commands: Any,  # noqa: ANN401 - argparse gives its sub-parsers no public type
    name: str,
    help_text: str,
    run: Callable[[argparse.Namespace], int],
) -> argparse.ArgumentParser:
    """A command with --data and --json."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=help_text, description=help_text
    )
    parser.add_argument("--data", required=True, type=Path, metavar="DIR", help="数据目录")
    parser.add_argument("--json", action="store_true", help="以 JSON 输出")
    parser.set_defaults(run=run)
    return parser


def folder_of(chosen: argparse.Namespace) -> Folder:
    """The data directory, as an absolute path: settings outlive the working directory."""
    return Folder(path=chosen.data.absolute())


def house_of(chosen: argparse.Namespace) -> House:
    """The registry of --data."""
    return open_house(folder_of(chosen), wall_clock, secrets.token_bytes)


def say(chosen: argparse.Namespace, result: Mapping[str, Any], lines: Iterable[str]) -> int:
    """Print the result as JSON or as lines; exit code 0."""
    if chosen.json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        for line in lines:
            print(line)
    return 0


def read_envelope(path: Path) -> Envelope:
    """The DSSE JSON in a file.

    Raises:
        Refusal: FILE_UNREADABLE, ENVELOPE_MALFORMED.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_ENVELOPE_BYTES)
    except OSError as fault:
        raise Refusal(FILE_UNREADABLE, path.name) from fault
    return envelope_from_json(data)
