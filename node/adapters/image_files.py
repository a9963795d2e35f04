"""Page images in a folder, addressed by content: `images/ab/abcdef…`, each sealed to its digest.

The same port on an S3-compatible store replaces this file; nothing else knows paths. What an older
program or an import without keys wrote in plain is read as it is, and sealed in the background
(adapters/seal_files.py).
"""

import hashlib
import os
import re
import tempfile
from pathlib import Path

from node.domain.catalogue_reasons import IMAGE_DAMAGED, IMAGE_NOT_FOUND
from records.refusal import Refusal
from trust.store.reasons import FIELD_SEAL_BROKEN
from trust.store.sealed_fields import SealedColumn, SealedFields

DONE = ".sealed"
"""Beside the images: which key every one of them is under; gone when one was put in plain."""
_DIGEST = re.compile(r"[0-9a-f]{64}")


class ImageFiles:
    """The image store of one node."""

    def __init__(self, folder: Path, fields: SealedFields | None = None) -> None:
        """Keep images under `folder`, which is made private; sealed by `fields` where given."""
        self._folder = folder
        self._seal = None if fields is None else column_of(fields)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def put(self, data: bytes) -> str:
        """Store durably and return the SHA-256, hex; storing the same image again is free."""
        digest = hashlib.sha256(data).hexdigest()
        target = self._path(digest)
        if target.exists():
            return digest
        target.parent.mkdir(mode=0o700, exist_ok=True)
        if self._seal is None:
            (self._folder / DONE).unlink(missing_ok=True)
            write_whole(target, data)
        else:
            write_whole(target, self._seal.seal(data, digest))
        return digest

    def get(self, sha256: str) -> bytes:
        """The bytes, after their digest was checked again.

        Raises:
            Refusal: IMAGE_NOT_FOUND, IMAGE_DAMAGED.
        """
        if not _DIGEST.fullmatch(sha256):
            raise Refusal(IMAGE_NOT_FOUND, "")
        try:
            data = self._open(self._path(sha256).read_bytes(), sha256)
        except FileNotFoundError:
            raise Refusal(IMAGE_NOT_FOUND, sha256[:16]) from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise Refusal(IMAGE_DAMAGED, sha256[:16])
        return data

    def _open(self, data: bytes, sha256: str) -> bytes:
        """The bytes as they were put; what was never sealed, or is damaged, as it lies there.

        Raises:
            Refusal: FIELD_KEY_MISSING.
        """
        if self._seal is None or not is_sealed(data):
            return data
        try:
            return self._seal.open(data, sha256)
        except Refusal as refusal:
            if refusal.reason is not FIELD_SEAL_BROKEN:
                raise
            return data

    def remove(self, sha256: str) -> bool:
        """Whether the image was there; it is not now."""
        if not _DIGEST.fullmatch(sha256):
            return False
        path = self._path(sha256)
        was_there = path.is_file()
        path.unlink(missing_ok=True)
        return was_there

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest


def column_of(fields: SealedFields) -> SealedColumn:
    """What seals a file to its digest."""
    return fields.column("files", "body")


def is_sealed(head: bytes) -> bool:
    """Whether the file begins as sealed ones do; no image, PDF or text does."""
    return head[:1] == b"\x01"


def write_whole(target: Path, data: bytes) -> None:
    """The file is there whole and durable, or not at all."""
    handle, partial = tempfile.mkstemp(dir=target.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    Path(partial).replace(target)
