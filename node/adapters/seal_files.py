"""Seals what lies in plain among a node's files, a few at a time; killing it loses nothing.

Each file is replaced whole by its sealed self, so the work is resumed by looking again: a file
under the newest key is left alone. After a rotation the same duty carries every file to the new
key; an old key may be burnt once nothing is under it (`uses`).
"""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from node.adapters.image_files import DONE, column_of, is_sealed, write_whole
from node.ports import EventLog
from records.refusal import Refusal
from trust.store.sealed_fields import SealedFields

_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
_HEAD_BYTES = 3
_AT_ONCE = 20


class SealFiles:
    """The duty of one node."""

    def __init__(self, folders: tuple[Path, ...], fields: SealedFields, log: EventLog) -> None:
        """Of the files below `folders`, addressed by content."""
        self._folders = folders
        self._fields = fields
        self._column = column_of(fields)
        self._log = log
        self._pass: Iterator[Path] = iter(())
        self._done = 0

    def run(self) -> int:
        """Some files are sealed; 0, for it is never in a hurry and rests in between."""
        self.seal_some(_AT_ONCE)
        return 0

    def seal_some(self, limit: int) -> int:
        """How many files were sealed just now; fewer than `limit` = the pass is over."""
        sealed = 0
        while sealed < limit:
            path = next(self._pass, None)
            if path is None:
                self._begin_pass()
                break
            sealed += self._seal(path)
        self._done += sealed
        return sealed

    def _begin_pass(self) -> None:
        """Folders that were gone through stay marked until somebody puts a file in plain."""
        if self._done:
            self._log.note("files_sealed", count=self._done)
            self._done = 0
        due = [folder for folder in self._folders if not self._is_marked(folder)]
        self._pass = self._walk(due)

    def _walk(self, folders: list[Path]) -> Iterator[Path]:
        for folder in folders:
            if not folder.is_dir():
                continue
            kid = self._fields.newest
            # Marked before the walk: what is put in plain during it takes the mark away again.
            write_whole(folder / DONE, b"")
            yield from files_below(folder)
            if (folder / DONE).exists():
                write_whole(folder / DONE, str(kid).encode())

    def _is_marked(self, folder: Path) -> bool:
        try:
            return (folder / DONE).read_bytes() == str(self._fields.newest).encode()
        except OSError:
            return False

    def _seal(self, path: Path) -> bool:
        try:
            with path.open("rb") as file:
                if self._column.is_newest(file.read(_HEAD_BYTES)):
                    return False
            data = path.read_bytes()
            plain = self._column.open(data, path.name) if is_sealed(data) else data
        except FileNotFoundError:
            return False  # erased meanwhile
        except Refusal as refusal:
            self._log.note("file_not_sealed", code=refusal.code)
            return False
        if hashlib.sha256(plain).hexdigest() != path.name:
            # Damaged: whoever reads it is told so; sealing would hide the damage.
            return False
        write_whole(path, self._column.seal(plain, path.name))
        return True


def files_below(folder: Path) -> Iterator[Path]:
    """Every file addressed by content, in order."""
    for part in sorted(folder.glob("[0-9a-f][0-9a-f]")):
        yield from (path for path in sorted(part.iterdir()) if _DIGEST.match(path.name))


def uses(folders: tuple[Path, ...], kid: int) -> bool:
    """Whether a file is still sealed under that key."""
    head = b"\x01" + kid.to_bytes(2, "big")
    for folder in folders:
        for path in files_below(folder):
            with path.open("rb") as file:
                if file.read(_HEAD_BYTES) == head:
                    return True
    return False
