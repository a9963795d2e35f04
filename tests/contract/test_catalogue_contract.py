"""What the catalogue must find, on every store: the acceptance scenarios in the sample holdings."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from holdings_world import HoldingsWorld, codes

from records.refusal import Refusal


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def samples(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    table_folder: Path,
) -> Iterator[HoldingsWorld]:
    """The sample holdings of all four archives in one node."""
    folder = tmp_path_factory.mktemp("samples")
    url = f"sqlite:///{folder / 'lantai.db'}"
    if request.param == "postgresql":
        import psycopg

        server = str(request.getfixturevalue("pg_url"))
        name = f"c_{secrets.token_hex(6)}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        url = server.replace("/postgres?", f"/{name}?")
    world = HoldingsWorld(url, folder, table_folder)
    world.take_samples(("marriage_registration", "school_record", "educated_youth"))
    yield world


def test_e01_name_spouse_and_birth_give_the_one_record(samples: HoldingsWorld) -> None:
    found = samples.search(
        "周金水", birth="1962-11-05", other="吴桂兰", place="上饶县", period=("1985", "1985")
    )
    assert (found.outcome, codes(found)) == ("HIT_UNIQUE", ["J012-003-0456-078"])
    assert (found.candidates[0].tier, found.candidates[0].releasable) == ("exact", True)


def test_e02_a_certificate_number_and_an_identity_number_are_enough(
    samples: HoldingsWorld,
) -> None:
    found = samples.search(
        id_no="330499198808081197", number="j330402－2012－000123", archive="330400"
    )
    assert (found.outcome, codes(found)) == ("HIT_UNIQUE", ["L021-007-0612-023"])
    assert found.candidates[0].tier == "exact"
    shown = "".join(one.recorded for one in found.candidates[0].reasons)
    assert "孙丽萍" not in shown
    assert "330499198808081197" not in shown


def test_e03_an_old_number_is_found_in_any_typing(samples: HoldingsWorld) -> None:
    for number in ("(82)嘉郊结字第37号", "嘉郊（82）第三十七号"):
        found = samples.search("沈建根", number=number, archive="330400")
        assert "L021-003-0302-037" in codes(found)
        reasons = {one.field: one for one in found.candidates[0].reasons}
        assert reasons["certificate_no"].recorded == "嘉郊(82)37"


def test_e04_traditional_and_second_round_forms_are_one_name(samples: HoldingsWorld) -> None:
    found = samples.search("肖凤英", birth="1937-04-12", other="刘炳生")
    assert (found.outcome, codes(found)) == ("HIT_UNIQUE", ["J012-001-0031-012"])
    candidate = found.candidates[0]
    assert (candidate.tier, candidate.releasable) == ("variant", True)
    name = next(one for one in candidate.reasons if one.field == "b_name")
    assert (name.queried, name.recorded, name.how) == ("肖凤英", "蕭鳳英", "second_round")
    assert next(one for one in candidate.reasons if one.field == "a_name").how == "variant"


def test_e05_a_wu_ear_is_a_doubtful_dialect_candidate(samples: HoldingsWorld) -> None:
    year = samples.search("王阿毛", birth="1955", archive="330400", period=("1978", "1978"))
    assert codes(year) == ["L021-002-0208-006"]
    assert (year.candidates[0].tier, year.candidates[0].releasable) == ("dialect", False)
    assert "dialect" in year.tiers
    spouse = samples.search("王阿毛", birth="1955-02-06", other="朱小娥", archive="330400")
    assert (spouse.outcome, codes(spouse)) == ("HIT_DISCREPANCY", ["L021-002-0208-006"])


def test_e06_three_of_one_name_are_told_apart_by_a_question(samples: HoldingsWorld) -> None:
    found = samples.search("王秀英", archive="330481", period=("1983", "1983"), place="海宁")
    assert (found.outcome, len(found.candidates)) == ("HIT_AMBIGUOUS", 3)
    assert found.ask == "配偶姓氏？"
    assert not any(candidate.releasable for candidate in found.candidates)
    shown = "".join(one.recorded for c in found.candidates for one in c.reasons)
    assert not any(husband in shown for husband in ("陆明华", "许国兴", "邵金荣"))
    one = samples.search("王秀英", archive="330481", period=("1983", "1983"), other="许")
    assert len(one.candidates) == 1
    assert not one.candidates[0].releasable
    full = samples.search("王秀英", archive="330481", period=("1983", "1983"), other="许国兴")
    assert full.outcome == "HIT_UNIQUE"


def test_e07_nobody_is_found_and_the_spellings_are_counted(samples: HoldingsWorld) -> None:
    found = samples.search(
        "王生", id_no="33049919790101009X", archive="330400", period=("1998", "2010")
    )
    assert (found.outcome, found.candidates, found.truncated) == ("NO_RECORD_COVERED", (), False)
    assert found.variants >= 2
    assert found.index_version >= 1


def test_e08_a_later_marriage_is_not_in_the_index(samples: HoldingsWorld) -> None:
    found = samples.search(
        "沈丽华", id_no="330499198808081189", archive="330400", period=("2023", "2023")
    )
    assert found.candidates == ()


def test_e10_a_marriage_is_found_by_the_wife_in_the_other_column(samples: HoldingsWorld) -> None:
    found = samples.search("陆秀英", birth="1948-09-30", other="唐福荣", archive="310115")
    assert (found.outcome, codes(found)) == ("HIT_UNIQUE", ["P115-002-0093-019"])


def test_e11_both_sides_of_a_youth_case_are_found(samples: HoldingsWorld) -> None:
    query = {"name": "顾国平", "birth": "1950-06-01", "category": "educated_youth"}
    origin = samples.search(archive="310115", period=("1969", "1969"), **query)
    arrival = samples.search(archive="361100", period=("1969", "1969"), **query)
    assert codes(origin) == ["Z107-001-0022-041"]
    assert codes(arrival) == ["Z107-001-0035-008"]


def test_e12_a_former_name_leads_to_the_roster_page(samples: HoldingsWorld) -> None:
    found = samples.search(
        "徐阿大",
        former=("徐卫东",),
        birth="1952-02-14",
        archive="330400",
        category="school_record",
        free={"school": "嘉兴县红卫中学"},
    )
    assert codes(found)[:1] == ["X051-001-0014-027"]
    assert found.candidates[0].tier == "variant"


def test_e17_a_mistyped_day_is_a_discrepancy(samples: HoldingsWorld) -> None:
    found = samples.search("周水根", birth="1962-11-05", other="郑菊香")
    assert (found.outcome, codes(found)) == ("HIT_DISCREPANCY", ["J012-003-0461-016"])
    assert not found.candidates[0].releasable


def test_e18_a_nominal_age_and_a_lunar_birthday_meet(samples: HoldingsWorld) -> None:
    found = samples.search(
        "周福根", birth="农历一九三三年腊月二十", other="沈月仙", archive="330400"
    )
    assert codes(found) == ["L021-001-0019-009"]
    how = {one.field: one.how for one in found.candidates[0].reasons}
    assert how["a_birth"] == "nominal_age"


def test_e24_several_events_of_one_couple_are_one_person(samples: HoldingsWorld) -> None:
    found = samples.search("沈建根", birth="1954-03-17", other="钱阿妹", archive="330400")
    assert found.outcome == "HIT_SAME_PERSON_MULTI"
    assert len(found.candidates) == 4
    only = samples.search(
        "沈建根", birth="1954-03-17", other="钱阿妹", archive="330400", period=("1982", "1982")
    )
    assert codes(only)[0] == "L021-003-0302-037"


def test_e27_a_damaged_record_is_a_partial_hit(samples: HoldingsWorld) -> None:
    found = samples.search(
        "沈国强", birth="1951-03-11", archive="330400", period=("1974-05-16", "1974-05-16")
    )
    assert (found.outcome, codes(found)) == ("HIT_PARTIAL", ["L021-002-0177-040"])


def test_an_archive_without_the_category_is_not_covered(samples: HoldingsWorld) -> None:
    found = samples.search("周金水", birth="1962", category="veteran")
    assert (found.outcome, found.candidates) == ("NOT_COVERED", ())


def test_archives_of_one_node_do_not_answer_for_each_other(samples: HoldingsWorld) -> None:
    assert codes(samples.search("周金水", birth="1962-11-05", archive="330481")) == []


def test_the_entry_is_given_back_as_it_was_imported(samples: HoldingsWorld) -> None:
    entry = samples.search_catalogue.get_entry("361100", "J012-001-0031-012")
    assert entry.values["b_name"] == "蕭鳳英"
    assert entry.title == "上饶縣沙溪鄉1957年結婚登記"
    with pytest.raises(Refusal) as refused:
        samples.search_catalogue.get_entry("330400", "J012-001-0031-012")
    assert refused.value.code == "ENTRY_NOT_FOUND"
