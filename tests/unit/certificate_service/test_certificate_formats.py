"""COSE, token and status list: one form each, bounded, and small."""

import json
import secrets
import zlib
from pathlib import Path

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificate_service.domain.cose import (
    es256,
    kid_of,
    load_strict,
    parse_sign1,
    sign1,
    verify_sign1,
)
from certificate_service.domain.numbering import CertificateNumber
from certificate_service.domain.status_list import (
    CONTENT_TYPE,
    PLACES,
    REVOKED,
    encode_status_list,
    verify_status_list,
)
from certificate_service.domain.token import Token, encode_token, parse_token
from records.refusal import Refusal
from trust.identity.keys import new_p256

KEY = new_p256()
KID = kid_of(KEY.public_key())


def a_token(**changes) -> Token:
    fields = {
        "number": CertificateNumber("361100", 2026, 123),
        "template": "T1",
        "issued_at": 1795228200,
        "certificate_id": secrets.token_bytes(10),
        "masked_names": "张*|李*",
        "pages": 2,
        "digests": secrets.token_bytes(16),
        "status_index": 5,
        "log_index": 88_214,
        "sealed_facts": secrets.token_bytes(100),
    }
    return Token(**(fields | changes))


def test_a_token_is_read_as_it_was_written() -> None:
    token = a_token()
    found, signed = parse_token(encode_token(token, KID, es256(KEY)))
    assert found == token
    verify_sign1(signed, KEY.public_key())


def test_a_token_above_300_bytes_is_refused() -> None:
    with pytest.raises(Refusal) as caught:
        encode_token(a_token(sealed_facts=bytes(150)), KID, es256(KEY))
    assert caught.value.code == "TOKEN_TOO_LARGE"


@given(st.binary(max_size=400))
def test_arbitrary_bytes_are_refused_without_a_crash(data: bytes) -> None:
    with pytest.raises(Refusal):
        parse_token(data)


@pytest.mark.parametrize(
    "changes",
    [
        {1: "36110"},
        {1: 361100},
        {6: -1},
        {6: 1.5},
        {6: True},
        {7: b"short"},
        {9: "spare"},
        {-70001: []},
        {-70001: [2, 1, [2026, 1], "", 1, bytes(8), 0, 0, bytes(16)]},
        {-70001: [1, 9, [2026, 1], "", 1, bytes(8), 0, 0, bytes(16)]},
        {-70001: [1, 1, [2026, 0], "", 1, bytes(8), 0, 0, bytes(16)]},
        {-70001: [1, 1, [2026, 1], "", 2, bytes(8), 0, 0, bytes(16)]},
        {-70001: [1, 1, [2026, 1], "", 1, bytes(8), 1 << 20, 0, bytes(16)]},
        {-70001: [1, 1, [2026, 1], 7, 1, bytes(8), 0, 0, bytes(16)]},
        {-70001: [1, True, [2026, 1], "", 1, bytes(8), 0, 0, bytes(16)]},
    ],
)
def test_a_well_signed_token_of_another_form_is_refused(changes: dict[int, object]) -> None:
    good = {
        1: "361100",
        6: 1795228200,
        7: bytes(10),
        -70001: [1, 1, [2026, 1], "", 1, bytes(8), 0, 0, bytes(16)],
    }
    parse_token(sign1(good, KID, es256(KEY)))
    with pytest.raises(Refusal) as caught:
        parse_token(sign1(good | changes, KID, es256(KEY)))
    assert caught.value.code == "TOKEN_MALFORMED"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xa2\x01\x02\x01\x03",  # duplicate key
        b"\x18\x01",  # long head
        b"\x9f\xff",  # indefinite length
        b"\x01\x01",  # trailing byte
        b"\xa2\x02\x00\x01\x00",  # unsorted keys
        b"\x81" * 2000,  # nesting
        b"\x5b" + b"\xff" * 8,  # huge string
        b"\xf9\x7e\x01",  # odd NaN
    ],
)
def test_only_deterministic_cbor_is_read(data: bytes) -> None:
    with pytest.raises(Refusal):
        load_strict(data)


@pytest.mark.shared_data
def test_appendix_a_of_rfc_8949_is_read_as_written_or_refused(shared_data: Path) -> None:
    """Nothing of the appendix that is not its own deterministic encoding may pass."""
    cases = json.loads((shared_data / "crypto" / "cbor_appendix_a.json").read_text())
    read = 0
    for case in cases:
        data = bytes.fromhex(case["hex"])
        try:
            item = load_strict(data)
        except Refusal:
            continue
        assert cbor2.dumps(item, canonical=True) == data
        read += 1
    assert read > 40


def test_a_status_list_of_a_million_with_one_in_a_thousand_is_small() -> None:
    import random

    chosen = random.Random(1).sample(range(PLACES), PLACES // 1000)
    statuses = {place: 1 + place % 3 for place in chosen}
    data = encode_status_list("361100", statuses, 1795228200, KID, es256(KEY))
    assert len(data) <= 3_200
    found = verify_status_list(data, "361100", {KID: KEY.public_key()})
    assert all(found.status(place) == status for place, status in statuses.items())
    assert sum(found.status(place) for place in range(PLACES)) == sum(statuses.values())


@pytest.mark.parametrize("size", [0, PLACES // 4 - 1, PLACES // 4 + 1, PLACES * 8])
def test_a_status_list_of_another_size_is_refused(size: int) -> None:
    claims = {
        1: "361100",
        6: 1,
        4: 2,
        65533: {"bits": 2, "lst": zlib.compress(bytes(size), 9)},
    }
    data = sign1(claims, KID, es256(KEY), content_type=CONTENT_TYPE)
    with pytest.raises(Refusal) as caught:
        verify_status_list(data, "361100", {KID: KEY.public_key()})
    assert caught.value.code == "STATUS_LIST_BAD"


def test_a_status_list_of_another_archive_or_key_is_refused() -> None:
    data = encode_status_list("361100", {3: REVOKED}, 1, KID, es256(KEY))
    for archive, keys in (("330400", {KID: KEY.public_key()}), ("361100", {})):
        with pytest.raises(Refusal):
            verify_status_list(data, archive, keys)
    assert parse_sign1(data).content_type == CONTENT_TYPE
