import pytest

from records.comparing import CONFLICT, Agreement
from records.kinds import get_kind
from records.refusal import Refusal
from records.rosters import MOST_LINES, find_roster, parse_roster, recorded_names


def test_a_page_lists_its_people_in_order_with_former_names() -> None:
    lines = parse_roster("徐卫东（曾用名：徐阿大/徐大）、王海生;李 梅，𬭎 生")
    assert [(line.number, line.name) for line in lines] == [
        (1, "徐卫东"), (2, "王海生"), (3, "李 梅"), (4, "𬭎 生")
    ]  # fmt: skip
    assert lines[0].former_names == ("徐阿大", "徐大")
    assert parse_roster("") == () and parse_roster("、、") == ()


def test_what_cannot_be_kept_is_refused_by_line_or_code_point() -> None:
    with pytest.raises(Refusal) as refused:
        parse_roster("王海生、" + "长" * 51)
    assert (refused.value.code, refused.value.detail) == ("NAME_TOO_LONG", "line 2")
    with pytest.raises(Refusal) as refused:
        parse_roster("王\u202e海生")
    assert refused.value.code == "CODE_POINT_FORBIDDEN"
    with pytest.raises(Refusal):
        parse_roster("、".join(["王"] * (MOST_LINES + 1)))
    assert find_roster("王\u202e海生") == ()


def test_the_line_that_agrees_is_the_person_meant() -> None:
    kind = get_kind("school_record")
    values = {"roster_names": "王海生、徐卫东(徐阿大)、李梅"}

    def compare(names: tuple[str, ...]) -> Agreement | None:
        return Agreement("former_name", 0.001) if "徐阿大" in names else CONFLICT

    roster = kind.get_person("roster")
    assert recorded_names(roster, values, compare) == ("徐卫东", "徐阿大")
    assert recorded_names(roster, {"roster_names": "王海生"}, compare) == ("", "")
    pupil = kind.get_person("subject")
    assert recorded_names(pupil, {"name": "钱强"}, compare) == ("钱强", "")


def test_a_roster_is_searched_and_never_printed() -> None:
    for code in ("school_record", "educated_youth", "collective_enterprise",
                 "migrant_resettlement", "labour_recruitment", "downsized_worker"):  # fmt: skip
        kind = get_kind(code)
        assert kind.get_person("roster").is_sought
        assert kind.get_field("roster_names") not in kind.extract_fields
        assert not kind.get_field("name").required, "a page of many names has no one name"
