"""Fields at rest: a ciphertext opens in its own place only, and keys can be changed and burnt."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.refusal import Refusal
from tests.field_keys import MemoryKeys
from trust.identity.field_key_files import FieldKeyFiles
from trust.store.sealed_fields import OVERHEAD_BYTES, FieldKey, SealedFields

ID_NUMBER = "330411198505201234"


def fields_of(keys):
    return SealedFields(keys, secrets.token_bytes)


@pytest.fixture
def fields():
    return fields_of(MemoryKeys(1))


def refused(code, act, *args):
    with pytest.raises(Refusal) as caught:
        act(*args)
    assert caught.value.code == code


def test_a_field_opens_where_it_was_sealed_and_shows_nothing(fields):
    body = fields.column("cases", "body")
    sealed = body.seal(ID_NUMBER.encode(), "LT-330400-20261121-0001")
    assert len(sealed) == len(ID_NUMBER) + OVERHEAD_BYTES == 49
    assert ID_NUMBER.encode() not in sealed
    assert body.open(sealed, "LT-330400-20261121-0001") == ID_NUMBER.encode()
    again = body.seal(ID_NUMBER.encode(), "LT-330400-20261121-0001")
    assert again != sealed, "equal values must not look equal"


def test_a_field_that_was_moved_does_not_open(fields):
    sealed = fields.column("cases", "body").seal(b"Zhou", "case-1")
    refused("FIELD_SEAL_BROKEN", fields.column("cases", "body").open, sealed, "case-2")
    refused("FIELD_SEAL_BROKEN", fields.column("cases", "note").open, sealed, "case-1")
    refused("FIELD_SEAL_BROKEN", fields.column("work", "body").open, sealed, "case-1")
    refused("FIELD_SEAL_BROKEN", fields.column("cases", "body").open, sealed, "case-1", "")


def test_parts_of_a_key_cannot_be_shifted_into_each_other(fields):
    work = fields.column("work", "body")
    sealed = work.seal(b"Zhou", "case-1", "361100")
    for row in (("case-13", "61100"), ("case-1361100",), ("case-1", "361100", ""), ("361100",)):
        refused("FIELD_SEAL_BROKEN", work.open, sealed, *row)


def test_no_byte_of_a_field_can_be_changed(fields):
    body = fields.column("cases", "body")
    sealed = body.seal(b"Zhou Jinshui", 17)
    for place in range(len(sealed)):
        altered = bytearray(sealed)
        altered[place] ^= 1
        with pytest.raises(Refusal) as caught:
            body.open(bytes(altered), 17)
        assert caught.value.code in ("FIELD_SEAL_BROKEN", "FIELD_KEY_MISSING")
    for length in range(OVERHEAD_BYTES):
        refused("FIELD_SEAL_BROKEN", body.open, sealed[:length], 17)
    refused("FIELD_SEAL_BROKEN", body.open, b'{"plain":"body"}' * 4, 17)


def test_relabelling_a_field_to_another_key_is_refused():
    keys = MemoryKeys(1, 2)
    body = fields_of(keys).column("cases", "body")
    sealed = body.seal(b"Zhou", 1)
    assert sealed[1:3] == b"\x00\x02", "the newest key seals"
    refused("FIELD_SEAL_BROKEN", body.open, sealed[:1] + b"\x00\x01" + sealed[3:], 1)
    twins = MemoryKeys(1)
    twins.keys.append(FieldKey(kid=2, secret=twins.keys[0].secret))
    body = fields_of(twins).column("cases", "body")
    sealed = body.seal(b"Zhou", 1)
    # Even with the same master key behind both numbers.
    refused("FIELD_SEAL_BROKEN", body.open, sealed[:1] + b"\x00\x01" + sealed[3:], 1)


def test_an_old_key_opens_until_it_is_destroyed():
    keys = MemoryKeys(1)
    before = fields_of(keys)
    old = before.column("cases", "body").seal(b"Zhou", 1)
    keys.add()
    after = fields_of(keys).column("cases", "body")
    assert after.open(old, 1) == b"Zhou"
    assert not after.is_newest(old)
    new = after.seal(after.open(old, 1), 1)
    assert after.is_newest(new)
    # A process that was started before the new key finds it by itself.
    assert before.column("cases", "body").open(new, 1) == b"Zhou"
    assert before.newest == 2
    keys.destroy(1)
    survivor = fields_of(keys).column("cases", "body")
    assert survivor.open(new, 1) == b"Zhou"
    refused("FIELD_KEY_MISSING", survivor.open, old, 1)


def test_wrong_keys_are_told_apart_before_anything_is_read():
    mine, other = fields_of(MemoryKeys(1)), fields_of(MemoryKeys(1))
    assert mine.fingerprints().keys() == other.fingerprints().keys() == {1}
    assert mine.fingerprints() != other.fingerprints()
    refused("FIELD_KEY_MISSING", fields_of, MemoryKeys())
    short = MemoryKeys()
    short.keys = [FieldKey(kid=1, secret=b"short")]
    refused("FIELD_KEY_MALFORMED", fields_of, short)
    doubled = MemoryKeys(1, 1)
    refused("FIELD_KEY_MALFORMED", fields_of, doubled)


@given(value=st.binary(max_size=300), row=st.lists(st.text(max_size=8) | st.integers(), max_size=3))
def test_whatever_was_sealed_opens_again(value, row):
    body = fields_of(MemoryKeys(3)).column("cases", "body")
    assert body.open(body.seal(value, *row), *row) == value


def test_keys_never_show_in_what_is_printed(fields):
    key = FieldKey(kid=1, secret=b"\x11" * 32)
    assert "1111" not in repr(key)
    assert "\\x11" not in repr(key)
    assert repr(fields) == "SealedFields(keys=[1])"


@pytest.mark.parametrize("passphrase", [None, b"correct horse"])
def test_key_files_are_private_numbered_and_burnt(tmp_path, passphrase):
    files = FieldKeyFiles(tmp_path / "keys", passphrase, secrets.token_bytes)
    assert files.load() == []
    first, second = files.add(), files.add()
    assert [key.kid for key in files.load()] == [1, 2]
    assert [key.secret for key in files.load()] == [first.secret, second.secret]
    path = tmp_path / "keys" / "field-1.key"
    assert path.stat().st_mode & 0o777 == 0o600
    if passphrase:
        assert first.secret.hex().encode() not in path.read_bytes()
        wrong = FieldKeyFiles(tmp_path / "keys", b"wrong", secrets.token_bytes)
        refused("PASSPHRASE_WRONG", wrong.load)
    refused("FIELD_KEY_IN_USE", files.destroy, 2)
    files.destroy(1)
    assert not path.exists()
    assert [key.kid for key in files.load()] == [2]
    assert files.add().kid == 3, "numbers are never used again"
    refused("FIELD_KEY_MISSING", files.destroy, 1)


def test_exposed_key_files_are_refused(tmp_path):
    files = FieldKeyFiles(tmp_path, None, secrets.token_bytes)
    files.add()
    (tmp_path / "field-1.key").chmod(0o644)
    refused("KEY_FILE_EXPOSED", files.load)
    (tmp_path / "field-1.key").chmod(0o600)
    (tmp_path / "field-1.key").write_bytes(b"lantai-secret zz")
    refused("KEY_MALFORMED", files.load)
    wrapped = FieldKeyFiles(tmp_path, b"passphrase", secrets.token_bytes)
    refused("KEY_NOT_ENCRYPTED", wrapped.load)
