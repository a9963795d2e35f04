"""四性检测 L04, L05, L08, S09 and S10 (domain.md §5)."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from node.domain.four_checks_livelihood import check_livelihood
from records.area_table import parse_area_table
from records.jurisdictions import Jurisdictions
from records.kinds import get_kind
from records.lunar import LunarTable, parse_lunar_table
from records.place_facts import OLDER_NAMES, PLACE_FACTS

TODAY = date(2026, 11, 21)
MARRIAGE = "marriage_registration"


@pytest.fixture(scope="module")
def calendar(table_folder: Path) -> LunarTable:
    return parse_lunar_table(json.loads((table_folder / "lunar.json").read_text("utf-8")))


@pytest.fixture(scope="module")
def whole(shared_data: Path) -> Iterator[Jurisdictions]:
    text = (shared_data / "admin" / "areacodes_result.csv").read_text("utf-8-sig")
    yield Jurisdictions(parse_area_table(text) + OLDER_NAMES)


def doubts(
    row: dict[str, str], calendar: LunarTable, areas: Jurisdictions | None, kind: str = MARRIAGE
) -> set[tuple[str, str]]:
    found = check_livelihood(row, get_kind(kind), calendar, areas, TODAY)
    return {(item, field) for item, field, _ in found}


@pytest.mark.parametrize(
    ("office", "event", "doubted"),
    [("嘉兴市秀洲区王店镇人民政府", "1985-05-01", True),
     ("嘉兴市秀洲区王店镇人民政府", "2001-05-01", False),
     ("上饶县旭日镇人民政府", "1985-05-20", False),
     ("上饶县旭日镇人民政府", "2020-05-20", True),
     ("嘉兴县新丰人民公社", "1956", False),
     ("某处人民政府", "1985", False)],
)  # fmt: skip
def test_l04_an_office_is_doubted_outside_its_countys_life(
    calendar: LunarTable, office: str, event: str, doubted: bool
) -> None:
    row = {"registration_office": office, "event_date": event}
    found = doubts(row, calendar, Jurisdictions(PLACE_FACTS))
    assert (("L04", "registration_office") in found) is doubted


@pytest.mark.parametrize(
    ("number", "doubted"),
    [("J330402-2012-000123", False), ("J330422-2012-000001", True),
     ("J330422-1985-000001", False), ("J339002-1988-000015", False),
     ("J339002-2012-000015", True), ("(82)嘉郊结字第37号", False)],
)  # fmt: skip
def test_l05_an_area_code_is_doubted_in_a_year_when_it_was_not_in_use(
    calendar: LunarTable, number: str, doubted: bool
) -> None:
    found = doubts({"certificate_no": number}, calendar, Jurisdictions(PLACE_FACTS))
    assert (("L05", "certificate_no") in found) is doubted


@pytest.mark.shared_data
def test_l05_and_l08_an_unknown_code_or_place_is_doubted_by_the_whole_table_only(
    calendar: LunarTable, whole: Jurisdictions
) -> None:
    row = {"certificate_no": "J999999-2012-000001", "registration_office": "某处人民政府",
           "event_date": "2012"}  # fmt: skip
    assert doubts(row, calendar, Jurisdictions(PLACE_FACTS)) == set()
    assert doubts(row, calendar, whole) == {
        ("L05", "certificate_no"), ("L08", "registration_office")
    }  # fmt: skip
    good = {"registration_office": "海宁县斜桥公社", "event_date": "1983"}
    assert doubts(good, calendar, whole) == set()


@pytest.mark.parametrize(
    ("text", "doubted"),
    [("证明人身份证33049919790101009X附后", True), ("证号330499540317013", True),
     ("退款至6222020200112233445附单", False), ("账号6225757575757573", False),
     ("账号4111111111111111", True), ("文号3304991979010100", False), ("1985年5月20日", False)],
)  # fmt: skip
def test_s09_numbers_of_people_and_banks_in_free_text_are_told(
    calendar: LunarTable, text: str, doubted: bool
) -> None:
    for field in ("remarks", "title"):
        found = doubts({field: text}, calendar, None)
        assert (("S09", field) in found) is doubted
    details = [detail for *_, detail in check_livelihood(
        {"remarks": text}, get_kind(MARRIAGE), calendar, None, TODAY)]  # fmt: skip
    assert not any(sign.isdigit() for detail in details for sign in detail), "no value is repeated"


@pytest.mark.parametrize(
    ("birth", "doubted"), [("2015-03-01", True), ("2012-11-22", True), ("2012-11-21", False),
                           ("1985", False), ("2020", True)],
)  # fmt: skip
def test_s10_who_is_a_child_today_is_flagged(
    calendar: LunarTable, birth: str, doubted: bool
) -> None:
    found = doubts({"birth": birth}, calendar, None, "only_child")
    assert (("S10", "birth") in found) is doubted


def test_s10_a_number_tells_the_age_where_no_birth_is_written(calendar: LunarTable) -> None:
    found = doubts({"id_no": "330499201503010011"}, calendar, None, "birth_certificate")
    assert ("S10", "birth") in found
