"""Records about things, found by subject and place, on every store (domain.md §7, E23)."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from holdings_world import HoldingsWorld, codes

from records.refusal import Refusal

FOREST = "forest_right"
ROWS = [
    {"reference_code": "N031-001-0012-003", "year": "1986",
     "title": "关于大坞里山林四至界线的协议书", "owner": "前进大队",
     "mountain": "茶亭乡大坞里", "boundaries": "东至溪，西至山脊",
     "issue_date": "1986-04-02", "open_status": "open"},
    {"reference_code": "N031-002-0120-001", "year": "2014", "title": "大塢裏林權爭議調解意見",
     "owner": "前进村、红旗村", "mountain": "茶亭镇大坞里", "boundaries": "以一九八六年協議為準",
     "issue_date": "2014-09-11", "open_status": "open"},
    {"reference_code": "N031-001-0012-004", "year": "1986", "title": "小坞里山林四至协议书",
     "owner": "红旗大队", "mountain": "茶亭乡小坞里", "open_status": "open"},
    {"reference_code": "N031-001-0013-001", "year": "1990", "title": "大坞里采伐许可",
     "owner": "林业局", "mountain": "大坞里", "open_status": "restricted"},
    {"reference_code": "N031-003-0001-001", "year": "1992", "title": "𬭎溪𠮷山林权证",
     "owner": "𬭎溪村", "mountain": "𠮷山", "open_status": "open",
     "certificate_no": "林证字(1992)第12号"},
]  # fmt: skip


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def forest(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, table_folder: Path
) -> Iterator[HoldingsWorld]:
    folder = tmp_path_factory.mktemp("forest")
    url = f"sqlite:///{folder / 'lantai.db'}"
    if request.param == "postgresql":
        import psycopg

        server = str(request.getfixturevalue("pg_url"))
        name = f"f_{secrets.token_hex(6)}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        url = server.replace("/postgres?", f"/{name}?")
    world = HoldingsWorld(url, folder, table_folder)
    world.take([dict(row) for row in ROWS], category=FOREST)
    yield world


def test_e23_a_place_finds_both_papers_of_two_decades_and_no_neighbour(
    forest: HoldingsWorld,
) -> None:
    found = forest.search(category=FOREST, place="大坞里")
    assert set(codes(found)) == {"N031-001-0012-003", "N031-002-0120-001"}
    assert found.outcome == "HIT_SAME_PERSON_MULTI"
    assert not any(one.releasable for one in found.candidates)
    assert found.hidden_hit, "the restricted paper matched and does not show"


def test_words_of_the_subject_rank_and_traditional_writing_is_found(
    forest: HoldingsWorld,
) -> None:
    found = forest.search(category=FOREST, place="大坞里", free={"subject": "林权争议 调解"})
    assert codes(found)[0] == "N031-002-0120-001"
    by_title = forest.search(category=FOREST, free={"subject": "四至界线"})
    assert codes(by_title) == ["N031-001-0012-003"]


def test_a_wrong_second_word_hides_nothing(forest: HoldingsWorld) -> None:
    found = forest.search(category=FOREST, place="小坞里", free={"subject": "水库"})
    assert codes(found) == ["N031-001-0012-004"]
    missing = [one for one in found.candidates[0].reasons if one.field == "subject"]
    assert missing[0].how == "conflicts"


def test_the_period_excludes_other_decades(forest: HoldingsWorld) -> None:
    found = forest.search(category=FOREST, place="大坞里", period=("2010", "2016"))
    assert codes(found) == ["N031-002-0120-001"]


def test_rare_characters_and_weak_numbers_find_things(forest: HoldingsWorld) -> None:
    assert codes(forest.search(category=FOREST, place="𠮷山")) == ["N031-003-0001-001"]
    found = forest.search(category=FOREST, free={"subject": "𬭎溪"})
    assert codes(found) == ["N031-003-0001-001"]
    found = forest.search(category=FOREST, number="林證字〔1992〕12號")
    assert codes(found) == ["N031-003-0001-001"]


def test_a_miss_waits_for_a_person_and_one_character_is_too_broad(forest: HoldingsWorld) -> None:
    assert forest.search(category=FOREST, place="百步岭").outcome == "PENDING_MANUAL"
    for query in ({"place": "山"}, {"free": {"subject": "林"}}, {"period": ("1986", "1986")}, {}):
        with pytest.raises(Refusal) as refused:
            forest.search(category=FOREST, **query)  # type: ignore[arg-type]
        assert refused.value.code == "TOO_BROAD"


def test_a_subject_is_no_clue_about_people(forest: HoldingsWorld) -> None:
    with pytest.raises(Refusal) as refused:
        forest.search("周金水", birth="1962", free={"subject": "上饶"})
    assert refused.value.code == "QUERY_MALFORMED"


@pytest.mark.parametrize(
    "hostile", ['大坞里" OR "s1', "大坞里*", "NEAR(大坞 里)", "大坞里' | 's1", "s1 s2"]
)
def test_no_query_language_is_let_through(forest: HoldingsWorld, hostile: str) -> None:
    found = forest.search(category=FOREST, free={"subject": hostile})
    assert set(codes(found)) <= {"N031-001-0012-003", "N031-002-0120-001"}
