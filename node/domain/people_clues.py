"""What an index can be asked about people besides their names: when born, and when it happened."""

from dataclasses import dataclass
from datetime import date

from records.dates import PartialDate
from records.lunar import LunarDate, LunarTable
from records.refusal import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleClues:
    """Narrows a look-up of people; without anything it narrows nothing."""

    born: tuple[int, int] | None = None
    """First and last ordinal of the birth that was said; windows that touch it agree."""
    days: tuple[int, ...] = ()
    """Ordinals that the birth may be recorded under instead."""
    with_unknown: bool = True
    """People whose birth is not recorded come too."""
    years: tuple[int, int] | None = None
    """First and last year of the event; people of events without a year come too."""


def clues_of(
    birth: PartialDate | None, period: PartialDate | None, calendar: LunarTable
) -> PeopleClues:
    """The clues of a query; a lunar birthday may have been noted as if it were solar."""
    born, days, years = None, tuple[int, ...](), None
    if birth is not None:
        born = (birth.earliest.toordinal(), birth.latest.toordinal())
        days = tuple(sorted(lunar_twins(birth.day, calendar))) if birth.day else ()
    if period is not None:
        years = (period.earliest.year - 1, period.latest.year + 1)
    return PeopleClues(born=born, days=days, years=years)


def lunar_twins(day: date, calendar: LunarTable) -> set[int]:
    """Ordinals of the days that are this one under the other calendar's numbers."""
    found: set[int] = set()
    try:
        said = LunarDate(year=day.year, month=day.month, day=day.day)
        found.add(calendar.to_solar(said).toordinal())
    except Refusal:
        pass
    try:
        lunar = calendar.from_solar(day)
        found.add(date(lunar.year, lunar.month, lunar.day).toordinal())
    except (Refusal, ValueError):
        pass
    return found - {day.toordinal()}


def slipped_days(day: date) -> tuple[int, ...]:
    """Ordinals of the days that one slip of the pen makes of this one.

    One digit is another, two neighbours are exchanged, or day and month are.
    """
    digits = f"{day:%Y%m%d}"
    texts = {
        digits[:place] + other + digits[place + 1 :]
        for place in range(2, 8)
        for other in "0123456789"
    }
    texts |= {
        digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
        for place in range(2, 7)
    }
    texts.add(digits[:4] + digits[6:] + digits[4:6])
    texts.discard(digits)
    found = (_day(text) for text in texts)
    return tuple(sorted(one for one in found if one))


def _day(text: str) -> int:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:])).toordinal()
    except ValueError:
        return 0
