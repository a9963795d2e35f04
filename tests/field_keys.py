"""Field keys in memory: a key service as a test has it."""

import secrets
from pathlib import Path

from trust.identity.field_key_files import FieldKeyFiles
from trust.store.sealed_fields import FieldKey, SealedFields


class MemoryKeys:
    """A key service: the port's other side."""

    def __init__(self, *kids):
        self.keys = [FieldKey(kid=kid, secret=secrets.token_bytes(32)) for kid in kids]

    def load(self):
        return list(self.keys)

    def add(self):
        kid = max((key.kid for key in self.keys), default=0) + 1
        self.keys.append(FieldKey(kid=kid, secret=secrets.token_bytes(32)))
        return self.keys[-1]

    def destroy(self, kid):
        self.keys = [key for key in self.keys if key.kid != kid]


def memory_fields() -> SealedFields:
    """Fields sealed with one fresh key."""
    return SealedFields(MemoryKeys(1), secrets.token_bytes)


def folder_fields(folder: Path) -> SealedFields:
    """Fields sealed with the key in `folder`/keys, which is made where there is none."""
    keys = FieldKeyFiles(folder / "keys", None, secrets.token_bytes)
    if not keys.load():
        keys.add()
    return SealedFields(keys, secrets.token_bytes)
