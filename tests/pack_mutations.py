"""Evidence packs as an attacker would change them: any byte, then all digests repaired."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from random import Random

from trust.transparency.evidence_pack import MANIFEST, _zip, read_pack


def mutations(good: bytes, chance: Random, count: int) -> Iterator[bytes]:
    """`count` packs that differ from `good`: in turn a content, the manifest, the zip itself."""
    files = dict(read_pack(good)[1])
    manifest = zipfile.ZipFile(io.BytesIO(good)).read(MANIFEST)
    turn = 0
    while turn < count:
        match turn % 4:
            case 0 | 1:
                path = chance.choice(sorted(files))
                made = repaired({**files, path: mutate(files[path], chance)}, manifest)
            case 2:
                made = _zip({**files, MANIFEST: mutate(manifest, chance)})
            case _:
                made = mutate(good, chance)
        if made != good:
            turn += 1
            yield made


def mutate(data: bytes, chance: Random) -> bytes:
    """One bit turned, one byte gone, or one byte more."""
    changed = bytearray(data)
    position = chance.randrange(len(data))
    match chance.randrange(3):
        case 0:
            changed[position] ^= 1 << chance.randrange(8)
        case 1:
            del changed[position]
        case _:
            changed.insert(position, chance.randrange(256))
    return bytes(changed)


def repaired(files: dict[str, bytes], manifest: bytes) -> bytes:
    """The pack with a manifest that fits its contents: nothing in it is signed."""
    said = json.loads(manifest)
    for entry in said["files"]:
        entry["sha256"] = hashlib.sha256(files[entry["path"]]).hexdigest()
    text = json.dumps(said, separators=(",", ":"), ensure_ascii=False).encode()
    return _zip({**files, MANIFEST: text})
