"""Places as remembered: names and codes through time."""

from pathlib import Path

import pytest

from records.area_table import AreaTable, parse_area_table
from records.jurisdictions import Jurisdictions
from records.place_facts import HEADER, OLDER_NAMES, PLACE_FACTS
from records.place_names import plain_place, short_name
from records.refusal import Refusal


@pytest.fixture(scope="module")
def built_in() -> Jurisdictions:
    return Jurisdictions(PLACE_FACTS)


@pytest.fixture(scope="module")
def public(shared_data: Path) -> Jurisdictions:
    text = (shared_data / "admin" / "areacodes_result.csv").read_text(encoding="utf-8")
    return Jurisdictions(parse_area_table(text) + OLDER_NAMES)


CHANGED_PLACES = [
    ("上饶县", 1985, {"361104"}),
    ("江西上饶县", 1958, {"361104"}),
    ("江西省上饶地区上饶县", 1985, {"361104"}),
    ("上饶市", 1985, {"361102"}),
    ("上饶市", 2010, {"361100"}),
    ("广丰县", 2003, {"361103"}),
    ("波阳县 公社", 1975, {"361128", "360202"}),
    ("波阳县", 1990, {"361128"}),
    ("鄱阳县", 1969, {"361128"}),
    ("川沙县江镇公社", 1969, {"310115", "310101"}),
    ("川沙县", 1990, {"310115"}),
    ("南汇区", 2005, {"310115"}),
    ("浦东", 2015, {"310115"}),
    ("海宁", 1988, {"330481"}),
    ("海宁县", 1970, {"330481"}),
    ("江干区", 1995, {"330102", "330114"}),
    ("江干区", 2010, {"330102", "330114"}),
    ("嘉兴市城区", 1985, {"330402"}),
    ("秀城区", 1998, {"330402"}),
    ("嘉兴县", 1971, {"330402", "330411"}),
    ("嘉兴 市区", 2000, {"330402", "330411"}),
    ("嘉兴市区", 2000, {"330402", "330411"}),
    ("嘉兴郊区", 1985, {"330411"}),
    ("浙江省嘉兴市南湖区东栅街道", 1985, {"330402"}),
    ("嘉兴", 1990, {"330400"}),
    ("平湖县", 1980, {"330482"}),
]


@pytest.mark.parametrize(("place", "year", "codes"), CHANGED_PLACES)
def test_changed_places_lead_to_the_areas_of_today(
    built_in: Jurisdictions, place: str, year: int, codes: set[str]
) -> None:
    answer = built_in.resolve(place, year)
    assert answer.reason is None
    assert set(answer.codes) == codes


@pytest.mark.shared_data
@pytest.mark.parametrize(("place", "year", "codes"), CHANGED_PLACES)
def test_the_public_table_agrees_with_our_own(
    public: Jurisdictions, place: str, year: int, codes: set[str]
) -> None:
    assert set(public.resolve(place, year).codes) == codes


def test_the_name_of_then_is_kept_beside_the_area_of_today(built_in: Jurisdictions) -> None:
    answer = built_in.resolve("上饶县", 1985)
    assert [(row.code, row.name, row.period) for row in answer.then] == [
        ("362321", "上饶县", "1981-2000")
    ]
    assert [row.name for row in answer.today] == ["广信区"]


def test_an_area_code_of_2012_names_the_district_of_2012(built_in: Jurisdictions) -> None:
    answer = built_in.resolve_code("330402", 2012)
    assert [(row.name, row.code) for row in answer.then] == [("南湖区", "330402")]
    assert [row.name for row in built_in.resolve_code("330402", 1990).then] == ["城区"]


def test_e19_an_obsolete_province_direct_code_is_haining(built_in: Jurisdictions) -> None:
    assert built_in.resolve_code("339002", 1988).codes == ("330481",)


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("", "PLACE_MISSING"),
        ("　·　", "PLACE_MISSING"),
        ("火星基地", "PLACE_UNKNOWN"),
        ("浙江", "PLACE_TOO_WIDE"),
    ],
)
def test_what_cannot_be_placed_is_asked(built_in: Jurisdictions, place: str, code: str) -> None:
    answer = built_in.resolve(place, 1990)
    assert answer.reason is not None
    assert answer.reason.code == code
    assert answer.question
    assert answer.today == ()


def test_an_abolished_prefecture_is_asked_for_its_county(built_in: Jurisdictions) -> None:
    answer = built_in.resolve("上饶地区", 1985)
    assert answer.reason is not None
    assert answer.reason.code == "NO_SUCCESSOR_RECORDED"
    assert "江西省上饶地区上饶县（1981-2000）" in answer.choices
    assert answer.today == ()


def test_a_short_name_of_several_areas_is_asked(built_in: Jurisdictions) -> None:
    answer = built_in.resolve("上饶", 1985)
    assert answer.reason is not None
    assert {"江西省上饶地区上饶县（1981-2000）", "江西省上饶地区上饶市（1981-2000）"} <= set(
        answer.choices
    )


