"""Service hours as declared: what is read, what is refused, and when the desks open next."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.citizen_words import SAYINGS, say_to_citizen
from records.deadlines import BEIJING, after_open_time
from records.refusal import Refusal
from records.service_hours import ServiceHours, open_now, read_calendar

OFFICE = ServiceHours(
    archive_code="361100",
    node_id="shangrao",
    sequence=1,
    periods=("08:30-12:00", "13:30-17:00"),
    weekdays=(0, 1, 2, 3, 4),
    holidays=(date(2026, 10, 1), date(2026, 10, 2), date(2026, 10, 5)),
    extra_days=(date(2026, 10, 10),),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("now", "is_open", "opens"),
    [
        ("2026-09-30T08:30", True, None),
        ("2026-09-30T11:59", True, None),
        ("2026-09-30T12:00", False, "2026-09-30T13:30"),
        ("2026-09-30T17:00", False, "2026-10-06T08:30"),
        ("2026-10-09T20:00", False, "2026-10-10T08:30"),
        ("2026-10-10T09:00", True, None),
    ],
)
def test_open_now_and_the_next_opening(now: str, is_open: bool, opens: str | None) -> None:
    said = open_now(read_calendar(OFFICE), at(now))
    assert said.is_open is is_open
    assert said.next_opening == (at(opens) if opens else None)


def test_a_deadline_spans_the_holidays_that_the_holder_declares() -> None:
    due = after_open_time(at("2026-09-30T16:58"), timedelta(minutes=15), read_calendar(OFFICE))
    assert due == at("2026-10-06T08:43")


@pytest.mark.parametrize(
    "change",
    [
        {"periods": ()},
        {"periods": ("8:30-12:00",)},
        {"periods": ("12:00-08:30",)},
        {"periods": ("08:30-12:00", "11:00-17:00")},
        {"periods": ("08:30-24:30",)},
        {"periods": ("08:30-25:00",)},
        {"weekdays": (7,)},
        {"weekdays": (), "extra_days": ()},
        {"holidays": tuple(date(2026, 1, 1) + timedelta(n) for n in range(200))},
    ],
)
def test_what_cannot_be_hours_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(Refusal, match="SERVICE_HOURS_MALFORMED"):
        read_calendar(replace(OFFICE, **change))  # type: ignore[arg-type]


def test_midnight_ends_a_day() -> None:
    always = replace(OFFICE, periods=("00:00-24:00",), weekdays=tuple(range(7)), holidays=())
    assert open_now(read_calendar(always), at("2026-10-01T23:59")).is_open


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)))
def test_the_next_opening_is_open_and_nothing_before_it_is(moment: datetime) -> None:
    calendar, now = read_calendar(OFFICE), moment.replace(tzinfo=BEIJING)
    said = open_now(calendar, now)
    if said.next_opening is not None:
        assert said.next_opening > now
        assert open_now(calendar, said.next_opening).is_open
        assert not open_now(calendar, said.next_opening - timedelta(microseconds=1)).is_open


def test_no_sentence_says_whether_a_record_exists_or_leaves_a_gap() -> None:
    for code in SAYINGS:
        for due in (None, at("2026-10-06T08:43")):
            said = say_to_citizen(code, holder="上饶市档案馆", due=due, reason="库房搬迁")
            assert "{" not in said and "未查见" not in said and "查无" not in said
            assert "上饶市档案馆" in said
    assert say_to_citizen("", holder="x") == say_to_citizen("NO_SUCH_CODE", holder="x") == ""
