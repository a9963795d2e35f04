"""Lunar days on which five independent libraries agree, and the ones of domain.md §4.6."""

import csv
import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from records.lunar import LunarDate, LunarTable, parse_lunar_table

# domain.md §4.6, checked there; the third one flips the year.
KNOWN = [
    ((1962, 10, 9, False), date(1962, 11, 5)),
    ((1952, 1, 19, False), date(1952, 2, 14)),
    ((1933, 12, 20, False), date(1934, 2, 3)),
    ((1956, 8, 22, False), date(1956, 9, 26)),
    # Spring festivals and leap months from the Hong Kong Observatory's published tables.
    ((2000, 1, 1, False), date(2000, 2, 5)),
    ((1984, 10, 1, True), date(1984, 11, 23)),
    ((2033, 11, 1, True), date(2033, 12, 22)),
]


@pytest.fixture(scope="module")
def table(table_folder: Path) -> LunarTable:
    return parse_lunar_table(json.loads((table_folder / "lunar.json").read_text("utf-8")))


@pytest.mark.shared_data
def test_all_500_agreed_lunar_days_hold_both_ways(shared_data: Path, table: LunarTable) -> None:
    with (shared_data / "idcal" / "lunar_agreed_500.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 500
    for row in rows:
        lunar = LunarDate(
            year=int(row["lunar_year"]),
            month=int(row["lunar_month"]),
            day=int(row["lunar_day"]),
            leap=row["leap"] == "1",
        )
        solar = date.fromisoformat(row["gregorian"])
        assert table.to_solar(lunar) == solar
        assert table.from_solar(solar) == lunar


@pytest.mark.parametrize(("lunar", "solar"), KNOWN)
def test_known_days(table: LunarTable, lunar: tuple[int, int, int, bool], solar: date) -> None:
    year, month, day, leap = lunar
    written = LunarDate(year=year, month=month, day=day, leap=leap)
    assert table.to_solar(written) == solar
    assert table.from_solar(solar) == written


def test_every_day_of_two_centuries_comes_back(table: LunarTable) -> None:
    day = date(1850, 1, 1)
    while day < date(2099, 12, 31):
        assert table.to_solar(table.from_solar(day)) == day
        day += timedelta(days=29)
