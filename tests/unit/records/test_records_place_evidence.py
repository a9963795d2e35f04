from pathlib import Path

import pytest

from records.area_table import parse_area_table
from records.jurisdictions import Jurisdictions
from records.place_evidence import PlaceEvidence
from records.place_facts import OLDER_NAMES, PLACE_FACTS


@pytest.fixture(scope="module")
def places() -> PlaceEvidence:
    return PlaceEvidence(Jurisdictions(PLACE_FACTS))


@pytest.mark.parametrize(
    ("wanted", "recorded", "year", "how"),
    [("上饶县", "上饶县", 1985, "equal"),
     ("上饶县", "上饶县旭日镇人民政府", 1985, "contains"),
     ("广信区", "上饶县旭日镇人民政府", 1985, "same_area"),
     ("江西省鄱阳县", "波阳县油墩街公社前进大队", 1969, "same_area"),
     ("波阳县油墩街公社", "江西省鄱阳县油墩街镇", 2004, "same_place"),
     ("嘉兴县新丰公社", "嘉兴市南湖区新丰镇", 2006, "same_place"),
     ("南湖区", "嘉兴市郊区新丰人民公社管理委员会", 1983, "conflicts"),
     ("秀洲区", "嘉兴市郊区新丰人民公社管理委员会", 1984, "same_area"),
     ("浦东新区", "川沙县高桥人民公社革命委员会", 1972, "same_area"),
     ("嘉兴市", "海宁县斜桥人民公社管理委员会", 1983, "same_area"),
     ("平湖县", "海宁县斜桥人民公社管理委员会", 1983, "conflicts"),
     ("新丰公社", "新丰镇", 1990, "same_place"),
     ("新丰公社", "凤桥镇", 1990, None),
     ("某处", "海宁县", 1983, None),
     ("", "海宁县", 1983, None)],
)  # fmt: skip
def test_places_agree_through_time(
    places: PlaceEvidence, wanted: str, recorded: str, year: int, how: str | None
) -> None:
    found = places.compare(wanted, recorded, year)
    assert (found.how if found else None) == how


def test_a_place_alone_identifies_nobody(places: PlaceEvidence) -> None:
    found = places.compare("嘉兴县新丰公社", "嘉兴市南湖区新丰镇", 2006)
    assert found is not None and found.chance >= 0.05


def test_an_obsolete_or_known_name_asks_nothing(places: PlaceEvidence) -> None:
    assert places.question("海宁", 1988) == ""
    assert places.question("", None) == ""


@pytest.mark.shared_data
def test_a_county_name_of_several_provinces_is_asked_about(shared_data: Path) -> None:
    text = (shared_data / "admin" / "areacodes_result.csv").read_text("utf-8-sig")
    places = PlaceEvidence(Jurisdictions(parse_area_table(text) + OLDER_NAMES))
    question = places.question("新城区", 1990)
    assert "哪一个" in question and "陕西省" in question and "内蒙古" in question
    assert places.question("陕西省西安市新城区", 1990) == ""
    assert places.compare("新城区", "西安市新城区解放路", 1990) is not None
    other = places.compare("陕西省西安市新城区", "呼和浩特市新城区", 1990)
    assert other is not None and other.conflicts
