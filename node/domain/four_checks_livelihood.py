"""四性检测 beyond the row: offices, codes and places through time, what a free text gives away.

Items L04, L05, L08, S09 and S10 of domain.md §5.

All of it warns and nothing rejects: the record says what it says, the reviewer decides. A place
that a small table does not know is not doubted: only the whole public table can say "unknown".
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from records.certificate_numbers import is_of_old_form, parse_certificate_number
from records.comparing import find_date, recorded_birth
from records.dates import PartialDate
from records.id_numbers import find_id_number
from records.jurisdictions import Jurisdictions
from records.kinds import Kind
from records.lunar import LunarTable
from records.process_reasons import PLACE_UNKNOWN
from records.refusal import Refusal

YOUNGEST = 14
"""Years below which PIPL Arts. 28 and 31 ask for a guardian's consent."""
WHOLE_TABLE_ROWS = 3000
"""A table of this size knows every county; a smaller one is somebody's selection."""

_LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z])(\d{17}[\dXx]|\d{15,19})(?![0-9A-Za-z])")
_FEWEST_DIGITS = 15
_ARCHIVE_TEXTS = ("title", "remarks", "damage")

Doubt = tuple[str, str, str]
"""Item, field, detail."""


def check_livelihood(
    row: Mapping[str, str],
    kind: Kind,
    calendar: LunarTable,
    areas: Jurisdictions | None,
    latest: date,
) -> Iterator[Doubt]:
    """Warnings about one row.

    Args:
        row: Cells by column.
        kind: Category of the file.
        calendar: Lunar months.
        areas: The area table; None = nothing is said of places.
        latest: Day of the import.
    """
    yield from _sensitive(row, kind)
    yield from _minors(row, kind, calendar, latest)
    if areas is not None:
        event = _event(row, kind, calendar)
        yield from _offices(row, kind, areas, event)
        yield from _codes(row, kind, areas)


def _offices(
    row: Mapping[str, str], kind: Kind, areas: Jurisdictions, event: PartialDate | None
) -> Iterator[Doubt]:
    for code in kind.places:
        text = row.get(code, "")
        # A residence or native place is written as people speak; an office names its county.
        if not text.strip() or kind.get_field(code).party:
            continue
        doubt = doubt_office(code, text, areas, event.year if event else None)
        if doubt is not None:
            yield doubt


def doubt_office(code: str, text: str, areas: Jurisdictions, year: int | None) -> Doubt | None:
    """L04: the office's county did not exist then; L08: no such place is known."""
    answer = areas.resolve(text, year)
    if answer.reason is PLACE_UNKNOWN:
        is_whole = len(areas.table) >= WHOLE_TABLE_ROWS
        return ("L08", code, "区划表中没有这一地名") if is_whole else None
    if year is not None and answer.then and not any(one.is_valid_in(year) for one in answer.then):
        return "L04", code, f"该地 {year} 年尚无或已不用此名称"
    return None


def _codes(row: Mapping[str, str], kind: Kind, areas: Jurisdictions) -> Iterator[Doubt]:
    """L05: the area code in a national number was not in use in that number's year."""
    is_whole = len(areas.table) >= WHOLE_TABLE_ROWS
    for code in kind.numbers:
        text = row.get(code, "")
        if not text or is_of_old_form(text):
            continue
        try:
            number = parse_certificate_number(text)
        except Refusal:
            continue
        if number.form != "national":
            continue
        rows = areas.table.coded(number.office)
        if not rows:
            if is_whole:
                yield "L05", code, f"区划代码 {number.office} 不在代码表中"
        elif not any(one.is_valid_in(number.year) for one in rows):
            yield "L05", code, f"区划代码 {number.office} 在 {number.year} 年不在用"


def _sensitive(row: Mapping[str, str], kind: Kind) -> Iterator[Doubt]:
    """S09: an identity or bank number where free text stands."""
    for code in (*kind.texts, *_ARCHIVE_TEXTS):
        text = row.get(code, "")
        for digits in find_long_numbers(text):
            if _is_identity(digits):
                yield "S09", code, "文本中有公民身份号码"
            elif _is_bank_card(digits):
                yield "S09", code, "文本中疑有银行账号"


def find_long_numbers(text: str) -> Sequence[str]:
    """Digits in a free text that may be of an identity or bank number."""
    return _LONG_NUMBER.findall(text) if len(text) >= _FEWEST_DIGITS else ()


def grown_by(latest: date) -> date:
    """Whoever was born after it is a child on that day."""
    return date(latest.year - YOUNGEST, latest.month, min(latest.day, 28))


def _minors(
    row: Mapping[str, str], kind: Kind, calendar: LunarTable, latest: date
) -> Iterator[Doubt]:
    """S10: somebody in the record is a child today."""
    grown = grown_by(latest)
    for person in kind.people:
        if not (person.birth or person.id_no):
            continue
        born = recorded_birth(row, (person.birth, "", person.id_no), None, calendar)
        if born is not None and born.earliest > grown:
            yield "S10", person.birth or person.name, f"涉及不满 {YOUNGEST} 周岁的未成年人"


def _is_identity(digits: str) -> bool:
    number = find_id_number(digits)
    return number is not None and number.birth is not None and number.checksum_holds


def _is_bank_card(digits: str) -> bool:
    """16 to 19 digits that satisfy Luhn's check."""
    if not digits.isdigit() or not 16 <= len(digits) <= 19:
        return False
    total = 0
    for place, sign in enumerate(reversed(digits)):
        value = int(sign) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _event(row: Mapping[str, str], kind: Kind, calendar: LunarTable) -> PartialDate | None:
    year = row.get("year", "").strip()
    hint = int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None
    for code in kind.event_dates:
        found = find_date(row.get(code, ""), calendar, hint)
        if found is not None:
            return found
    return find_date(year, calendar)
