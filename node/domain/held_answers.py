"""An answer that its officer can still take back: nothing is signed before its seconds are over."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from node.domain.commands import (
    NoRecordCommand,
    ReferCommand,
    RefuseCommand,
    ReturnCommand,
    WorkCommand,
)

PATIENCE = timedelta(seconds=10)
"""How long an answer can be taken back (console.md §2.2)."""

HeldCommand = ReturnCommand | NoRecordCommand | ReferCommand | RefuseCommand | WorkCommand

COMMANDS: dict[str, type[HeldCommand]] = {
    "return": ReturnCommand,
    "no_record": NoRecordCommand,
    "refer": ReferCommand,
    "refuse": RefuseCommand,
    "manual": WorkCommand,
}
"""What can be held, by kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldAnswer:
    """One command that waits for its time."""

    case_no: str
    holder_archive: str
    officer_id: str
    kind: str
    """A key of `COMMANDS`."""
    command: HeldCommand
    due_at: datetime
    failed: str = ""
    """Reason code where it could not be obeyed after all; empty = it waits."""
