"""Both clocks, against hand-counted hours and days."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.deadlines import (
    ALWAYS_OPEN,
    BEIJING,
    CaseClock,
    Pause,
    ServiceCalendar,
    after_open_time,
    after_working_days,
    target_for,
)

OFFICE = ServiceCalendar(
    holidays=frozenset({date(2026, 10, 1), date(2026, 10, 2)}),
    extra_days=frozenset({date(2026, 10, 10)}),
)
QUARTER = timedelta(minutes=15)


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BEIJING)  # type: ignore[misc, arg-type]


def clock(start: datetime, **more: object) -> CaseClock:
    return CaseClock(started_at=start, target=QUARTER, calendar=OFFICE, **more)  # type: ignore[arg-type]


def test_lunch_and_night_do_not_count() -> None:
    assert clock(local(2026, 11, 20, 11, 55)).elapsed(local(2026, 11, 20, 13, 35)) == timedelta(
        minutes=10
    )
    assert clock(local(2026, 11, 20, 16, 58)).elapsed(local(2026, 11, 23, 8, 43)) == QUARTER


def test_a_pause_stands_still_and_overlapping_pauses_count_once() -> None:
    start = local(2026, 11, 20, 9, 0)
    pauses = (
        Pause(start=local(2026, 11, 20, 9, 5), end=local(2026, 11, 20, 9, 30), reason="补正"),
        Pause(start=local(2026, 11, 20, 9, 20), end=local(2026, 11, 20, 9, 40)),
    )
    assert clock(start, pauses=pauses).elapsed(local(2026, 11, 20, 9, 50)) == QUARTER


def test_an_open_pause_lasts_until_now() -> None:
    start = local(2026, 11, 20, 9, 0)
    paused = clock(start, pauses=(Pause(start=local(2026, 11, 20, 9, 5), end=None),))
    assert paused.elapsed(local(2026, 11, 20, 11, 0)) == timedelta(minutes=5)
    assert not paused.is_late(local(2026, 11, 20, 11, 0))


def test_the_clock_stops_with_the_delivery() -> None:
    stopped = clock(local(2026, 11, 20, 9, 0), stopped_at=local(2026, 11, 20, 9, 12))
    assert stopped.elapsed(local(2026, 11, 20, 17, 0)) == timedelta(minutes=12)


def test_late_begins_after_the_last_minute() -> None:
    running = clock(local(2026, 11, 20, 9, 0))
    assert not running.is_late(local(2026, 11, 20, 9, 15))
    assert running.is_late(local(2026, 11, 20, 9, 15) + timedelta(microseconds=1))


def test_the_due_instant_is_said_in_utc_and_skips_the_weekend() -> None:
    due = clock(local(2026, 11, 20, 16, 50)).due_at(local(2026, 11, 20, 16, 50))
    assert due == local(2026, 11, 23, 8, 35)
    assert due.tzinfo is UTC


def test_three_working_days_skip_holidays_and_use_the_extra_saturday() -> None:
    # 30 Sep is a Wednesday; 1-2 Oct holidays, 3-4 weekend, 5, 6, 7 working days.
    assert after_working_days(local(2026, 9, 30, 16, 0), 3, OFFICE) == local(2026, 10, 7, 17, 0)
    # 8 and 9 Oct, then the extra Saturday.
    assert after_working_days(local(2026, 10, 7, 9, 0), 3, OFFICE) == local(2026, 10, 10, 17, 0)


def test_a_calendar_that_never_opens_is_a_programmers_mistake() -> None:
    closed = ServiceCalendar(weekdays=frozenset())
    for call in (after_open_time, after_working_days):
        with pytest.raises(ValueError, match="calendar"):
            call(local(2026, 11, 20, 9, 0), timedelta(1) if call is after_open_time else 1, closed)  # type: ignore[operator]


def test_in_city_and_cross_city_have_their_own_target() -> None:
    assert target_for("330400", "330481") == timedelta(minutes=10)
    assert target_for("330400", "361100") == timedelta(minutes=15)
    assert target_for("", "") == timedelta(minutes=15)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC)),
    st.integers(1, 3 * 24 * 60),
)
def test_without_closing_hours_open_time_is_plain_time(start: datetime, minutes: int) -> None:
    span = timedelta(minutes=minutes)
    assert after_open_time(start, span, ALWAYS_OPEN) == start + span
    running = CaseClock(started_at=start, target=span, calendar=ALWAYS_OPEN)
    assert running.elapsed(start + span) == span


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC)),
    st.integers(1, 2000),
)
def test_due_time_and_elapsed_time_agree_on_any_calendar(start: datetime, minutes: int) -> None:
    span = timedelta(minutes=minutes)
    due = after_open_time(start, span, OFFICE)
    running = CaseClock(started_at=start, target=span, calendar=OFFICE)
    assert running.elapsed(due) == span
    assert time(8, 30) < due.astimezone(BEIJING).time() <= time(17, 0)
