"""Two clocks: minutes for digitised hits, working days for a shelf search (domain.md, fact 5).

Minutes run only while the service is open (服务日历): a case filed at 16:58 is not late at 17:13.
Nothing here knows what time it is; every instant is given, aware, and judged in China's one time
zone.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))
"""The legal time of every archive in the federation."""

IN_CITY_MINUTES = 10
"""Target mean between two archives of one city."""
CROSS_CITY_MINUTES = 15
"""Target mean between cities; also the 95th percentile for digitised unique hits."""
MANUAL_WORKING_DAYS = 3
"""Shelf search; one extension of the same length with notice to the applicant."""

_LONGEST_SEARCH_DAYS = 400
_WEEKDAYS = frozenset(range(5))


def _at(day: date, moment: time, *, is_end: bool = False) -> datetime:
    """The instant; midnight as an end is the next day's."""
    late = is_end and moment == time(0)
    return datetime.combine(day + timedelta(days=1) if late else day, moment, BEIJING)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceCalendar:
    """When the windows are open.

    Holidays and weekend working days (调休) are published each year by the State Council; they
    are data of the federation, not of this module.
    """

    hours: tuple[tuple[time, time], ...] = ((time(8, 30), time(12, 0)), (time(13, 30), time(17, 0)))
    """Opening periods of a working day, ascending, local time; an end at 00:00 is midnight."""
    weekdays: frozenset[int] = _WEEKDAYS
    """0 = Monday."""
    holidays: frozenset[date] = frozenset()
    extra_days: frozenset[date] = frozenset()
    """Weekend days on which the windows are open: 调休 and 预约服务."""

    def is_working_day(self, day: date) -> bool:
        """Whether the windows open on that day; an extra day beats a holiday."""
        if day in self.extra_days:
            return True
        return day.weekday() in self.weekdays and day not in self.holidays

    def opening(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The open periods of a day as instants; empty when closed."""
        if not self.is_working_day(day):
            return ()
        return tuple((_at(day, start), _at(day, end, is_end=True)) for start, end in self.hours)


ALWAYS_OPEN = ServiceCalendar(hours=((time(0), time(0)),), weekdays=frozenset(range(7)))
"""A calendar without closing hours, for benches and the demo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A stretch in which the clock stood still, with the reason that is shown to both archives."""

    start: datetime
    end: datetime | None
    """None = still paused."""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseClock:
    """The minute clock of one case."""

    started_at: datetime
    """登记审核 passed."""
    target: timedelta
    stopped_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    calendar: ServiceCalendar = field(default=ALWAYS_OPEN)

    def elapsed(self, now: datetime) -> timedelta:
        """Open, unpaused time from the start to the stop, or to `now` while it runs."""
        end = min(self.stopped_at or now, now)
        stretches = _without_pauses(self.started_at, end, self.pauses, now)
        return sum((_open_time(a, b, self.calendar) for a, b in stretches), timedelta())

    def remaining(self, now: datetime) -> timedelta:
        """Target less elapsed; negative once it is late."""
        return self.target - self.elapsed(now)

    def is_late(self, now: datetime) -> bool:
        """Whether more than the target has passed."""
        return self.remaining(now) < timedelta()

    def due_at(self, now: datetime) -> datetime:
        """The instant at which the target is reached if nothing pauses from `now` on."""
        left = self.remaining(now)
        if left <= timedelta():
            return now
        return after_open_time(now, left, self.calendar)


def target_for(window_city: str, holder_city: str) -> timedelta:
    """The minute target between two archives, by their city codes (six digits)."""
    same = bool(window_city) and window_city[:4] == holder_city[:4]
    return timedelta(minutes=IN_CITY_MINUTES if same else CROSS_CITY_MINUTES)


def after_open_time(start: datetime, duration: timedelta, calendar: ServiceCalendar) -> datetime:
    """The instant at which `duration` of open time has passed since `start`, in UTC.

    Raises:
        ValueError: the calendar has no opening hours within 400 days.
    """
    left = duration
    day = start.astimezone(BEIJING).date()
    for _ in range(_LONGEST_SEARCH_DAYS):
        for opens, closes in calendar.opening(day):
            begin = max(opens, start)
            if begin < closes:
                if begin + left <= closes:
                    return (begin + left).astimezone(UTC)
                left -= closes - begin
        day += timedelta(days=1)
    message = "the calendar never opens"
    raise ValueError(message)


def after_working_days(start: datetime, days: int, calendar: ServiceCalendar) -> datetime:
    """The end of the `days`-th working day after the day of `start`, in UTC.

    The day of filing does not count (民法典 Art. 201), and a last day that is a holiday moves to
    the next working day because holidays are never counted.

    Raises:
        ValueError: fewer working days than that within 400 days.
    """
    day = start.astimezone(BEIJING).date()
    left = days
    for _ in range(_LONGEST_SEARCH_DAYS):
        day += timedelta(days=1)
        if calendar.is_working_day(day):
            left -= 1
            if left <= 0:
                return calendar.opening(day)[-1][1].astimezone(UTC)
    message = "the calendar has too few working days"
    raise ValueError(message)


def _without_pauses(
    start: datetime, end: datetime, pauses: Iterable[Pause], now: datetime
) -> list[tuple[datetime, datetime]]:
    """The stretches of [start, end] that no pause covers; pauses may overlap."""
    stretches = [(start, end)] if start < end else []
    for pause in pauses:
        stop = pause.end or now
        cut: list[tuple[datetime, datetime]] = []
        for a, b in stretches:
            cut += [(a, min(b, pause.start))] if a < pause.start else []
            cut += [(max(a, stop), b)] if stop < b else []
        stretches = cut
    return stretches


def _open_time(start: datetime, end: datetime, calendar: ServiceCalendar) -> timedelta:
    """How much of [start, end] lies inside opening hours."""
    total = timedelta()
    day = start.astimezone(BEIJING).date()
    last = end.astimezone(BEIJING).date()
    while day <= last:
        for opens, closes in calendar.opening(day):
            begin, finish = max(opens, start), min(closes, end)
            if begin < finish:
                total += finish - begin
        day += timedelta(days=1)
    return total
