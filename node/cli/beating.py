"""Signs of life to the registry, and `lantai-node maintenance`: when we are away, and why.

A command is another process than the server: what it announces lies in DATA/run until it is over.
"""

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from node.adapters.registry_client import GrpcRegistry
from node.bootstrap import Base, open_base
from node.cli.frame import Commands, add_shared, say
from node.domain.reasons import MAINTENANCE_MALFORMED
from records.refusal import Refusal

BEAT_EVERY = timedelta(seconds=10)
LONGEST_HOURS = 24 * 30
LONGEST_MESSAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintenance:
    """What windows elsewhere are told."""

    until_ms: int = 0
    """0 = none."""
    message: str = ""


def add_commands(commands: Commands) -> None:
    """`maintenance` is a sub-command."""
    maintenance = commands.add_parser("maintenance", help="向其他馆窗口预告维护；--end 提前结束")
    add_shared(maintenance)
    maintenance.add_argument("--hours", type=float, default=0.0, help="从现在起，至多720小时")
    maintenance.add_argument("--message", default="", help="至多200字，不得涉及个人")
    maintenance.add_argument("--end", action="store_true", help="维护结束")
    maintenance.set_defaults(run=_maintenance)


def read_maintenance(data: Path, now: datetime) -> Maintenance:
    """What was announced and is not over; a file that cannot be read announces nothing."""
    try:
        said = json.loads(_path(data).read_text("utf-8"))
        found = Maintenance(until_ms=int(said["until_ms"]), message=str(said["message"]))
    except (OSError, ValueError, TypeError, KeyError):
        return Maintenance()
    return found if found.until_ms > now.timestamp() * 1000 else Maintenance()


def beats(base: Base, registry: GrpcRegistry, hurry: Callable[[int], None]) -> Callable[[], int]:
    """Beats every ten seconds; `hurry` is told the version of the registry's head."""
    due = [base.house.clock()]

    def beat() -> int:
        now = base.house.clock()
        if now < due[0]:
            return 0
        due[0] = now + BEAT_EVERY
        with base.house.book.read() as book:
            waiting = book.counts()["outbox"]
        away = read_maintenance(base.places.data, now)
        hurry(registry.beat(round(now.timestamp() * 1000), waiting, away.until_ms, away.message))
        return 0

    return beat


def _maintenance(chosen: argparse.Namespace) -> int:
    base = open_base(chosen.data)
    if chosen.end:
        _path(chosen.data).unlink(missing_ok=True)
        say({"until": ""}, "维护结束", as_json=chosen.json)
        return 0
    fits = 0 < chosen.hours <= LONGEST_HOURS and len(chosen.message) <= LONGEST_MESSAGE
    if not fits or not chosen.message.isprintable():
        raise Refusal(MAINTENANCE_MALFORMED)
    until = base.house.clock() + timedelta(hours=chosen.hours)
    said = Maintenance(until_ms=round(until.timestamp() * 1000), message=chosen.message)
    path = _path(chosen.data)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    partial = path.with_name(f".{path.name}.new")
    partial.write_text(json.dumps(asdict(said), ensure_ascii=False), "utf-8")
    partial.replace(path)
    ends = datetime.fromtimestamp(said.until_ms / 1000, UTC).isoformat(timespec="minutes")
    say({"until": ends, "message": said.message}, f"已预告维护至 {ends}", as_json=chosen.json)
    return 0


def _path(data: Path) -> Path:
    return data / "run" / "maintenance.json"
