"""Files at rest: sealed to their digest, old ones in the background, whatever happens between."""

import hashlib
import secrets

import pytest

from node.adapters.image_files import DONE, ImageFiles
from node.adapters.seal_files import SealFiles, uses
from records.refusal import Refusal
from trust.store.sealed_fields import FieldKey, SealedFields

PAGES = [b"\x89PNG page %d of 1985" % number * 40 for number in range(7)]


class Keys:
    """Master keys in memory."""

    def __init__(self) -> None:
        self.keys = [FieldKey(kid=1, secret=b"\x01" * 32)]

    def load(self):
        return tuple(self.keys)

    def add(self):
        kid = self.keys[-1].kid + 1
        self.keys.append(FieldKey(kid=kid, secret=bytes([kid]) * 32))
        return self.keys[-1]

    def destroy(self, kid):
        self.keys = [key for key in self.keys if key.kid != kid]


class Lines:
    def __init__(self) -> None:
        self.said = []

    def note(self, event, **fields):
        self.said.append((event, fields))


def fields_of(keys) -> SealedFields:
    return SealedFields(keys, secrets.token_bytes)


def raw(folder) -> bytes:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return b"".join(path.read_bytes() for path in sorted(files))


@pytest.fixture
def keys():
    return Keys()


def test_what_is_put_is_sealed_to_its_digest_and_read_as_it_was(tmp_path, keys) -> None:
    store = ImageFiles(tmp_path, fields_of(keys))
    digest = store.put(PAGES[0])
    assert digest == hashlib.sha256(PAGES[0]).hexdigest()
    assert store.put(PAGES[0]) == digest
    assert b"1985" not in raw(tmp_path)
    assert store.get(digest) == PAGES[0]
    # A sealed file under another name does not open there.
    other = hashlib.sha256(PAGES[1]).hexdigest()
    path = tmp_path / digest[:2] / digest
    target = tmp_path / other[:2] / other
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(path.read_bytes())
    with pytest.raises(Refusal, match="IMAGE_DAMAGED"):
        store.get(other)
    spoilt = bytearray(path.read_bytes())
    spoilt[-1] ^= 1
    path.write_bytes(bytes(spoilt))
    with pytest.raises(Refusal, match="IMAGE_DAMAGED"):
        store.get(digest)


def test_an_old_folder_is_sealed_a_few_files_at_a_time_and_readable_throughout(
    tmp_path, keys
) -> None:
    old = ImageFiles(tmp_path)
    digests = [old.put(page) for page in PAGES]
    assert b"1985" in raw(tmp_path)
    store, log = ImageFiles(tmp_path, fields_of(keys)), Lines()
    done = 0
    for _ in range(20):
        # Every process that seals may be killed: the next one begins anew.
        sealing = SealFiles((tmp_path,), fields_of(keys), log)
        sealing.seal_some(2)
        done += sealing.seal_some(2)
        assert [store.get(digest) for digest in digests] == PAGES
    assert done == len(PAGES)
    assert b"1985" not in raw(tmp_path)
    assert (tmp_path / DONE).read_bytes() == b"1"
    # An import without keys puts one in plain: the folder is gone through once more.
    late = old.put(b"\x89PNG late 1985")
    assert not (tmp_path / DONE).exists()
    sealing = SealFiles((tmp_path, tmp_path / "missing"), fields_of(keys), log)
    assert [sealing.seal_some(9), sealing.seal_some(9), sealing.seal_some(9)] == [0, 1, 0]
    assert store.get(late) == b"\x89PNG late 1985"
    assert b"1985" not in raw(tmp_path)


def test_a_rotation_carries_every_file_to_the_new_key_before_the_old_one_burns(
    tmp_path, keys
) -> None:
    digests = [ImageFiles(tmp_path, fields_of(keys)).put(page) for page in PAGES]
    keys.add()
    assert uses((tmp_path,), 1)
    sealing = SealFiles((tmp_path,), fields_of(keys), Lines())
    for _ in range(6):
        sealing.seal_some(3)
    assert not uses((tmp_path,), 1)
    assert uses((tmp_path,), 2)
    keys.destroy(1)
    store = ImageFiles(tmp_path, fields_of(keys))
    assert [store.get(digest) for digest in digests] == PAGES


def test_a_damaged_file_is_left_as_it_is_for_whoever_reads_it(tmp_path, keys) -> None:
    digest = ImageFiles(tmp_path).put(PAGES[0])
    path = tmp_path / digest[:2] / digest
    path.write_bytes(b"\x89PNG rotten")
    sealing = SealFiles((tmp_path,), fields_of(keys), Lines())
    for _ in range(3):
        assert sealing.seal_some(5) == 0
    assert path.read_bytes() == b"\x89PNG rotten"
    with pytest.raises(Refusal, match="IMAGE_DAMAGED"):
        ImageFiles(tmp_path, fields_of(keys)).get(digest)
