"""A copy of the logs beside the database: seen/<archive>.leaves, one leaf a line, and a note.

Leaves name nobody, so the folder may be copied to another machine as it is; it is what a node that
lost its newest hours is brought back with. The file is only ever appended to.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec

from node.adapters.appending import appending
from node.domain.exchange_reasons import NODE_RESTORED
from node.restore_ports import Shut
from records.refusal import Refusal

_BLOCK = 1 << 20


class FileLogCopy:
    """`LogCopy` in a folder."""

    def __init__(self, folder: Path) -> None:
        """Keep the copies in `folder`, which is made private."""
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._counted: dict[str, tuple[int, int]] = {}

    def size(self, archive_code: str) -> int:
        """See `LogCopy.size`; what was counted before is not read again."""
        path = self._leaves(archive_code)
        try:
            with path.open("rb") as file:
                return self._count(archive_code, file)
        except FileNotFoundError:
            return 0

    def note(self, archive_code: str) -> str:
        """See `LogCopy.note`."""
        try:
            return self._note(archive_code).read_text("utf-8")
        except FileNotFoundError:
            return ""

    def leaves(self, archive_code: str, start: int) -> Sequence[bytes]:
        """See `LogCopy.leaves`."""
        try:
            lines = self._leaves(archive_code).read_bytes().split(b"\n")
        except FileNotFoundError:
            return []
        # What follows the last newline is a line that a crash cut short, or nothing.
        return lines[start:-1]

    def extend(self, archive_code: str, leaves: Sequence[bytes], note: str) -> None:
        """See `LogCopy.extend`."""
        with appending(self._leaves(archive_code)) as file:
            file.write(b"".join(leaf + b"\n" for leaf in leaves))
        if note and note != self.note(archive_code):
            partial = self._note(archive_code).with_suffix(".new")
            with os.fdopen(
                os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w"
            ) as file:
                file.write(note)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(self._note(archive_code))

    def _count(self, archive_code: str, file: BinaryIO) -> int:
        offset, lines = self._counted.get(archive_code, (0, 0))
        if os.fstat(file.fileno()).st_size < offset:
            offset, lines = 0, 0
        file.seek(offset)
        while block := file.read(_BLOCK):
            lines += block.count(b"\n")
            offset += block.rfind(b"\n") + 1 if len(block) < _BLOCK else len(block)
        self._counted[archive_code] = (offset, lines)
        return lines

    def _leaves(self, archive_code: str) -> Path:
        return self._folder / f"{archive_code}.leaves"

    def _note(self, archive_code: str) -> Path:
        return self._folder / f"{archive_code}.checkpoint"


class FileGuardDoor:
    """`GuardDoor`: while seen/restored.json lies there, nothing is written by any process."""

    def __init__(self, folder: Path) -> None:
        """In the folder of the copies."""
        self._path = folder / "restored.json"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def shut(self, found: Shut) -> None:
        """See `GuardDoor.shut`."""
        said = {**self.why(), found.archive_code: found}
        partial = self._path.with_suffix(".new")
        partial.write_bytes(msgspec.json.encode(said))
        partial.replace(self._path)

    def open(self) -> None:
        """See `GuardDoor.open`."""
        self._path.unlink(missing_ok=True)

    def is_shut(self) -> bool:
        """Whether nothing may be written: one look at the folder, for every transaction."""
        return os.path.lexists(self._path)

    def why(self) -> Mapping[str, Shut]:
        """See `GuardDoor.why`."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=dict[str, Shut])
        except FileNotFoundError:
            return {}

    def check(self) -> None:
        """See `GuardDoor.check`."""
        if self.is_shut():
            raise Refusal(NODE_RESTORED, ", ".join(sorted(self.why())))
