"""Statements: strict JSON with one meaning, verified before it is read."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, ClassVar

import pytest
from federation_forge import Federation

from records.agreements import Agreement
from records.refusal import Refusal
from trust.envelope.dsse import seal
from trust.envelope.statement import decode, encode, open_statement, sign_statement
from trust.envelope.strict_json import parse_strict_json
from trust.identity.keys import Ed25519Signer, new_ed25519
from trust.identity.statements import Appointment, Endpoint, KeyStatement


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    n: int
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.sample.v1+json"

    name: str
    count: int
    at: datetime
    on: date
    yes: bool = False
    inner: Inner | None = None
    inners: tuple[Inner, ...] = ()
    table: dict[str, str] | None = None


SAMPLE = Sample(
    name="上饶县",
    count=3,
    at=datetime(2026, 11, 21, 2, 30, 0, 120000, tzinfo=UTC),
    on=date(1985, 5, 20),
    inner=Inner(n=1, words=("甲", "乙")),
    inners=(Inner(n=2), Inner(n=3)),
    table={"b": "2", "a": "1"},
)
JSON = encode(SAMPLE)


def edited(change: Callable[[dict[str, Any]], object]) -> bytes:
    value = json.loads(JSON)
    change(value)
    return json.dumps(value, ensure_ascii=False).encode()


def test_what_is_encoded_is_decoded_and_encoded_alike() -> None:
    assert decode(JSON, Sample) == SAMPLE
    assert encode(decode(JSON, Sample)) == JSON
    assert encode(replace(SAMPLE, table={"a": "1", "b": "2"})) == JSON
    assert json.loads(JSON)["at"] == "2026-11-21T02:30:00.120000Z"


def test_every_statement_class_survives_the_round_trip(at: datetime) -> None:
    federation = Federation(at)
    for statement, type_ in (
        (federation.trust_list(), type(federation.trust_list())),
        (federation.agreement(), Agreement),
        (federation.appointment(), Appointment),
        (federation.endpoint(), Endpoint),
        (federation.key_statement(), KeyStatement),
    ):
        assert decode(encode(statement), type_) == statement


@pytest.mark.parametrize(
    "change",
    [
        lambda v: v.update(more=1),
        lambda v: v["inner"].update(more=1),
        lambda v: v["inners"][1].update(more=1),
        lambda v: v.pop("name"),
        lambda v: v["inner"].pop("n"),
        lambda v: v.update(name=None),
        lambda v: v.update(name=1),
        lambda v: v.update(name=["上饶县"]),
        lambda v: v.update(count="3"),
        lambda v: v.update(count=3.0),
        lambda v: v.update(count=True),
        lambda v: v.update(count=2**53),
        lambda v: v.update(count=-(2**53)),
        lambda v: v.update(yes=1),
        lambda v: v.update(at="2026-11-21T02:30:00"),
        lambda v: v.update(at="2026-11-21T10:30:00+08:00"),
        lambda v: v.update(at="2026-11-21T02:30:00+00:00"),
        lambda v: v.update(at="2026-11-21T02:30:00z"),
        lambda v: v.update(at="2026-11-21 02:30:00Z"),
        lambda v: v.update(at="2026-11-21T02:30:00.1Z"),
        lambda v: v.update(at="2026-11-21T24:00:00Z"),
        lambda v: v.update(at=1795228200),
        lambda v: v.update(on="1985-5-20"),
        lambda v: v.update(on="1985-05-20T00:00:00Z"),
        lambda v: v.update(on="1985-02-30"),
        lambda v: v.update(inner=[]),
        lambda v: v.update(inners={}),
        lambda v: v.update(table=[["a", "1"]]),
        lambda v: v["table"].update(a=1),
        lambda v: v.update(name="\ud800"),
    ],
)
def test_what_does_not_follow_the_class_exactly_is_refused(
    change: Callable[[dict[str, Any]], object],
) -> None:
    value = json.loads(JSON)
    change(value)
    with pytest.raises(Refusal, match="STATEMENT_MALFORMED"):
        decode(json.dumps(value).encode(), Sample)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b'"x"',
        b"3",
        b"{}",
        b"{",
        JSON + b"{}",
        JSON + b"x",
        b"\xef\xbb\xbf" + JSON,
        JSON.decode().encode("utf-16"),
        JSON.decode().encode("gb18030"),
        JSON[:-1] + b"\xff}",
        JSON[:-1] + b',"count":4}',
        JSON[:-1] + b',"count":NaN}',
        JSON[:-1] + b',"x":Infinity}',
        JSON[:-1] + b',"x":-Infinity}',
        JSON[:-1] + b',"x":1e400}',
        JSON[:-1] + b',"x":0.5}',
        JSON[:-1] + b',"x":-0}',
        JSON[:-1] + b',"x":' + b"9" * 5000 + b"}",
        JSON[:-1] + b',"x":"\n"}',
        JSON[:-1] + b",}",
        JSON.replace(b'"count":3', b'"count":03'),
        JSON.replace(b'"count":3', b"count:3"),
        JSON.replace(b'"', b"'"),
        b"/* c */" + JSON,
        JSON.replace(b'"n":1', b'"n":1,"n":2'),
        JSON.replace(b'{"a":"1"', b'{"a":"0","a":"1"'),
    ],
)
def test_what_two_readers_would_read_differently_is_refused(data: bytes) -> None:
    with pytest.raises(Refusal, match="STATEMENT_MALFORMED"):
        decode(data, Sample)


def test_depth_and_size_are_bounded() -> None:
    for depth in (17, 1000, 100_000):
        data = b"[" * depth + b"]" * depth
        with pytest.raises(Refusal, match="STATEMENT_TOO_LARGE"):
            parse_strict_json(data)
    assert parse_strict_json(b"[" * 16 + b"]" * 16) is not None
    with pytest.raises(Refusal, match="STATEMENT_TOO_LARGE"):
        decode(edited(lambda v: v.update(name="x" * 1024 * 1024)), Sample)
    with pytest.raises(Refusal, match="STATEMENT_TOO_LARGE"):
        encode(replace(SAMPLE, name="x" * 1024 * 1024))


@pytest.mark.parametrize(
    "changes",
    [
        {"at": datetime(2026, 11, 21, 2, 30)},
        {"at": datetime(2026, 11, 21, 10, 30, tzinfo=timezone(timedelta(hours=8)))},
        {"name": "\ud800"},
        {"count": 2**60},
        {"count": 1.5},
        {"name": 3},
        {"table": {"a": object()}},
    ],
)
def test_nothing_is_signed_that_could_not_be_read(changes: dict[str, Any]) -> None:
    with pytest.raises(Refusal, match="STATEMENT_MALFORMED"):
        encode(replace(SAMPLE, **changes))


def test_a_refusal_never_repeats_what_was_said() -> None:
    for change in (
        lambda v: v.update(count="周小水"),
        lambda v: v.update(周小水=1),
        lambda v: v["table"].update(周小水=1),
        lambda v: v.update(at="周小水"),
        lambda v: v.update(on="周小水"),
    ):
        with pytest.raises(Refusal) as caught:
            decode(edited(change), Sample)
        assert "周" not in str(caught.value)
        assert "Sample" in caught.value.detail or caught.value.detail


def test_a_statement_is_verified_before_it_is_read() -> None:
    signer, stranger = Ed25519Signer(new_ed25519()), Ed25519Signer(new_ed25519())
    keys = {signer.kid: signer.public_key}
    opened = open_statement(sign_statement(SAMPLE, signer), Sample, keys)
    assert (opened.statement, opened.kids, opened.payload) == (SAMPLE, (signer.kid,), JSON)
    garbage = seal(Sample.PAYLOAD_TYPE, b"not json", [stranger])
    with pytest.raises(Refusal, match="SIGNER_UNKNOWN"):
        open_statement(garbage, Sample, keys)
    with pytest.raises(Refusal, match="STATEMENT_MALFORMED"):
        open_statement(seal(Sample.PAYLOAD_TYPE, b"not json", [signer]), Sample, keys)


def test_a_statement_of_another_kind_is_refused_whatever_it_contains() -> None:
    signer = Ed25519Signer(new_ed25519())
    envelope = seal("application/vnd.lantai.other.v1+json", JSON, [signer])
    with pytest.raises(Refusal, match="PAYLOAD_TYPE_WRONG"):
        open_statement(envelope, Sample, {signer.kid: signer.public_key})
