"""The directory's copy in the node's data folder."""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from trust.identity.council import CouncilKeys
from trust.identity.directory import DirectorySnapshot
from trust.identity.directory_files import load_snapshot, save_snapshot


@dataclass(frozen=True, slots=True)
class SnapshotFiles:
    """`SnapshotFolder` on disk."""

    folder: Path
    council: CouncilKeys

    def load(self) -> DirectorySnapshot | None:
        """What was saved, verified again. Raises Refusal: DIRECTORY_INCOMPLETE."""
        return load_snapshot(self.folder, self.council)

    def save(self, snapshot: DirectorySnapshot, now: datetime) -> None:
        """The snapshot is durable."""
        save_snapshot(self.folder, snapshot, now)

    def stamp(self) -> str:
        """Time and inode of the file that names the parts; empty = nothing saved yet."""
        try:
            # Asked a dozen times for each call: without building a path anew.
            found = os.stat(f"{self.folder}/current.json")
        except OSError:
            return ""
        return f"{found.st_mtime_ns} {found.st_ino}"
