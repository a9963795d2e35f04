"""Digests of people: nothing to who has no key, and carried to a new key without the people."""

import base64
import hashlib
import hmac
import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.refusal import Refusal
from tests.field_keys import MemoryKeys
from trust.identity.field_key_files import PERSON, FieldKeyFiles
from trust.store.person_digests import PersonDigests, prefix_of, version_of
from trust.store.sealed_fields import FieldKey

NUMBER = b"361199196211050313"
SECRET = b"s" * 32
P = 2**256 - 2**224 + 2**192 + 2**96 - 1
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B


def digests_of(*kids):
    return PersonDigests(MemoryKeys(*kids), SECRET)


def add(one, other):
    """Points of P-256 by the schoolbook; None is the neutral one."""
    if one is None or other is None:
        return one or other
    (x1, y1), (x2, y2) = one, other
    if x1 == x2 and (y1 + y2) % P == 0:
        return None
    if one == other:
        slope = (3 * x1 * x1 - 3) * pow(2 * y1, -1, P) % P
    else:
        slope = (y2 - y1) * pow(x2 - x1, -1, P) % P
    x3 = (slope * slope - x1 - x2) % P
    return x3, (slope * (x1 - x3) - y1) % P


def times(scalar, point):
    product = None
    while scalar:
        if scalar & 1:
            product = add(product, point)
        point, scalar = add(point, point), scalar >> 1
    return product


def by_the_schoolbook(digests, kid, said):
    """The same digest, without the library's curve."""
    inner = hmac.digest(SECRET, said, "sha256")
    for number in range(256):
        hashed = hashlib.sha256(b"lantai person digest|" + bytes([number]) + inner).digest()
        x = int.from_bytes(hashed, "big")
        square = (x**3 - 3 * x + B) % P
        y = pow(square, (P + 1) // 4, P)
        if x < P and y * y % P == square:
            return times(digests._scalars[kid], (x, y))[0].to_bytes(32, "big")
    raise AssertionError


def test_a_digest_is_the_point_times_the_key_and_says_under_which():
    digests = digests_of(1, 2)
    for said in (NUMBER, b"", "周金水".encode()):
        found = digests.digest(2, said)
        assert found.startswith("0002.") and version_of(found) == 2 and len(found) <= 64
        x = base64.urlsafe_b64decode(found.partition(".")[2] + "=")
        assert x == by_the_schoolbook(digests, 2, said)


@settings(max_examples=20, deadline=None)
@given(said=st.binary(max_size=40))
def test_carrying_gives_what_the_new_key_would_have_given(said):
    digests = digests_of(1, 2, 65535)
    plain = digests.digest(0, said)
    assert plain == hmac.digest(SECRET, said, "sha256").hex(), "as before there was a key"
    for kid in (1, 2, 65535):
        assert digests.carry(plain, kid) == digests.digest(kid, said)
    there = digests.carry(digests.digest(1, said), 2)
    assert there == digests.digest(2, said)
    assert digests.carry(digests.carry(there, 65535), 1) == digests.digest(1, said)


def test_who_lost_the_old_key_can_still_read_and_nobody_else_can_guess():
    keys = MemoryKeys(1, 2)
    digests = PersonDigests(keys, SECRET)
    new = digests.carry(digests.digest(1, NUMBER), 2)
    keys.destroy(1)
    after = PersonDigests(keys, SECRET)
    assert after.digest(2, NUMBER) == new
    with pytest.raises(Refusal, match="FIELD_KEY_MISSING"):
        after.digest(1, NUMBER)
    stranger = PersonDigests(MemoryKeys(1, 2), SECRET)
    assert stranger.digest(2, NUMBER) != new, "the node's secret alone tests no guess"
    other = PersonDigests(keys, b"t" * 32)
    assert other.digest(2, NUMBER) != new, "nor does the key alone"
    assert repr(after) == "PersonDigests(keys=[2])"


def test_a_key_made_by_another_process_is_found():
    keys = MemoryKeys(1)
    digests = PersonDigests(keys, SECRET)
    keys.add()
    assert version_of(digests.digest(2, NUMBER)) == 2


@pytest.mark.parametrize("text", ["zz", "0001.AAAA", "0001." + "_" * 43, "01", "0001.", "x.y"])
def test_what_is_no_digest_is_refused(text):
    with pytest.raises(Refusal, match="FIELD_KEY_MALFORMED"):
        digests_of(1, 2).carry(text, 2)


def test_nothing_stays_nothing():
    assert digests_of(1).carry("", 1) == ""
    assert prefix_of(65535) == "ffff."


@pytest.mark.parametrize("keys", [[(0, 32)], [(1, 31)], [(1, 32), (1, 32)], [(65536, 32)]])
def test_keys_that_are_not_whole_are_refused(keys):
    store = MemoryKeys()
    store.keys = [FieldKey(kid=kid, secret=secrets.token_bytes(size)) for kid, size in keys]
    with pytest.raises(Refusal, match="FIELD_KEY_MALFORMED"):
        PersonDigests(store, SECRET)


def test_the_files_lie_beside_the_field_keys_and_are_not_mixed_up(tmp_path):
    fields = FieldKeyFiles(tmp_path, None, secrets.token_bytes)
    people = FieldKeyFiles(tmp_path, None, secrets.token_bytes, PERSON)
    fields.add()
    people.add()
    people.add()
    assert [key.kid for key in fields.load()] == [1]
    assert [key.kid for key in people.load()] == [1, 2]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "field-1.key", "person-1.key", "person-2.key",
    ]  # fmt: skip
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in tmp_path.iterdir())
    people.destroy(1)
    assert [key.kid for key in fields.load()] == [1]
