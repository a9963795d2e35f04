import json
from datetime import date
from pathlib import Path

import pytest

from records.ages import parse_age
from records.date_text import parse_date
from records.dates import Calendar, Precision, birth_from_age
from records.lunar import LunarTable, parse_lunar_table
from records.numerals import parse_numeral
from records.refusal import Refusal


@pytest.fixture(scope="module")
def table(table_folder: Path) -> LunarTable:
    return parse_lunar_table(json.loads((table_folder / "lunar.json").read_text("utf-8")))


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("1985", "1985-01-01", "1985-12-31"),
        ("1985-05", "1985-05-01", "1985-05-31"),
        ("1985-12", "1985-12-01", "1985-12-31"),
        ("1985-05-20", "1985-05-20", "1985-05-20"),
        ("１９８５／５／２０", "1985-05-20", "1985-05-20"),
        ("19850520", "1985-05-20", "1985-05-20"),
        ("19850500", "1985-05-01", "1985-05-31"),
        ("1985年5月20日", "1985-05-20", "1985-05-20"),
        ("一九八五年五月二十日", "1985-05-20", "1985-05-20"),
        ("二〇〇三年十月一日", "2003-10-01", "2003-10-01"),
        ("[1985]", "1985-01-01", "1985-12-31"),
        ("[19450815]", "1945-08-15", "1945-08-15"),
        ("约1985", "1983-01-01", "1987-12-31"),
        ("1985年左右", "1983-01-01", "1987-12-31"),
        ("约1984-02-29", "1983-02-28", "1985-02-28"),
        ("1958-1960", "1958-01-01", "1960-12-31"),
        ("1958年3月至1960年", "1958-03-01", "1960-12-31"),
        ("五十年代", "1950-01-01", "1959-12-31"),
        ("民国三十五年", "1946-01-01", "1946-12-31"),
        ("民国元年", "1912-01-01", "1912-12-31"),
        ("中华民国35年3月5日", "1946-03-05", "1946-03-05"),
        ("光绪二十年", "1894-01-01", "1894-12-31"),
        ("农历一九五六年八月廿二", "1956-09-26", "1956-09-26"),
        ("1962年农历十月初九", "1962-11-05", "1962-11-05"),
        ("农历1952年正月十九", "1952-02-14", "1952-02-14"),
        ("一九三三年腊月二十", "1934-02-03", "1934-02-03"),
        ("农历1984年闰十月初一", "1984-11-23", "1984-11-23"),
        ("农历1985年", "1985-02-20", "1986-02-08"),
    ],
)
def test_a_wording_means_this_window(
    table: LunarTable, text: str, earliest: str, latest: str
) -> None:
    understood = parse_date(text, table)
    assert (understood.earliest.isoformat(), understood.latest.isoformat()) == (earliest, latest)
    assert understood.original == text


@pytest.mark.parametrize(
    "text",
    ["", " ", "abc", "1985-13", "1985-02-30", "85年5月", "0001-01-01", "9999", "元年", "八月廿二",
     "农历1985年闰五月初一", "农历1985年十三月", "1960-1958", "1985-05-20'; DROP", "五十五年代",
     "１" * 41, "1985-00-20", "农历1700年正月"],
)  # fmt: skip
def test_what_is_not_understood_is_refused_with_a_code(table: LunarTable, text: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_date(text, table)
    assert refused.value.code in ("DATE_NOT_UNDERSTOOD", "LUNAR_DATE_IMPOSSIBLE")


def test_marks_of_the_writer_are_kept(table: LunarTable) -> None:
    assert parse_date("[1985]", table).researched
    assert parse_date("约1985", table).about
    assert parse_date("约1985-05-20", table).day is None
    assert parse_date("农历1956年八月廿二", table).calendar is Calendar.LUNAR
    assert parse_date("民国35年", table).calendar is Calendar.ERA
    assert parse_date("1985-05", table).precision is Precision.MONTH


def test_a_day_without_its_calendar_counts_in_both(table: LunarTable) -> None:
    understood = parse_date("八月廿二日", table, year_hint=1956)
    assert understood.calendar is Calendar.SOLAR_OR_LUNAR
    assert understood.candidates == (date(1956, 8, 22), date(1956, 9, 26))
    assert understood.overlaps(parse_date("1956-09-26", table))
    assert parse_date("1956-08-22", table).overlaps(understood)
    assert not understood.overlaps(parse_date("1956-09-01", table))


def test_a_nominal_age_gives_a_three_year_window(table: LunarTable) -> None:
    born = birth_from_age(parse_date("1956", table), parse_age("廿四岁"))
    assert (born.earliest.year, born.latest.year) == (1932, 1934)
    assert born.overlaps(parse_date("农历1933年腊月二十", table))


@pytest.mark.parametrize(
    ("text", "age"),
    [("廿四岁", 24), ("24", 24), ("虚岁二十三", 23), ("卅岁", 30), ("一百零二岁", 102)],
)
def test_ages_are_read_as_written(text: str, age: int) -> None:
    assert parse_age(text) == age


@pytest.mark.parametrize("text", ["", "〇", "121", "老年", "-3"])
def test_ages_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(Refusal):
        parse_age(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [("一九五六", 1956), ("三十五", 35), ("十", 10), ("廿二", 22), ("卅", 30), ("二〇〇三", 2003),
     ("一百二十", 120), ("元", 1), ("甲", None), ("二廿", None), ("", None)],
)  # fmt: skip
def test_chinese_numerals(text: str, value: int | None) -> None:
    assert parse_numeral(text) == value


def test_years_apart_counts_whole_years(table: LunarTable) -> None:
    assert parse_date("1960", table).years_apart(parse_date("1962-05", table)) == 2
    assert parse_date("1960", table).years_apart(parse_date("1960-05", table)) == 0


def test_a_damaged_lunar_table_is_refused(table_folder: Path) -> None:
    content = json.loads((table_folder / "lunar.json").read_text("utf-8"))
    content["years"][100][2][0] = 59 - content["years"][100][2][0]
    with pytest.raises(Refusal) as refused:
        parse_lunar_table(content)
    assert refused.value.code == "TABLE_DAMAGED"
    with pytest.raises(Refusal):
        parse_lunar_table({"first_year": 1900, "years": [["1900-01-31", 0, [30]]]})
