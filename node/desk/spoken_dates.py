"""Dates as citizens say them at the window: 74年夏, 88年前后, 70–75, 民国35年, 农历腊月.

What a register would not write is turned into a form that `records.date_text` reads; the window
of days that was understood is echoed to the clerk, and the citizen's own words stay on the form.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from records.date_text import parse_date
from records.dates import Precision
from records.lunar import LunarTable
from records.queries import Period
from records.reasons import DATE_NOT_UNDERSTOOD
from records.refusal import Refusal

MOST_CHARACTERS = 40

_SEASONS = {"春": (3, 5), "夏": (6, 8), "秋": (9, 11), "冬": (12, 2)}
_SEASON = re.compile(r"(?P<year>\d{2}|\d{4})年?(?:的)?(?P<season>[春夏秋冬])(?:天|季)?")
_SHORT_RANGE = re.compile(r"(\d{2}|\d{4})年?[-~～—–至到](\d{2})年?")
_SHORT_YEAR = re.compile(r"^(约|大约)?(\d{2})年")
_DASHES = str.maketrans("—–－‐~～", "------")
_CENTURY = 1900
"""Two digits are a year of the century in which the records of living people were made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenDate:
    """What was said, as the catalogue is asked, and the solar days that it may mean."""

    period: Period
    earliest: date
    latest: date

    @property
    def echo(self) -> str:
        """The window in figures: one day, or from and to."""
        if self.earliest == self.latest:
            return self.earliest.isoformat()
        return f"{self.earliest.isoformat()} ～ {self.latest.isoformat()}"


def hear_date(text: str, lunar: LunarTable, *, about: bool = False) -> SpokenDate:
    """The period meant; `about` widens it as 约 does.

    Raises:
        Refusal: DATE_NOT_UNDERSTOOD, LUNAR_DATE_IMPOSSIBLE.
    """
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    if not plain or len(text) > MOST_CHARACTERS:
        raise Refusal(DATE_NOT_UNDERSTOOD, "empty or too long")
    season = _SEASON.fullmatch(plain)
    if season:
        return _season(_full_year(season["year"]), season["season"])
    years = _SHORT_RANGE.fullmatch(plain.translate(_DASHES))
    if years:
        return _years(_full_year(years[1]), _full_year(years[2]))
    written = _SHORT_YEAR.sub(lambda m: f"{m[1] or ''}{_full_year(m[2])}年", plain)
    marked = f"约{written}" if about and not written.startswith(("约", "大约")) else written
    read = parse_date(marked, lunar)
    if read.precision is Precision.RANGE:
        ends = Period(start=read.earliest.isoformat(), end=read.latest.isoformat())
    else:
        ends = Period(start=marked, end=marked)
    return SpokenDate(period=ends, earliest=read.earliest, latest=read.latest)


def _season(year: int, season: str) -> SpokenDate:
    first, last = _SEASONS[season]
    end_year = year if last >= first else year + 1
    earliest = date(year, first, 1)
    latest = date.fromordinal(date(end_year, last + 1, 1).toordinal() - 1)
    period = Period(start=f"{year}-{first:02}", end=f"{end_year}-{last:02}")
    return SpokenDate(period=period, earliest=earliest, latest=latest)


def _years(first: int, last: int) -> SpokenDate:
    if last < first:
        raise Refusal(DATE_NOT_UNDERSTOOD, "range runs backwards")
    return SpokenDate(
        period=Period(start=str(first), end=str(last)),
        earliest=date(first, 1, 1),
        latest=date(last, 12, 31),
    )


def _full_year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else _CENTURY + int(digits)
