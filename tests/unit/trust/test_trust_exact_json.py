"""The quick way to read a statement accepts nothing that the careful way refuses."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from random import Random
from typing import Any, ClassVar

import pytest

from records.exchange import AssistAnswer, AssistRequest, LocateAnswer, LocateQuestion, Receipt
from records.refusal import Refusal
from trust.envelope.exact_json import reader_of
from trust.envelope.statement import _decode_carefully, decode, encode
from trust.identity.trust_list import TrustList


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    n: int
    when: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.spoken.v1+json"
    text: str
    number: int
    at: datetime
    on: date
    inner: tuple[Inner, ...] = ()
    table: dict[str, str] | None = None
    sure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.measured.v1+json"
    size: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Loose:
    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.loose.v1+json"
    said: Any = None


SPOKEN = Spoken(
    text="周金水 1985 年",
    number=3,
    at=datetime(2026, 11, 21, 2, 30, tzinfo=UTC),
    on=date(1985, 5, 20),
    inner=(Inner(n=1), Inner(n=2, when=datetime(2026, 1, 1, 0, 0, 0, 5, tzinfo=UTC))),
    table={"b": "2", "a": "1"},
)
PAYLOAD = encode(SPOKEN)


def test_what_we_wrote_ourselves_is_read_the_quick_way() -> None:
    for type_ in (AssistRequest, AssistAnswer, LocateQuestion, LocateAnswer, Receipt, TrustList):
        assert reader_of(type_) is not None, type_
    reader = reader_of(Spoken)
    assert reader is not None
    assert reader.read(PAYLOAD) == SPOKEN == _decode_carefully(PAYLOAD, Spoken)


@pytest.mark.parametrize(
    "other",
    [
        PAYLOAD.replace(b"02:30:00Z", b"02:30:00"),
        PAYLOAD.replace(b"02:30:00Z", b"10:30:00+08:00"),
        PAYLOAD.replace(b"02:30:00Z", b"02:30:00+00:00"),
        PAYLOAD.replace(b"00:00:00.000005Z", b"00:00:00.000005"),
        PAYLOAD.replace(b"00:00:00.000005Z", b"00:00:00.000005-01:00"),
        PAYLOAD.replace(b'"number":3', b'"number":9007199254740993'),
        PAYLOAD.replace(b'"number":3', b'"number":-9007199254740992'),
        PAYLOAD.replace(b'"n":1', b'"n":99999999999999999999'),
        PAYLOAD.replace(b'"number":3', b'"number":-0'),
        PAYLOAD.replace(b'"number":3', b'"number":3,"number":3'),
        PAYLOAD.replace(b'"sure":false', b'"sure":false,"more":1'),
        PAYLOAD.replace(b"1985 ", b"\\ud800"),
        PAYLOAD.replace(b"1985 ", b"\xed\xa0\x80"),
        PAYLOAD.replace(b'"1985-05-20"', b'"1985-05-20T00:00:00Z"'),
    ],
)
def test_what_the_careful_way_refuses_is_refused(other: bytes) -> None:
    assert other != PAYLOAD
    with pytest.raises(Refusal, match="STATEMENT_MALFORMED"):
        _decode_carefully(other, Spoken)
    with pytest.raises(Refusal, match="STATEMENT_MALFORMED"):
        decode(other, Spoken)


def test_another_spelling_of_the_same_is_read_carefully() -> None:
    reader = reader_of(Spoken)
    assert reader is not None
    spelled = json.dumps(json.loads(PAYLOAD), ensure_ascii=True, indent=1).encode()
    assert reader.read(spelled) is None
    assert decode(spelled, Spoken) == SPOKEN
    # A text that looks like an instant without its Z costs time, and nothing else.
    clock = replace(SPOKEN, text="at T10:00:00 sharp", table=None)
    assert reader.read(encode(clock)) is None
    assert decode(encode(clock), Spoken) == clock


def test_classes_with_other_kinds_of_members_have_no_quick_way() -> None:
    assert reader_of(Measured) is None
    assert reader_of(Loose) is None
    with pytest.raises(Refusal):
        decode(b'{"size":0.5}', Measured)
    with pytest.raises(Refusal):
        decode(b'{"said":0.5}', Loose)


def test_both_ways_agree_on_thousands_of_mutations() -> None:
    rng, agreed, refused = Random(5_1055), 0, 0
    pieces = [b'"', b",", b":", b"}", b"0", b"9" * 16, b"Z", b"+08:00", b"\\u0031", b" ", b"null"]
    for _ in range(6000):
        start = rng.randrange(len(PAYLOAD))
        end = min(len(PAYLOAD), start + rng.choice((0, 0, 1, 1, 2, 9)))
        piece = rng.choice([*pieces, b"", PAYLOAD[end : end + 12], bytes([rng.randrange(256)])])
        other = PAYLOAD[:start] + piece + PAYLOAD[end:]
        outcomes = []
        for read in (decode, _decode_carefully):
            try:
                outcomes.append(repr(read(other, Spoken)))
            except Refusal as refusal:
                outcomes.append(refusal.code)
        assert outcomes[0] == outcomes[1], other
        agreed += 1
        refused += outcomes[0].startswith("STATEMENT")
    assert agreed == 6000
    assert 0 < refused < agreed
