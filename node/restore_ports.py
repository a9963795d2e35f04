"""What the restore guard needs: the logs in the database, their copy outside, a shut door."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from trust.transparency.checkpoint import Checkpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Shut:
    """Why nothing may be written, for one archive's log."""

    archive_code: str
    have: int
    """Leaves in the database."""
    seen: int
    """Leaves that others have seen."""
    who: str
    """Who has seen them: copy (the folder beside) or witness."""
    is_other: bool
    """The database has as many leaves, but others: not a backup, another history."""
    at: datetime


class StoredLogs(Protocol):
    """The logs of the node's archives in its database."""

    def size(self, archive_code: str) -> int:
        """Leaves now."""
        ...

    def continues(self, archive_code: str, known: Checkpoint) -> bool:
        """Whether the log begins with the tree that `known` names."""
        ...

    def leaves(self, archive_code: str, start: int, limit: int) -> Sequence[bytes]:
        """Leaves from `start` on, at most `limit`."""
        ...

    def newest_note(self, archive_code: str) -> str:
        """The newest checkpoint that was signed; empty = none."""
        ...

    def catch_up(
        self, archive_code: str, missing: Sequence[bytes], known: Checkpoint | None, said: bytes
    ) -> int:
        """The missing leaves stand where they stood, then the leaf `said`; the new size.

        Numbers that the lost time may have used are skipped.

        Raises:
            Refusal: RESTORE_DIFFERENT, and nothing is written.
        """
        ...


class LogCopy(Protocol):
    """A copy of the logs outside the database: leaves name nobody."""

    def size(self, archive_code: str) -> int:
        """Leaves in the copy."""
        ...

    def note(self, archive_code: str) -> str:
        """The newest checkpoint that was kept with them; empty = none."""
        ...

    def leaves(self, archive_code: str, start: int) -> Sequence[bytes]:
        """Leaves from `start` on."""
        ...

    def extend(self, archive_code: str, leaves: Sequence[bytes], note: str) -> None:
        """The leaves follow those that are there, durably, and then the note."""
        ...


class GuardDoor(Protocol):
    """Whether the database may be written; every process of the node sees the same."""

    def shut(self, found: Shut) -> None:
        """Nothing is written from now on."""
        ...

    def open(self) -> None:
        """Writing goes on."""
        ...

    def why(self) -> Mapping[str, Shut]:
        """By archive, why it is shut; empty = it is open."""
        ...

    def check(self) -> None:
        """Return only while it is open. Raises Refusal: NODE_RESTORED."""
        ...
