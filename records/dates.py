"""A date as a register gives it: what it says, and the days that it may mean.

A date is never one number here: it is the original wording, kept untouched, beside the window of
solar days that was understood. Comparing two dates compares windows, so that "1985", "约1985" and
"农历一九八五年四月初一" can all be held against a day on an identity card.
Parsing is in `records/date_text.py`.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Precision(StrEnum):
    """How much of a date was written."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    RANGE = "range"
    """Two ends, a decade, or a birth computed from an age."""


class Calendar(StrEnum):
    """In which calendar the writer counted."""

    SOLAR = "solar"
    LUNAR = "lunar"
    ERA = "era"
    """民国 and imperial years, solar months unless marked otherwise."""
    SOLAR_OR_LUNAR = "solar_or_lunar"
    """廿二日 without 农历: both readings are inside the window."""
    AGE = "age"
    """Computed from an age; nominal ages (虚岁) make the window three years wide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialDate:
    """What was written and the inclusive window of solar days that it may mean."""

    original: str
    """As written, untouched: this and nothing else is printed."""
    earliest: date
    latest: date
    precision: Precision
    calendar: Calendar = Calendar.SOLAR
    researched: bool = False
    """Written in brackets: worked out by an archivist (DA/T 18)."""
    about: bool = False
    """约, 左右: the window is already widened for it."""
    candidates: tuple[date, ...] = ()
    """For SOLAR_OR_LUNAR the days that are meant, inside the window; else empty."""

    @property
    def day(self) -> date | None:
        """The one day that is meant, where the date is that exact."""
        exact = self.earliest == self.latest and not self.about
        return self.earliest if exact else None

    @property
    def year(self) -> int | None:
        """The one solar year that is meant, where the whole window lies in it."""
        return self.earliest.year if self.earliest.year == self.latest.year else None

    def overlaps(self, other: "PartialDate") -> bool:
        """Whether some day may be meant by both."""
        if self.candidates and other.day is not None:
            return other.day in self.candidates
        if other.candidates and self.day is not None:
            return self.day in other.candidates
        return self.earliest <= other.latest and other.earliest <= self.latest

    def years_apart(self, other: "PartialDate") -> int:
        """Whole calendar years between the two windows; 0 when they share a year."""
        if self.overlaps(other):
            return 0
        first, last = sorted((self, other), key=lambda one: one.earliest)
        return max(0, last.earliest.year - first.latest.year)


def birth_from_age(event: PartialDate, age: int, *, original: str = "") -> PartialDate:
    """When a person of that recorded age was born: three years, because ages were nominal.

    Under 虚岁 a child is one at birth and a year older at new year, so the birth year is event
    year - age + 1; a year on either side allows for 周岁 and for new year (domain.md §4.6).
    """
    first = event.earliest.year - age
    last = event.latest.year - age + 2
    return PartialDate(
        original=original or str(age),
        earliest=date(first, 1, 1),
        latest=date(last, 12, 31),
        precision=Precision.RANGE,
        calendar=Calendar.AGE,
    )


def widen(earliest: date, latest: date, precision: Precision) -> tuple[date, date]:
    """The window of an "about" date: two years each way, one year where a month was written."""
    years = 1 if precision in (Precision.DAY, Precision.MONTH) else 2
    return _shift(earliest, -years), _shift(latest, years)


def _shift(day: date, years: int) -> date:
    # 29 February has no twin in most years: the 28th stands for it.
    kept = 28 if (day.month, day.day) == (2, 29) else day.day
    return date(day.year + years, day.month, kept)
