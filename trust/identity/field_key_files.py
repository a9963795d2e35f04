"""Master keys as files: keys/field-1.key, field-2.key ... and keys/person-1.key, mode 0600.

They lie beside the signing keys and apart from the database, under the same passphrase, and are
backed up apart from it too: a backup of the database alone shows nobody's name.
"""

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from records.refusal import Refusal
from trust.identity.keys import read_secret, write_secret
from trust.store import reasons
from trust.store.sealed_fields import KEY_BYTES, FieldKey

FIELD, PERSON = "field", "person"
"""What a key is for: sealed fields, or digests of names and identity numbers."""


class FieldKeyFiles:
    """`FieldKeys` in a folder."""

    def __init__(
        self,
        folder: Path,
        passphrase: bytes | None,
        random: Callable[[int], bytes],
        stem: str = FIELD,
    ) -> None:
        """Keys lie in `folder` under `passphrase`; None = keys of a sample, not wrapped."""
        self._folder = folder
        self._stem = stem
        self._name = re.compile(rf"{stem}-([1-9][0-9]{{0,4}})\.key")
        self._passphrase = passphrase
        self._random = random

    def load(self) -> Sequence[FieldKey]:
        """Every key of the folder, oldest first.

        Raises:
            Refusal: KEY_FILE_EXPOSED, KEY_NOT_ENCRYPTED, PASSPHRASE_WRONG, KEY_MALFORMED.
        """
        return [
            FieldKey(kid=kid, secret=read_secret(self._path(kid), self._passphrase))
            for kid in self._kids()
        ]

    def add(self) -> FieldKey:
        """A fresh key is on disk; its number is one above the newest.

        Raises:
            Refusal: KEY_FILE_EXISTS when another process was faster.
        """
        key = FieldKey(kid=max(self._kids(), default=0) + 1, secret=self._random(KEY_BYTES))
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_secret(self._path(key.kid), key.secret, self._passphrase)
        return key

    def destroy(self, kid: int) -> None:
        """The file is overwritten and gone; the newest key is never destroyed.

        Overwriting helps on a plain disk only; a flash disk keeps old blocks, which is why the
        file is wrapped under the passphrase as well (decision 1070).

        Raises:
            Refusal: FIELD_KEY_MISSING for a key that is not there; FIELD_KEY_IN_USE.
        """
        kids = self._kids()
        if kid not in kids:
            raise Refusal(reasons.FIELD_KEY_MISSING, f"key {kid}")
        if kid == max(kids):
            raise Refusal(reasons.FIELD_KEY_IN_USE, f"key {kid}")
        path = self._path(kid)
        with path.open("r+b") as file:
            length = os.fstat(file.fileno()).st_size
            file.write(bytes(length))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()

    def _kids(self) -> list[int]:
        found = (
            self._name.fullmatch(path.name) for path in self._folder.glob(f"{self._stem}-*.key")
        )
        return sorted(int(match[1]) for match in found if match)

    def _path(self, kid: int) -> Path:
        return self._folder / f"{self._stem}-{kid}.key"
