"""Reads dates as citizens, clerks and registers write them (interfaces.md §3, domain.md §4.6).

Read are: 1985 · 1985-05 · 1985/5/20 · 19850520 · 1985年5月 · 一九八五年五月廿日 · [1985] · 约1985 ·
1958-1960 · 五十年代 · 民国三十五年 · 光绪二十年 · 农历一九五六年闰八月廿二 · 腊月二十 (with the
record's year). Whatever else is written is refused rather than guessed.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from records.dates import Calendar, PartialDate, Precision, widen
from records.lunar import LunarDate, LunarTable
from records.numerals import NUMERAL, parse_numeral
from records.reasons import DATE_NOT_UNDERSTOOD
from records.refusal import Refusal

MOST_CHARACTERS = 40
FIRST_YEAR, LAST_YEAR = 1800, 2100

_ERAS = {"中华民国": 1911, "民国": 1911, "宣统": 1908, "光绪": 1874}
"""Year before the era's first year."""
_MONTH_NAMES = {"正": 1, "冬": 11, "腊": 12, "臘": 12}
_ISO = re.compile(r"(\d{4})(?:[-/.](\d{1,2}))?(?:[-/.](\d{1,2}))?")
_USUAL = re.compile(r"[0-9]{4}(?:-[0-9]{1,2}){0,2}")
"""What nearly every catalogue row says; sixty thousand such texts are all the days of a century."""
_MOST_REMEMBERED = 1 << 16
_remembered: dict[str, PartialDate] = {}
remembered_date: Callable[[str], PartialDate | None] = _remembered.get
"""What a usual text said before: catalogues say the same days again and again."""
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_WRITTEN = re.compile(
    rf"(?:(?P<year>{NUMERAL}{{1,4}})年)?"
    rf"(?:(?P<leap>闰|閏)?(?P<month>[正冬腊臘]|{NUMERAL}{{1,3}})月份?"
    rf"(?:(?P<first>初)?(?P<day>{NUMERAL}{{1,3}})(?:日|号)?)?)?"
)
_RANGE = re.compile(r"(.+?)(?:~|～|至|到|—|–|--)(.+)")
_YEARS = re.compile(r"(\d{4})-(\d{4})年?")
_DECADE = re.compile(rf"(?:二十世纪|20世纪)?({NUMERAL}{{1,4}})年代")
_LUNAR_MARK = re.compile(r"\(?(?:农历|農曆|阴历|陰曆|旧历|舊曆|夏历)\)?")
_ABOUT = re.compile(r"^(?:大约|约于|约|約)|(?:左右|前后|前後|许|[?？])$")

_TRADITIONAL = str.maketrans("國曆歷農陰舊閏臘約後號華統緒紀間", "国历历农阴旧闰腊约后号华统绪纪间")
"""What registers before the 1960s write; numerals are read in any form by themselves."""

_Parts = tuple[int, int, int]
"""Year, month, day; 0 = not written."""


def parse_date(text: str, table: LunarTable, *, year_hint: int | None = None) -> PartialDate:
    """What the wording says, with the original kept beside it.

    Args:
        text: one date, 1-40 characters.
        table: the lunar months.
        year_hint: year of the record, for wordings without a year (「八月廿二日」).

    Raises:
        Refusal: DATE_NOT_UNDERSTOOD, LUNAR_DATE_IMPOSSIBLE.
    """
    known = remembered_date(text)
    if known is not None:
        return known
    if _USUAL.fullmatch(text):
        return _parse_usual(text)
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).translate(_TRADITIONAL)
    if not plain or len(text) > MOST_CHARACTERS:
        raise Refusal(DATE_NOT_UNDERSTOOD, "empty or too long")
    researched = plain.startswith("[") and plain.endswith("]")
    if researched:
        plain = plain[1:-1]
    plain, marks = _ABOUT.subn("", plain)
    understood = _parse_plain(plain, table, year_hint)
    earliest, latest = understood.earliest, understood.latest
    if marks:
        earliest, latest = widen(earliest, latest, understood.precision)
    return PartialDate(
        original=text,
        earliest=earliest,
        latest=latest,
        precision=understood.precision,
        calendar=understood.calendar,
        researched=researched,
        about=bool(marks),
        candidates=() if marks else understood.candidates,
    )


def _parse_usual(text: str) -> PartialDate:
    parts = _parse_numbers(text)
    if parts is None:
        raise Refusal(DATE_NOT_UNDERSTOOD, "form")
    found = replace(_solar(parts, Calendar.SOLAR), original=text)
    if len(_remembered) >= _MOST_REMEMBERED:
        _remembered.clear()
    _remembered[text] = found
    return found


