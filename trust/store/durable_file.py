"""Replacing a small file so that a power failure leaves the old one or the new one, whole."""

import os
from pathlib import Path


def write_durably(path: Path, content: bytes) -> None:
    """The file holds `content` and is on disk, name and all; mode 0600.

    A rename without a sync before it may come back from a power failure as an empty file (F36).

    Raises:
        OSError: Nothing was replaced.
    """
    partial = path.with_name(f".{path.name}.new")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
