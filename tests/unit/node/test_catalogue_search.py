from pathlib import Path

import pytest
from holdings_world import HoldingsWorld, codes, couple

from records.refusal import Refusal

P3 = "361199196211050313"
P3_SHORT = "361199621105031"
P4 = "361199196402090422"


@pytest.fixture
def world(tmp_path: Path, table_folder: Path) -> HoldingsWorld:
    return HoldingsWorld(f"sqlite:///{tmp_path / 'lantai.db'}", tmp_path, table_folder)


def test_swapped_sex_columns_are_told_and_do_not_hide_the_record(world: HoldingsWorld) -> None:
    swapped = couple("J1-1-1-1", "吴桂兰", "周金水", a_birth="1964-02-09", b_birth="1962-11-05")
    world.take([swapped])
    found = world.search("周金水", birth="1962-11-05", sex="男", other="吴桂兰")
    assert (found.outcome, codes(found)) == ("HIT_UNIQUE", ["J1-1-1-1"])
    sexes = [one for one in found.candidates[0].reasons if one.field == "b_sex"]
    assert sexes[0].how == "differs"


@pytest.mark.parametrize(("asked", "recorded"), [(P3, P3_SHORT), (P3_SHORT, P3), (P3, P3)])
def test_15_and_18_digits_of_one_number_meet(
    world: HoldingsWorld, asked: str, recorded: str
) -> None:
    world.take([couple("J1-1-1-1", "周金水", "吴桂兰", a_id_no=recorded)])
    found = world.search("周金水", id_no=asked, other="吴桂兰")
    assert codes(found) == ["J1-1-1-1"]
    assert found.candidates[0].releasable
    how = next(one for one in found.candidates[0].reasons if one.field == "a_id_no")
    assert how.how.startswith("equal")
    assert P3[4:14] not in how.recorded + how.queried


def test_a_borrowed_number_is_a_discrepancy_and_never_releasable(world: HoldingsWorld) -> None:
    world.take([couple("J1-1-1-1", "周金水", "吴桂兰", b_id_no=P4, b_birth="1961-02-09")])
    found = world.search("吴桂兰", id_no="361199196102090425", other="周金水")
    assert (found.outcome, codes(found)) == ("HIT_DISCREPANCY", ["J1-1-1-1"])
    assert not found.candidates[0].releasable


def test_a_number_under_another_name_is_shown_as_doubtful_with_the_name_masked(
    world: HoldingsWorld,
) -> None:
    world.take([couple("J1-1-1-1", "李大山", "吴桂兰", a_id_no=P3)])
    found = world.search("周金水", id_no=P3)
    assert codes(found) == ["J1-1-1-1"]
    assert not found.candidates[0].releasable
    name = next(one for one in found.candidates[0].reasons if one.field == "a_name")
    assert (name.how, name.recorded) == ("conflicts", "李*山")


def test_a_number_under_a_name_that_sounds_alike_says_so_and_is_not_released(
    world: HoldingsWorld,
) -> None:
    world.take([couple("J1-1-1-1", "周今水", "吴桂兰", a_id_no=P3)])
    found = world.search("周金水", id_no=P3, other="吴桂兰")
    assert codes(found) == ["J1-1-1-1"]
    name = next(one for one in found.candidates[0].reasons if one.field == "a_name")
    assert (name.how, name.recorded) == ("homophone", "周今水")
    assert not found.candidates[0].releasable


def test_name_birth_and_number_together_are_one_identifier(world: HoldingsWorld) -> None:
    world.take([couple("J1-1-1-1", "周金水", "吴桂兰", a_id_no=P3)])
    found = world.search("周金水", birth="1962-11-05", id_no=P3)
    assert (found.outcome, codes(found)) == ("HIT_AMBIGUOUS", ["J1-1-1-1"])
    assert (found.ask, found.candidates[0].releasable) == ("配偶姓氏？", False)


