"""How fast and how often: the figures of a supervisor's board, from facts about cases.

Source: domain.md §4.2 (two clocks), console.md M1-M2. A case counts by the minute clock or, once
the shelf must be searched, by the working-day clock; the share of both, of misses and of pauses
stands beside every percentage, so that no figure can be mended by clicking 查无
(console.md §10.10). Pure: the hour is an argument.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from records.outcomes import Outcome

WINDOW, HOLDER = "window", "holder"
TARGET = timedelta(minutes=15)
FEW = 5
"""Counts below this are not shown to others: they could point at a person."""
_MISSES = (Outcome.NO_RECORD_COVERED.value, Outcome.NOT_COVERED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFact:
    """One copy of one case, without any person."""

    desk: str
    """window or holder."""
    case_no: str
    category: str
    purpose: str
    partner: str
    """Name of the other archive; several are joined with 、."""
    state: str
    outcome: str
    """Outcome code; empty until answered."""
    began: datetime
    ended: datetime | None
    """When the answer was given; None while it is open."""
    deadline: datetime | None
    """None once the working-day clock runs."""
    paused: timedelta
    by_hand: bool
    """True where the shelf was searched."""
    withdrawn: bool = False

    def minutes(self, now: datetime) -> float:
        """Minutes from registration to the answer, or until now; pauses counted in."""
        return ((self.ended or now) - self.began) / timedelta(minutes=1)

    def is_late(self, now: datetime) -> bool:
        """Whether the minute clock ran out before the answer."""
        return self.deadline is not None and (self.ended or now) > self.deadline


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    @property
    def percent(self) -> float | None:
        """0..100 with one decimal; None of nothing."""
        return round(100 * self.part / self.whole, 1) if self.whole else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """The figures of one heap of cases."""

    cases: int
    answered: int
    on_time: Share
    """Of the answered ones on the minute clock."""
    median: float | None
    """Minutes, answered on the minute clock."""
    p90: float | None
    p95: float | None
    misses: Share
    """Of the answered ones."""
    by_hand: Share
    paused: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """What M1 shows of one day."""

    levels: Levels
    open: int
    overdue: tuple[CaseFact, ...]
    """Most overdue first."""
    partners: tuple[tuple[str, Levels], ...]
    """By name of the other archive, most cases first."""
    hours: tuple[int, ...]
    """Cases begun in each of 24 hours."""
    week: tuple[tuple[int, ...], ...]
    """Monday to Sunday × 24 hours, over the days given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticsQuestion:
    """What M2 is asked for; empty = all."""

    since: datetime
    until: datetime
    desk: str = ""
    category: str = ""
    purpose: str = ""
    partner: str = ""
    by: str = "category"
    """category, purpose, partner or desk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """The figures, in all and by group."""

    whole: Levels
    groups: tuple[tuple[str, Levels], ...]


def measure(facts: Iterable[CaseFact], now: datetime) -> Levels:
    """The figures of these cases; a withdrawn one counts as a case and as nothing else."""
    counted = list(facts)
    answered = [one for one in counted if one.ended is not None and not one.withdrawn]
    timed = [one for one in answered if one.deadline is not None and not one.by_hand]
    minutes = sorted(one.minutes(now) for one in timed)
    return Levels(
        cases=len(counted),
        answered=len(answered),
        on_time=Share(part=sum(not one.is_late(now) for one in timed), whole=len(timed)),
        median=quantile(minutes, 0.5),
        p90=quantile(minutes, 0.9),
        p95=quantile(minutes, 0.95),
        misses=Share(part=sum(one.outcome in _MISSES for one in answered), whole=len(answered)),
        by_hand=Share(part=sum(one.by_hand for one in counted), whole=len(counted)),
        paused=Share(part=sum(bool(one.paused) for one in counted), whole=len(counted)),
    )


def make_board(facts: Sequence[CaseFact], now: datetime, zone: tzinfo) -> Board:
    """Today's board; `facts` may reach further back, for the week's pattern."""
    today = [one for one in facts if _day(one, zone) == now.astimezone(zone).date()]
    running = [one for one in facts if one.ended is None and not one.withdrawn]
    overdue = [one for one in running if one.is_late(now)]
    return Board(
        levels=measure(today, now),
        open=len(running),
        overdue=tuple(sorted(overdue, key=lambda one: one.deadline or now)),
        partners=tuple(
            (name, measure(group, now)) for name, group in group_by(today, "partner").items()
        ),
        hours=tuple(_hours(today, zone)),
        week=tuple(
            tuple(_hours([one for one in facts if _day(one, zone).weekday() == day], zone))
            for day in range(7)
        ),
    )


def group_by(facts: Iterable[CaseFact], field: str) -> Mapping[str, list[CaseFact]]:
    """Cases by a field of theirs, the largest group first."""
    groups: dict[str, list[CaseFact]] = {}
    for one in facts:
        groups.setdefault(str(getattr(one, field)), []).append(one)
    return dict(sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])))


def quantile(ordered: Sequence[float], share: float) -> float | None:
    """The smallest value that `share` of the ordered values do not exceed; None of nothing."""
    if not ordered:
        return None
    place = max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1)
    return round(ordered[min(place, len(ordered) - 1)], 2)


def shown(count: int, *, outside: bool) -> str:
    """The count as it may be shown; small ones are hidden from other archives."""
    return f"<{FEW}" if outside and 0 < count < FEW else str(count)


def _hours(facts: Iterable[CaseFact], zone: tzinfo) -> list[int]:
    counts = Counter(one.began.astimezone(zone).hour for one in facts)
    return [counts[hour] for hour in range(24)]


def _day(fact: CaseFact, zone: tzinfo) -> date:
    return fact.began.astimezone(zone).date()
