"""The lunar calendar (农历), computed from a month table that the caller hands in.

Python has no lunar calendar and this package reads no file: `deploy.tables` generates the table
at set-up from a pinned package, an adapter loads it, and `parse_lunar_table` checks it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from records.reasons import LUNAR_DATE_IMPOSSIBLE, TABLE_DAMAGED
from records.refusal import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class LunarDate:
    """One lunar day; `leap` says that the month is the repeated one (闰月)."""

    year: int
    month: int
    day: int
    leap: bool = False


@dataclass(frozen=True, slots=True)
class LunarYear:
    """First day, leap month (0 = none) and month lengths, the leap month after its twin."""

    first_day: date
    leap_month: int
    month_days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LunarTable:
    """Consecutive lunar years from `first_year` on."""

    first_year: int
    years: tuple[LunarYear, ...]

    def to_solar(self, lunar: LunarDate) -> date:
        """The solar day of a lunar one.

        Raises:
            Refusal: LUNAR_DATE_IMPOSSIBLE where that year has no such month or day.
        """
        year = self._get_year(lunar.year)
        position = _month_position(year, lunar.month, lunar.leap)
        if not 1 <= lunar.day <= year.month_days[position]:
            raise Refusal(LUNAR_DATE_IMPOSSIBLE, "day")
        days_before = sum(year.month_days[:position])
        return year.first_day + timedelta(days=days_before + lunar.day - 1)

    def month_window(self, year: int, month: int, *, leap: bool = False) -> tuple[date, date]:
        """First and last solar day of a lunar month.

        Raises:
            Refusal: LUNAR_DATE_IMPOSSIBLE.
        """
        entry = self._get_year(year)
        position = _month_position(entry, month, leap)
        first = entry.first_day + timedelta(days=sum(entry.month_days[:position]))
        return first, first + timedelta(days=entry.month_days[position] - 1)

    def year_window(self, year: int) -> tuple[date, date]:
        """First and last solar day of a lunar year; the last one lies in the next solar year.

        Raises:
            Refusal: LUNAR_DATE_IMPOSSIBLE.
        """
        entry = self._get_year(year)
        return entry.first_day, entry.first_day + timedelta(days=sum(entry.month_days) - 1)

    def from_solar(self, day: date) -> LunarDate:
        """The lunar day of a solar one.

        Raises:
            Refusal: LUNAR_DATE_IMPOSSIBLE where the day lies outside the table.
        """
        number = day.year if day >= self._get_year(day.year).first_day else day.year - 1
        entry = self._get_year(number)
        rest = (day - entry.first_day).days
        for position, length in enumerate(entry.month_days):
            if rest < length:
                month, leap = _month_number(entry, position)
                return LunarDate(year=number, month=month, day=rest + 1, leap=leap)
            rest -= length
        raise Refusal(LUNAR_DATE_IMPOSSIBLE, "outside the table")

    def _get_year(self, year: int) -> LunarYear:
        position = year - self.first_year
        if not 0 <= position < len(self.years):
            raise Refusal(LUNAR_DATE_IMPOSSIBLE, "year outside the table")
        return self.years[position]


def _month_position(year: LunarYear, month: int, leap: bool) -> int:
    if not 1 <= month <= 12:
        raise Refusal(LUNAR_DATE_IMPOSSIBLE, "month")
    if leap and month != year.leap_month:
        raise Refusal(LUNAR_DATE_IMPOSSIBLE, "no such leap month")
    after_leap = bool(year.leap_month) and month > year.leap_month
    return month - 1 + (leap or after_leap)


def _month_number(year: LunarYear, position: int) -> tuple[int, bool]:
    leap_position = year.leap_month  # The leap month stands one place after its twin.
    if not year.leap_month or position < leap_position:
        return position + 1, False
    return (year.leap_month, True) if position == leap_position else (position, False)


def parse_lunar_table(content: Mapping[str, object]) -> LunarTable:
    """The table out of the decoded `lunar.json` of `deploy.tables`.

    Checks that each year begins on the day after the one before ends, so that a damaged table
    cannot shift a date silently.

    Raises:
        Refusal: TABLE_DAMAGED.
    """
    first_year, rows = content.get("first_year"), content.get("years")
    if not isinstance(first_year, int) or not isinstance(rows, Sequence) or not rows:
        raise Refusal(TABLE_DAMAGED, "shape")
    years = tuple(_parse_year(row) for row in rows)
    for this, following in pairwise(years):
        if this.first_day + timedelta(days=sum(this.month_days)) != following.first_day:
            raise Refusal(TABLE_DAMAGED, f"gap after {this.first_day.year}")
    return LunarTable(first_year, years)


def _parse_year(row: object) -> LunarYear:
    if not isinstance(row, Sequence) or len(row) != 3:
        raise Refusal(TABLE_DAMAGED, "row")
    first_day, leap_month, lengths = row
    months = 13 if leap_month else 12
    if len(lengths) != months or not all(days in (29, 30) for days in lengths):
        raise Refusal(TABLE_DAMAGED, f"months of {first_day}")
    return LunarYear(date.fromisoformat(first_day), int(leap_month), tuple(lengths))