@pytest.mark.parametrize(
    "clue",
    [{"birth": "1950-01-01"}, {"birth": "1971"}, {"other": "李小红"}, {"period": ("1999", "1999")},
     {"birth": "1962-12-25"}, {"other": "赵"}],
)  # fmt: skip
def test_a_namesake_whose_second_clue_differs_is_not_shown(
    world: HoldingsWorld, clue: dict[str, str]
) -> None:
    world.take([couple("J1-1-1-1", "周金水", "吴桂兰")])
    found = world.search("周金水", **clue)  # type: ignore[arg-type]
    assert (found.outcome, found.candidates) == ("NO_RECORD_COVERED", ())


@pytest.mark.parametrize(
    "hidden",
    [{"secrecy_level": "秘密"}, {"open_status": "restricted"}, {"open_status": "deferred"}],
)
def test_restricted_material_never_shows_and_never_becomes_a_miss(
    world: HoldingsWorld, hidden: dict[str, str]
) -> None:
    world.take([couple("J1-1-1-1", "周金水", "吴桂兰", a_id_no=P3, **hidden)])
    for found in (
        world.search("周金水", birth="1962-11-05", other="吴桂兰"),
        world.search("周金水", id_no=P3),
    ):
        assert (found.outcome, found.candidates) == ("PENDING_MANUAL", ())
        assert found.ask == ""
    stranger = world.search("周金水", birth="1930-01-01", other="张三妹")
    assert stranger.outcome == "NO_RECORD_COVERED"


def test_unreviewed_records_of_ones_own_are_found(world: HoldingsWorld) -> None:
    world.take([couple("J1-1-1-1", "周金水", "吴桂兰", open_status="not_reviewed")])
    assert world.search("周金水", birth="1962-11-05", other="吴桂兰").outcome == "HIT_UNIQUE"


def test_a_second_marriage_of_the_same_day_of_birth_is_shown_as_doubtful(
    world: HoldingsWorld,
) -> None:
    world.take([couple("J1-1-1-1", "周金水", "李小红")])
    found = world.search("周金水", birth="1962-11-05", other="吴桂兰")
    assert codes(found) == ["J1-1-1-1"]
    assert found.outcome == "HIT_AMBIGUOUS"
    assert not found.candidates[0].releasable
    spouse = next(one for one in found.candidates[0].reasons if one.field == "b_name")
    assert spouse.recorded == "李*红"


def test_many_namesakes_make_a_spouse_with_a_common_name_not_enough(world: HoldingsWorld) -> None:
    rows = [couple(f"J1-1-1-{n}", "王秀英", "张伟", a_birth="", b_birth="") for n in range(400)]
    world.take(rows)
    found = world.search("王秀英", other="张伟", period=("1985", "1985"))
    assert found.outcome == "HIT_AMBIGUOUS"
    assert not any(candidate.releasable for candidate in found.candidates)
    assert (len(found.candidates), found.truncated) == (5, True)


@pytest.mark.parametrize(
    "query",
    [{"name": "王秀英"}, {"name": "王", "birth": "1961"}, {"name": ""}, {"birth": "1961-03-18"},
     {"name": "王秀英", "sex": "女"}, {"name": "王秀英", "place": "海宁"}, {"other": "王秀英"},
     {"name": "王秀英", "period": ("1950", "2000")}, {"name": "王秀英", "period": ("1983", "")}],
)  # fmt: skip
def test_what_could_list_many_people_is_refused(
    world: HoldingsWorld, query: dict[str, str]
) -> None:
    with pytest.raises(Refusal) as refused:
        world.search(**query)  # type: ignore[arg-type]
    assert refused.value.code == "TOO_BROAD"


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [({"birth": "abc"}, "DATE_NOT_UNDERSTOOD", "subject.birth"),
     ({"id_no": "12"}, "ID_NUMBER_MALFORMED", "subject.id_no"),
     ({"sex": "male", "birth": "1961"}, "QUERY_MALFORMED", "subject"),
     ({"birth": "1961", "limit": 51}, "QUERY_MALFORMED", "limit"),
     ({"birth": "1961", "limit": 0}, "QUERY_MALFORMED", "limit"),
     ({"period": ("1990", "1980")}, "QUERY_MALFORMED", "period"),
     ({"free": {"shoe_size": "41"}}, "QUERY_MALFORMED", "free.shoe_size"),
     ({"birth": "1961", "former": ("王",) * 9}, "QUERY_MALFORMED", "subject.former_names"),
     ({"birth": "1961", "former": ("王\u202e英",)}, "CODE_POINT_FORBIDDEN", "U+202E"),
     ({"birth": "1961", "place": "海\x00宁"}, "CODE_POINT_FORBIDDEN", "place"),
     ({"birth": "1961", "category": "nothing"}, "CATEGORY_UNKNOWN", "nothing"),
     ({"number": "x" * 201}, "QUERY_MALFORMED", "number")],
)  # fmt: skip
def test_a_malformed_query_is_refused_by_field(
    world: HoldingsWorld, query: dict[str, str], code: str, field: str
) -> None:
    with pytest.raises(Refusal) as refused:
        world.search("王秀英", **query)  # type: ignore[arg-type]
    assert refused.value.code == code
    assert field in refused.value.detail
    assert "王秀英" not in refused.value.detail


