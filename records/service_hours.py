"""Service hours (服务时间): when an archive's desks are open, declared to the federation.

A window shows before filing whether the archive that it asks is open now, and when it opens; the
clocks of a case count that archive's open time. An archive that has declared nothing is taken to
be open always: nothing is promised in its name.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import ClassVar

from records.deadlines import BEIJING, ServiceCalendar
from records.process_reasons import SERVICE_HOURS_MALFORMED
from records.refusal import Refusal

_PERIOD = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)\Z")
_MOST_PERIODS = 6
_MOST_DAYS = 120
_LOOK_AHEAD_DAYS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceHours:
    """One archive's opening hours; signed by the sign key of the node that hosts it."""

    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.service-hours.v1+json"

    archive_code: str
    """Six digits."""
    node_id: str
    sequence: int
    periods: tuple[str, ...]
    """Local time of a working day, ascending: "08:30-12:00"; an end at 24:00 is midnight."""
    weekdays: tuple[int, ...]
    """0 = Monday."""
    holidays: tuple[date, ...] = ()
    extra_days: tuple[date, ...] = ()
    """Days of the weekend or of a holiday on which the desks are open (调休, 预约服务)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenNow:
    """Whether an archive's desks are open, as of one instant."""

    is_open: bool
    next_opening: datetime | None
    """When they open; None while they are open, or not within 40 days."""


def read_calendar(said: ServiceHours) -> ServiceCalendar:
    """The calendar that the declaration spells.

    Raises:
        Refusal: SERVICE_HOURS_MALFORMED, with the part.
    """
    if not 1 <= len(said.periods) <= _MOST_PERIODS:
        raise Refusal(SERVICE_HOURS_MALFORMED, "periods")
    weekdays = frozenset(said.weekdays)
    if not weekdays <= frozenset(range(7)) or not (weekdays or said.extra_days):
        raise Refusal(SERVICE_HOURS_MALFORMED, "weekdays")
    if len(said.holidays) > _MOST_DAYS or len(said.extra_days) > _MOST_DAYS:
        raise Refusal(SERVICE_HOURS_MALFORMED, "days")
    hours = tuple(_read_period(text) for text in said.periods)
    ends = [end if end != time(0) else time.max for _, end in hours]
    starts = [start for start, _ in hours]
    ordered = all(start < end for start, end in zip(starts, ends, strict=True))
    if not ordered or any(end > later for end, later in zip(ends, starts[1:], strict=False)):
        raise Refusal(SERVICE_HOURS_MALFORMED, "periods")
    return ServiceCalendar(
        hours=hours,
        weekdays=weekdays,
        holidays=frozenset(said.holidays),
        extra_days=frozenset(said.extra_days),
    )


def open_now(calendar: ServiceCalendar, now: datetime) -> OpenNow:
    """Whether the desks are open at `now`, and when they open next."""
    day = now.astimezone(BEIJING).date()
    for _ in range(_LOOK_AHEAD_DAYS):
        for opens, closes in calendar.opening(day):
            if opens <= now < closes:
                return OpenNow(is_open=True, next_opening=None)
            if opens > now:
                return OpenNow(is_open=False, next_opening=opens)
        day += timedelta(days=1)
    return OpenNow(is_open=False, next_opening=None)


def _read_period(text: str) -> tuple[time, time]:
    found = _PERIOD.match(text)
    if found is None:
        raise Refusal(SERVICE_HOURS_MALFORMED, text[:20])
    first, last = (int(found[1]), int(found[2])), (int(found[3]), int(found[4]))
    if last[0] == 24 and last[1]:
        raise Refusal(SERVICE_HOURS_MALFORMED, text[:20])
    return time(*first), time(last[0] % 24, last[1])