def test_an_unknown_county_is_not_cut_down_to_a_known_one() -> None:
    table = HEADER + "141123,山西省,吕梁市,兴县,县级,在用,1981,,\n"
    known = Jurisdictions(parse_area_table(table))
    assert known.resolve("兴县", 1990).codes == ("141123",)
    for place in ("永兴县", "嘉兴县"):
        answer = known.resolve(place, 1990)
        assert answer.reason is not None
        assert answer.reason.code == "PLACE_UNKNOWN"


@pytest.mark.shared_data
def test_an_ambiguous_county_without_a_province_is_never_picked_silently(
    public: Jurisdictions,
) -> None:
    for place, year in (("鼓楼区", 1990), ("朝阳区", None), ("郊区", 1985), ("江苏省朝阳区", 1990)):
        answer = public.resolve(place, year)
        assert answer.reason is not None, place
        assert answer.reason.code == "PLACE_AMBIGUOUS"
        assert len(answer.choices) > 1
        assert answer.today == ()
    assert "220104" in public.resolve("吉林省朝阳区", 1990).codes


@pytest.mark.shared_data
@pytest.mark.parametrize("year", [1984, 1990, 1999, 2008, 2017, 2025])
def test_every_name_of_several_counties_is_asked(public: Jurisdictions, year: int) -> None:
    by_name: dict[str, set[str]] = {}
    for row in public.table.rows:
        if row.level == "县级" and row.is_valid_in(year):
            by_name.setdefault(row.name, set()).add(row.province)
    shared_names = [name for name, provinces in by_name.items() if len(provinces) > 1]
    assert len(shared_names) >= 25
    for name in shared_names:
        answer = public.resolve(name, year)
        assert answer.reason is not None, name
        assert answer.today == (), name
        assert public.resolve(name).reason is not None, name


@pytest.mark.shared_data
def test_every_ended_row_reaches_each_successor_or_asks(public: Jurisdictions) -> None:
    reached = asked = 0
    for row in public.table.rows:
        if row.end is None or row in OLDER_NAMES:
            continue
        answer = public.resolve(row.full_name, row.start)
        if not row.successors:
            assert answer.reason is not None
            assert answer.reason.code == "NO_SUCCESSOR_RECORDED", row
            assert answer.today == ()
            asked += 1
            continue
        for code, year in row.successors:
            after = [one for one in public.table.coded(code) if one is not row]
            assert after, (row, code)
            expected = public.resolve_code(code, (year or row.end) + 1)
            assert set(expected.codes) <= set(answer.codes), (row, code)
        reached += 1
    assert (reached, asked) == (3410, 200)


def test_a_part_that_left_before_the_event_is_not_asked(built_in: Jurisdictions) -> None:
    assert set(built_in.resolve("川沙县", 1980).codes) == {"310101", "310115"}
    assert set(built_in.resolve("川沙县", 1986).codes) == {"310115"}


def test_circular_successors_end() -> None:
    table = (
        HEADER
        + "100101,甲省,乙市,丙县,县级,弃用,1981,1990,100102\n"
        + "100102,甲省,乙市,丁县,县级,弃用,1981,1990,100101\n"
    )
    areas = AreaTable(parse_area_table(table))
    assert areas.trace(areas.coded("100101")[0]).today == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "代码,名称\n330402,南湖区\n",
        HEADER,
        HEADER + "33040,浙江省,嘉兴市,南湖区,县级,在用,2005,,\n",
        HEADER + "330402,浙江省,嘉兴市,,县级,在用,2005,,\n",
        HEADER + "330402,浙江省,嘉兴市,南湖区,县级,在用,five,,\n",
        HEADER + "330402,浙江省,嘉兴市,南湖区,县级,弃用,2005,2006,33040\n",
        HEADER + "330402,浙江省,嘉兴市,南湖区\n",
        HEADER + "330402,浙江省,嘉兴市,南湖区,乡级,在用,2005,,\n",
        HEADER + "330402,浙江省,\r嘉兴市,南湖区,县级,在用,2005,,\n",
        HEADER + "３３０４０２,浙江省,嘉兴市,南湖区,县级,在用,2005,,\n",
        "x" * (4 * 1024 * 1024 + 1),
    ],
)
def test_a_malformed_table_is_refused_as_a_whole(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_area_table(text)
    assert refused.value.code == "AREA_TABLE_MALFORMED"


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("上饶县", "上饶"),
        ("浦东新区", "浦东"),
        ("城区", "城区"),
        ("延边朝鲜族自治州", "延边"),
        ("新疆维吾尔自治区", "新疆"),
        ("内蒙古自治区", "内蒙古"),
        ("西藏自治区", "西藏"),
        ("泾县", "泾县"),
    ],
)
def test_short_names(name: str, short: str) -> None:
    assert short_name(name) == short


def test_place_texts_are_bounded_and_plain() -> None:
    assert plain_place(" 嘉 兴·市 ") == "嘉兴市"
    assert len(plain_place("嘉" * 10_000)) == 100