def test_one_slip_of_a_digit_is_offered_as_doubtful(world: HoldingsWorld) -> None:
    world.take([couple("J1-1-1-1", "周金水", "吴桂兰")])
    for typed in ("1962-11-15", "1962-05-11", "1952-11-05", "1926-11-05"):
        found = world.search("周金水", birth=typed, other="吴桂兰")
        assert found.outcome == "HIT_DISCREPANCY", typed


def test_a_lunar_birthday_on_the_card_is_the_solar_one_in_the_record(world: HoldingsWorld) -> None:
    world.take([couple("J1-1-1-1", "周金水", "吴桂兰", a_birth="1962-11-05")])
    found = world.search("周金水", birth="1962-10-09", other="吴桂兰")
    how = {one.field: one.how for one in found.candidates[0].reasons}
    assert (found.outcome, how["a_birth"]) == ("HIT_UNIQUE", "lunar")


def test_the_other_partys_number_leads_to_the_record(world: HoldingsWorld) -> None:
    world.take([couple("J1-1-1-1", "周金水", "吴桂兰", b_id_no=P4)])
    from records.queries import RecordQuery, SoughtPerson

    query = RecordQuery(
        category="marriage_registration",
        subject=SoughtPerson(name="周金水"),
        other_party=SoughtPerson(id_no=P4),
    )
    assert codes(world.search_catalogue.search("361100", query)) == ["J1-1-1-1"]


def test_a_wrong_certificate_number_does_not_open_somebody_elses_record(
    world: HoldingsWorld,
) -> None:
    world.take([couple("J1-1-1-1", "周金水", "吴桂兰", certificate_no="(85)旭镇结字第78号")])
    found = world.search("李大山", number="(85)旭镇结字第78号")
    assert found.candidates == ()
    alone = world.search(number="(85)旭镇结字第78号")
    assert not alone.candidates[0].releasable


def test_a_guardian_or_a_school_is_a_second_identifier(world: HoldingsWorld) -> None:
    row = {
        "reference_code": "X1-1-1-1",
        "year": "1971",
        "name": "徐卫东",
        "birth": "1952",
        "guardian_name": "徐荣生",
        "school": "嘉兴县红卫中学",
        "graduation_date": "1971-01",
    }
    world.take([row], category="school_record")
    ask = {"category": "school_record", "birth": "1952-02-14"}
    guardian = world.search("徐卫东", other="徐荣生", **ask)
    school = world.search("徐卫东", free={"school": "嘉兴县红卫中学"}, **ask)
    neither = world.search("徐卫东", **ask)
    assert (guardian.outcome, school.outcome) == ("HIT_UNIQUE", "HIT_UNIQUE")
    assert (neither.outcome, neither.ask) == ("HIT_AMBIGUOUS", "家长姓名？")


def test_popular_given_names_are_tried_last_and_never_releasable(world: HoldingsWorld) -> None:
    world.take([couple("J1-1-1-1", "王升", "吴桂兰")])
    found = world.search("王生", birth="1962-11-05", other="吴桂兰")
    assert codes(found) == ["J1-1-1-1"]
    assert (found.candidates[0].tier, found.candidates[0].releasable) == ("variant", False)
    world.take([couple("J1-1-1-2", "王生", "吴桂兰")])
    again = world.search("王生", birth="1962-11-05", other="吴桂兰")
    assert codes(again) == ["J1-1-1-2"]


