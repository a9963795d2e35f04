"""A process whose clock is ahead or behind: the clock is an argument of everything that runs."""

import functools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

PLACES = {
    "node": (
        ("node.cli.serve", "RunningNode"),
        ("node.cli.serve", "open_base"),
        ("tests.faults.officers", "open_base"),
    ),
    "certificate_service": (("certificate_service.cli.running", "RunningService"),),
}
"""Where a command makes what takes the clock."""


def clock_of(path: Path) -> Callable[[], datetime]:
    """Now, as many seconds ahead as the file says at the moment it is asked."""

    def clock() -> datetime:
        try:
            ahead = float(path.read_text("ascii") or 0)
        except (OSError, ValueError):
            ahead = 0.0
        return datetime.now(UTC) + timedelta(seconds=ahead)

    return clock


def move_clock(package: str, path: Path) -> None:
    """Whatever this process's command opens, it opens with the moved clock."""
    clock = clock_of(path)
    for module_name, attribute in PLACES[package]:
        module = import_module(module_name)
        made = getattr(module, attribute, None)
        if made is not None:
            setattr(module, attribute, functools.partial(made, clock=clock))
