"""Appending to a file of lines: whole lines, one writer at a time, durable."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import BinaryIO

_TAIL = 1 << 20


@contextmanager
def appending(path: Path) -> Iterator[BinaryIO]:
    """The file at the end of its last whole line, for one writer; durable when the block ends.

    What follows the last newline is a line that a crash cut short: it is taken away. Lines are at
    most 1 MiB.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        flock(file.fileno(), LOCK_EX)
        end = file.seek(0, os.SEEK_END)
        start = max(0, end - _TAIL)
        file.seek(start)
        file.truncate(start + file.read().rfind(b"\n") + 1)
        file.seek(0, os.SEEK_END)
        yield file
        file.flush()
        os.fsync(file.fileno())
