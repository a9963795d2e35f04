"""Page images in a folder, addressed by content: `images/ab/abcdef…`.

The same port on an S3-compatible store replaces this file; nothing else knows paths.
"""

import hashlib
import os
import re
import tempfile
from pathlib import Path

from node.domain.catalogue_reasons import IMAGE_DAMAGED, IMAGE_NOT_FOUND
from records.refusal import Refusal

_DIGEST = re.compile(r"[0-9a-f]{64}")


class ImageFiles:
    """The image store of one node."""

    def __init__(self, folder: Path) -> None:
        """Keep images under `folder`, which is made private."""
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def put(self, data: bytes) -> str:
        """Store durably and return the SHA-256, hex; storing the same image again is free."""
        digest = hashlib.sha256(data).hexdigest()
        target = self._path(digest)
        if target.exists():
            return digest
        target.parent.mkdir(mode=0o700, exist_ok=True)
        handle, partial = tempfile.mkstemp(dir=target.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(partial).replace(target)
        return digest

    def get(self, sha256: str) -> bytes:
        """The bytes, after their digest was checked again.

        Raises:
            Refusal: IMAGE_NOT_FOUND, IMAGE_DAMAGED.
        """
        if not _DIGEST.fullmatch(sha256):
            raise Refusal(IMAGE_NOT_FOUND, "")
        try:
            data = self._path(sha256).read_bytes()
        except FileNotFoundError:
            raise Refusal(IMAGE_NOT_FOUND, sha256[:16]) from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise Refusal(IMAGE_DAMAGED, sha256[:16])
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
