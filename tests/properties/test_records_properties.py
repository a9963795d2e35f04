"""What must hold for every text, date and number, not only for the ones we thought of."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records.certificate_numbers import certificate_key
from records.date_text import parse_date
from records.id_numbers import check_character, find_id_number, mask_id_number, parse_id_number
from records.lunar import LunarTable, parse_lunar_table
from records.numerals import parse_numeral
from records.person_names import MOST_SPELLINGS, NameFolding, mask_name, parse_variant_table
from records.reference_codes import reference_key
from records.refusal import Refusal

DAYS = st.dates(date(1850, 1, 1), date(2099, 12, 31))
TEXTS = st.text(max_size=60)
NAMES = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=8)
DATE_LIKE = st.text(
    "0123456789年月日-/.[]约农历民国闰初十廿卅一二三四五六七八九〇正腊 ~至?", max_size=24
)
_DIGITS = "〇一二三四五六七八九"
_FEW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def table(table_folder: Path) -> LunarTable:
    return parse_lunar_table(json.loads((table_folder / "lunar.json").read_text("utf-8")))


@pytest.fixture(scope="module")
def folding(table_folder: Path) -> NameFolding:
    return parse_variant_table(json.loads((table_folder / "variants.json").read_text("utf-8")))


@_FEW
@given(text=DATE_LIKE | TEXTS)
def test_any_text_is_a_date_with_an_ordered_window_or_a_coded_refusal(
    table: LunarTable, text: str
) -> None:
    try:
        understood = parse_date(text, table)
    except Refusal as refusal:
        assert refusal.code in ("DATE_NOT_UNDERSTOOD", "LUNAR_DATE_IMPOSSIBLE")
        return
    assert understood.earliest <= understood.latest
    assert understood.original == text


@_FEW
@given(day=DAYS)
def test_a_day_is_read_back_from_all_its_writings(table: LunarTable, day: date) -> None:
    lunar = table.from_solar(day)
    leap = "闰" if lunar.leap else ""
    year = "".join(_DIGITS[int(digit)] for digit in str(day.year))
    for text in (
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{year}年{day.month}月{day.day}日",
        f"农历{lunar.year}年{leap}{lunar.month}月{lunar.day}",
    ):
        assert parse_date(text, table).day == day, text
    if day.year > 1911:
        assert parse_date(f"民国{day.year - 1911}年{day.month}月{day.day}日", table).day == day


@_FEW
@given(day=DAYS, other=DAYS)
def test_overlap_is_symmetric_and_a_year_holds_its_days(
    table: LunarTable, day: date, other: date
) -> None:
    one = parse_date(day.isoformat(), table)
    two = parse_date(str(other.year), table)
    assert one.overlaps(two) == two.overlaps(one) == (day.year == other.year)
    assert one.years_apart(two) == abs(day.year - other.year)


@_FEW
@given(area=st.integers(100000, 999999), born=DAYS, sequence=st.integers(0, 995))
def test_every_number_has_one_normal_form_and_one_sex(area: int, born: date, sequence: int) -> None:
    body = f"{area}{born:%Y%m%d}{sequence:03d}"
    number = parse_id_number(body + check_character(body))
    assert number.checksum_holds and number.birth == born
    assert number.sex == ("男" if sequence % 2 else "女")
    assert parse_id_number(number.normal.lower()).normal == number.normal
    if 1900 <= born.year <= 1999:
        assert parse_id_number(f"{area}{born:%y%m%d}{sequence:03d}").normal == number.normal


@_FEW
@given(text=TEXTS)
def test_keys_and_masks_take_any_text(text: str) -> None:
    find_id_number(text)
    assert certificate_key(text) == certificate_key(text)
    assert reference_key(text) == reference_key(text)
    parse_numeral(text)
    for masked in (mask_name(text), mask_id_number(text)):
        assert len(masked) <= len(text)


@_FEW
@given(name=NAMES)
def test_folding_is_idempotent_and_spellings_are_bounded(folding: NameFolding, name: str) -> None:
    normal = folding.normal(name)
    assert folding.normal(normal) == normal
    spellings = folding.spellings(name)
    assert spellings[0].normal == normal
    assert len(spellings) <= MOST_SPELLINGS
    assert len({one.normal for one in spellings}) == len(spellings)


@_FEW
@given(name=NAMES)
def test_being_a_spelling_of_each_other_is_symmetric(folding: NameFolding, name: str) -> None:
    for spelling in folding.spellings(name):
        assert folding.normal(name) in {one.normal for one in folding.spellings(spelling.normal)}


@given(number=st.integers(1, 99))
def test_numerals_below_a_hundred_are_read(number: int) -> None:
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十"
    assert parse_numeral(head + (_DIGITS[ones] if ones else "")) == number
