"""Sample holdings: repeatable, plausible, and about nobody."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from deploy.holdings import scenario_people
from deploy.holdings.columns import COLUMNS, Row
from deploy.holdings.names import RESERVED
from deploy.holdings.paper import Fonts
from deploy.holdings.places import AREAS
from deploy.holdings.register_pages import draw_page, marriage_form, written_date
from deploy.holdings.scenario_people import Person
from deploy.holdings.scenario_rows import shangrao_marriages
from deploy.holdings.write import COUNTS, ENCODINGS, draw_rows, write_rows
from records.id_numbers import parse_id_number

UNASSIGNED = {"330499", "361199", "310199", "332199"}
ROWS: dict[tuple[str, str], list[Row]] = {
    (code, category): draw_rows(area, category)
    for code, area in AREAS.items()
    for category in COUNTS
}


def every_row() -> list[Row]:
    return [row for rows in ROWS.values() for row in rows]


def test_the_same_seed_draws_the_same_rows() -> None:
    assert (
        draw_rows(AREAS["361100"], "marriage_registration")
        == ROWS["361100", "marriage_registration"]
    )


@pytest.mark.parametrize("code", list(AREAS))
def test_each_archive_holds_a_few_thousand_rows(code: str) -> None:
    total = sum(len(rows) for (archive, _), rows in ROWS.items() if archive == code)
    assert 2500 <= total <= 4000


@pytest.mark.parametrize("key", list(ROWS))
def test_reference_codes_are_unique_inside_an_archive_and_kind(key: tuple[str, str]) -> None:
    codes = [row["reference_code"] for row in ROWS[key]]
    assert len(set(codes)) == len(codes)


def test_every_identity_number_belongs_to_nobody() -> None:
    numbers = [
        row[column]
        for row in every_row()
        for column in ("id_no", "a_id_no", "b_id_no")
        if row.get(column)
    ]
    assert len(numbers) > 1000
    assert {number[:6] for number in numbers} <= UNASSIGNED
    assert {len(number) for number in numbers} == {15, 18}


def test_nobody_carries_the_name_that_scenario_e07_does_not_find() -> None:
    names = {row.get(column, "") for row in every_row() for column in ("name", "a_name", "b_name")}
    assert not names & RESERVED


def test_scenario_people_have_the_numbers_of_the_dossier() -> None:
    people = [value for value in vars(scenario_people).values() if isinstance(value, Person)]
    assert len(people) >= 15
    for person in people:
        number = parse_id_number(person.id_no)
        assert number.checksum_holds
        assert number.area in UNASSIGNED
        assert number.sex == person.sex
        assert str(number.birth) == person.birth
    assert scenario_people.P3.id_no == "361199196211050313"
    assert scenario_people.P10.id_no == "33049919790101009X"


@pytest.mark.parametrize("code", list(AREAS))
def test_the_traps_are_in_the_rows(code: str) -> None:
    rows = ROWS[code, "marriage_registration"]
    remarks = Counter(row.get("remarks", "") for row in rows)
    assert sum(row.get("damage", "").startswith("缺第") for row in rows) == 12
    assert remarks["登记簿缺，仅存结婚证存根"] >= 14
    assert remarks["同页登记两对"] >= 10
    assert sum(row["open_status"] == "restricted" for row in rows) >= 20
    assert sum(row.get("secrecy_level") == "秘密" for row in rows) == 4
    assert sum(row.get("title") == "" for row in rows) == 25
    assert any(len(row.get("a_id_no", "")) == 15 for row in rows)


def test_secret_rows_are_never_drawn() -> None:
    assert not [row for row in every_row() if row.get("secrecy_level") and row.get("images")]


@pytest.mark.parametrize("code", list(AREAS))
def test_about_forty_people_have_a_page_scan(code: str) -> None:
    scans = [row for (archive, _), rows in ROWS.items() if archive == code for row in rows]
    assert 36 <= sum(bool(row.get("images")) for row in scans) <= 52


def test_image_names_carry_reference_codes_and_no_people() -> None:
    for row in every_row():
        if row.get("images"):
            assert row["images"] == f"images/{row['reference_code']}.jpg"


def test_import_files_can_be_read_back_in_their_encoding(tmp_path: Path) -> None:
    for code, encoding in ENCODINGS.items():
        path = tmp_path / f"{code}.csv"
        rows = ROWS[code, "marriage_registration"]
        write_rows(path, "marriage_registration", rows, encoding)
        with path.open(encoding=encoding, newline="") as stream:
            reader = csv.DictReader(stream)
            assert tuple(reader.fieldnames or ()) == COLUMNS["marriage_registration"]
            assert len(list(reader)) == len(rows)


def test_a_page_shows_what_was_written_not_what_was_typed() -> None:
    mistyped = shangrao_marriages()[2]
    form = marriage_form(mistyped)
    assert mistyped["a_birth"] == "1962-11-15"
    assert form.lines[1][1] == "1962年11月5日"


def test_pages_repeat_byte_for_byte(parts: Path) -> None:
    fonts = Fonts(folder=parts / "fonts")
    form = marriage_form(shangrao_marriages()[0])
    first = draw_page(form, "seed", fonts)
    assert first == draw_page(form, "seed", fonts)
    assert first != draw_page(form, "another", fonts)
    assert first[:3] == b"\xff\xd8\xff"
    assert 60_000 < len(first) < 400_000


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("1985-05-20", "1985年5月20日"),
        ("1962-11", "1962年11月"),
        ("1952", "1952年"),
        ("农历一九五六年八月廿二", "农历一九五六年八月廿二"),
        ("", ""),
    ],
)
def test_dates_are_written_as_a_clerk_writes_them(text: str, written: str) -> None:
    assert written_date(text) == written


@pytest.mark.parametrize("code", list(AREAS))
def test_borrowed_and_mistyped_numbers_are_in_the_rows(code: str) -> None:
    borrowed = mistyped = 0
    for row in ROWS[code, "marriage_registration"]:
        if len(row.get("b_id_no", "")) == 18:
            number = parse_id_number(row["b_id_no"])
            mistyped += not number.checksum_holds
            borrowed += number.checksum_holds and str(number.birth) != row.get("b_birth")
    assert mistyped == 6
    assert borrowed >= 8
