"""The verify site's files in a folder: written whole, replaced at once, carried one way.

In production the folder is what a one-way transfer carries to the internet zone.
"""

import fcntl
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PATH = re.compile(r"[a-z0-9]+([a-z0-9./-]*[a-z0-9])?")


class SiteFolder:
    """Writes under one root."""

    def __init__(self, root: Path) -> None:
        """Make the root."""
        root.mkdir(parents=True, exist_ok=True)
        self._root = root

    def put(self, path: str, data: bytes) -> None:
        """The file is there, whole, after a crash too.

        Raises:
            ValueError: a path that could leave the root; a programmer's mistake.
        """
        if not _PATH.fullmatch(path) or ".." in path:
            message = "path of a site file"
            raise ValueError(message)
        target = self._root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{target.name}.{os.getpid()}.{threading.get_ident()}")
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)

    @contextmanager
    def lock(self, archive_code: str) -> Iterator[None]:
        """Nobody else writes the archive's shared files: serving, commands, other threads."""
        with (self._root / f".{archive_code}.lock").open("wb") as file:
            # Given back when the file is closed, by a kill too.
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


class MemorySite:
    """The same in memory."""

    def __init__(self) -> None:
        """Begin empty."""
        self.files: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def put(self, path: str, data: bytes) -> None:
        """The file is there.

        Raises:
            ValueError: as `SiteFolder.put`.
        """
        if not _PATH.fullmatch(path) or ".." in path:
            message = "path of a site file"
            raise ValueError(message)
        self.files[path] = data

    @contextmanager
    def lock(self, archive_code: str) -> Iterator[None]:
        """One lock for all archives: tests are small."""
        del archive_code
        with self._lock:
            yield
