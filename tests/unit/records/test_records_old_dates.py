"""Every wording of domain.md §4.6 and interfaces.md §3, in the characters of its time."""

import json
from datetime import date
from pathlib import Path

import pytest

from records.date_text import parse_date
from records.lunar import LunarTable, parse_lunar_table


@pytest.fixture(scope="module")
def table(table_folder: Path) -> LunarTable:
    return parse_lunar_table(json.loads((table_folder / "lunar.json").read_text("utf-8")))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [("民國三十五年八月", "1946-08-01", "1946-08-31"),
     ("中華民國卅五年", "1946-01-01", "1946-12-31"),
     ("農曆一九五六年八月廿二", "1956-09-26", "1956-09-26"),
     ("陰曆一九三三年臘月二十", "1934-02-03", "1934-02-03"),
     ("舊曆一九五二年正月十九", "1952-02-14", "1952-02-14"),
     ("农历一九六二年十月初九", "1962-11-05", "1962-11-05"),
     ("光緒二十年", "1894-01-01", "1894-12-31"),
     ("一九八五年五月二十號", "1985-05-20", "1985-05-20"),
     ("１９８５－０５", "1985-05-01", "1985-05-31"),
     ("[1985]", "1985-01-01", "1985-12-31"),
     ("約1985", "1983-01-01", "1987-12-31"),
     ("五十年代", "1950-01-01", "1959-12-31"),
     ("1958-1960", "1958-01-01", "1960-12-31"),
     ("一九五八年至一九六〇年", "1958-01-01", "1960-12-31")],
)  # fmt: skip
def test_a_wording_means_these_days(table: LunarTable, text: str, first: str, last: str) -> None:
    understood = parse_date(text, table)
    assert (understood.earliest, understood.latest) == (
        date.fromisoformat(first), date.fromisoformat(last)
    )  # fmt: skip
    assert understood.original == text