@pytest.mark.parametrize(
    ("asked", "tier"),
    [("周今水", "homophone"), ("周净水", "dialect"), ("周禾水", "shape"), ("周水", "shape"),
     ("周水金", "shape")],
)  # fmt: skip
def test_one_wrong_name_beside_the_right_spouse_is_found_and_doubtful(
    world: HoldingsWorld, asked: str, tier: str
) -> None:
    world.take([couple("J1-1-1-1", "周金水", "吴桂兰"), couple("J1-1-1-2", "钱大山", "吴桂兰")])
    found = world.search(asked, birth="1962-11-05", other="吴桂兰")
    assert codes(found) == ["J1-1-1-1"]
    assert (found.candidates[0].tier, found.candidates[0].releasable) == (tier, False)
    assert found.outcome == "HIT_DISCREPANCY"


def test_a_wrong_spouse_name_beside_the_right_name_is_found(world: HoldingsWorld) -> None:
    world.take([couple("J1-1-1-1", "周金水", "吴桂兰")])
    found = world.search("周金水", birth="1962", other="胡桂兰")
    assert codes(found) == ["J1-1-1-1"]
    assert (found.outcome, found.candidates[0].tier) == ("HIT_DISCREPANCY", "dialect")


def test_a_like_name_of_another_year_or_spouse_is_nobody(world: HoldingsWorld) -> None:
    world.take([couple("J1-1-1-1", "周金水", "吴桂兰")])
    for clue in ({"birth": "1931"}, {"birth": "1962-11-05", "other": "李小红"}):
        found = world.search("周今水", **clue)  # type: ignore[arg-type]
        assert found.candidates == (), clue
    assert world.search("周大山", birth="1962").candidates == ()


def test_an_exact_name_hides_the_ones_that_only_sound_like_it(world: HoldingsWorld) -> None:
    world.take([couple("J1-1-1-1", "周金水", "吴桂兰"), couple("J1-1-1-2", "周今水", "吴贵兰")])
    found = world.search("周金水", birth="1962-11-05", other="吴桂兰")
    assert (found.outcome, codes(found)) == ("HIT_UNIQUE", ["J1-1-1-1"])
    assert found.tiers == ("exact", "variant")


def test_a_hidden_record_under_a_like_name_is_not_a_miss(world: HoldingsWorld) -> None:
    world.take([couple("J1-1-1-1", "周金水", "吴桂兰", secrecy_level="机密")])
    found = world.search("周今水", birth="1962-11-05", other="吴桂兰")
    assert (found.outcome, found.candidates) == ("PENDING_MANUAL", ())


def test_dotted_and_rare_names_come_back_with_their_own_code_points(world: HoldingsWorld) -> None:
    names = ("买买提·艾力", "张䶮", "李𬭎华", "葛\U000e0100洪")
    rows = [couple(f"J1-1-1-{n}", name, "吴桂兰") for n, name in enumerate(names)]
    world.take(rows)
    for place, name in enumerate(names):
        found = world.search(name, birth="1962-11-05", other="吴桂兰")
        assert codes(found) == [f"J1-1-1-{place}"]
        entry = world.search_catalogue.get_entry("361100", f"J1-1-1-{place}")
        assert entry.values["a_name"] == name
    assert codes(world.search("买买提•艾力", birth="1962-11-05", other="吴桂兰")) == ["J1-1-1-0"]


def test_records_about_things_are_found_by_place_and_number(world: HoldingsWorld) -> None:
    row = {"reference_code": "N1-1-1-1", "mountain": "大坞里", "owner": "前进大队",
           "certificate_no": "林证字第12号", "year": "1986"}  # fmt: skip
    world.take([row], category="forest_right")
    found = world.search(category="forest_right", number="林证字第12号")
    assert codes(found) == ["N1-1-1-1"]
    with pytest.raises(Refusal):
        world.search(category="forest_right")
    by_place = world.search(category="forest_right", place="大坞里")
    assert (by_place.outcome, codes(by_place)) == ("HIT_UNIQUE", ["N1-1-1-1"])