def _parse_plain(plain: str, table: LunarTable, hint: int | None) -> PartialDate:
    window = _parse_years(plain)
    if window is not None:
        return window
    ends = _RANGE.fullmatch(plain)
    if ends:
        first, last = (_parse_plain(end, table, hint) for end in ends.groups())
        return _range(first.earliest, last.latest)
    body, lunar_marks = _LUNAR_MARK.subn("", plain)
    era = next((name for name in _ERAS if body.startswith(name)), "")
    parts = _parse_numbers(body)
    written = None if parts else _WRITTEN.fullmatch(body.removeprefix(era))
    if parts is None and written is None:
        raise Refusal(DATE_NOT_UNDERSTOOD, "form")
    if parts is not None:
        return _lunar(parts, False, table) if lunar_marks else _solar(parts, Calendar.SOLAR)
    assert written is not None  # noqa: S101 - told to the type checker
    return _parse_written(written, _ERAS.get(era, 0), bool(lunar_marks), table, hint)


def _parse_years(plain: str) -> PartialDate | None:
    """1958-1960 and 五十年代."""
    years = _YEARS.fullmatch(plain)
    if years:
        return _range(_first_day(int(years[1])), _last_day(int(years[2])))
    decade = _DECADE.fullmatch(plain)
    if decade is None:
        return None
    value = parse_numeral(decade[1])
    if value is None or value % 10:
        raise Refusal(DATE_NOT_UNDERSTOOD, "decade")
    start = value if value >= FIRST_YEAR else 1900 + value
    return _range(_first_day(start), _last_day(start + 9))


def _parse_numbers(body: str) -> _Parts | None:
    match = _COMPACT.fullmatch(body) or _ISO.fullmatch(body)
    return None if match is None else _parts(*(int(part or 0) for part in match.groups()))


def _parse_written(
    match: re.Match[str], era_offset: int, marked_lunar: bool, table: LunarTable, hint: int | None
) -> PartialDate:
    year_text, month_text = match["year"], match["month"] or ""
    year = parse_numeral(year_text) if year_text else hint
    if year is None or not (year_text or month_text):
        raise Refusal(DATE_NOT_UNDERSTOOD, "no year")
    if era_offset and year_text:
        year += era_offset
    month = _MONTH_NAMES.get(month_text) or parse_numeral(month_text) or 0
    day = (parse_numeral(match["day"]) or 0) if match["day"] else 0
    parts = _parts(year, month, day)
    leap = bool(match["leap"])
    if marked_lunar or leap or match["first"] or month_text in _MONTH_NAMES:
        return _lunar(parts, leap, table)
    if any(sign in (match["day"] or "") for sign in "廿卄念卅"):
        return _either(parts, table)
    return _solar(parts, Calendar.ERA if era_offset else Calendar.SOLAR)


def _parts(year: int, month: int, day: int) -> _Parts:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refusal(DATE_NOT_UNDERSTOOD, "year out of bounds")
    if day and not month:
        raise Refusal(DATE_NOT_UNDERSTOOD, "day without month")
    return year, month, day


def _solar(parts: _Parts, calendar: Calendar) -> PartialDate:
    year, month, day = parts
    try:
        if day:
            only = date(year, month, day)
            return _date(only, only, Precision.DAY, calendar)
        if month:
            following = date(year + month // 12, month % 12 + 1, 1)
            last = following - timedelta(days=1)
            return _date(date(year, month, 1), last, Precision.MONTH, calendar)
    except ValueError:
        raise Refusal(DATE_NOT_UNDERSTOOD, "no such day") from None
    return _date(_first_day(year), _last_day(year), Precision.YEAR, calendar)


def _lunar(parts: _Parts, leap: bool, table: LunarTable) -> PartialDate:
    year, month, day = parts
    if day:
        only = table.to_solar(LunarDate(year=year, month=month, day=day, leap=leap))
        return _date(only, only, Precision.DAY, Calendar.LUNAR)
    if month:
        first, last = table.month_window(year, month, leap=leap)
        return _date(first, last, Precision.MONTH, Calendar.LUNAR)
    first, last = table.year_window(year)
    return _date(first, last, Precision.YEAR, Calendar.LUNAR)


def _either(parts: _Parts, table: LunarTable) -> PartialDate:
    """廿二日 without 农历: both readings count, the window spans them."""
    days = sorted({*_attempt(lambda: _solar(parts, Calendar.SOLAR))}
                  | {*_attempt(lambda: _lunar(parts, False, table))})  # fmt: skip
    if not days:
        raise Refusal(DATE_NOT_UNDERSTOOD, "no such day")
    return PartialDate(
        original="",
        earliest=days[0],
        latest=days[-1],
        precision=Precision.DAY,
        calendar=Calendar.SOLAR_OR_LUNAR,
        candidates=tuple(days),
    )


def _attempt(read: Callable[[], PartialDate]) -> tuple[date, ...]:
    try:
        return (read().earliest,)
    except Refusal:
        return ()


def _date(first: date, last: date, precision: Precision, calendar: Calendar) -> PartialDate:
    return PartialDate(
        original="", earliest=first, latest=last, precision=precision, calendar=calendar
    )


def _range(first: date, last: date) -> PartialDate:
    if last < first:
        raise Refusal(DATE_NOT_UNDERSTOOD, "range runs backwards")
    return _date(first, last, Precision.RANGE, Calendar.SOLAR)


def _first_day(year: int) -> date:
    return date(_parts(year, 0, 0)[0], 1, 1)


def _last_day(year: int) -> date:
    return date(_parts(year, 0, 0)[0], 12, 31)
