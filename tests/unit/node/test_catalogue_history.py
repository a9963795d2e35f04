"""What history adds to a search: renamed counties, merged schools, rosters, ambiguous names."""

import json
from pathlib import Path

import pytest
from holdings_world import HoldingsWorld, codes, couple

from node.adapters.history import open_history
from node.adapters.sql_institutions import SqlInstitutions
from node.cli import main
from node.services.search_catalogue import SearchCatalogue
from records.area_table import parse_area_table
from records.institutions import parse_lineage_table
from records.jurisdictions import Jurisdictions
from records.place_facts import PLACE_FACTS
from trust.store.engine import open_engine

SCHOOL = "school_record"
LINEAGE = """kind,name,from_year,to_year,successors,keeper,source
school,嘉兴县红卫中学,1968,1978,嘉兴县第四中学,,校史
school,嘉兴县第四中学,1978,1983,嘉兴市第四中学,,
school,嘉兴市第四中学,1983,1996,嘉兴市实验中学,,
"""
ROSTER = {
    "reference_code": "X051-001-0014-027", "year": "1971",
    "title": "嘉兴县红卫中学1971届毕业生名册", "school": "嘉兴縣紅衛中學",
    "roster_names": "王海生、徐卫东、李梅（李小梅）、沈建根", "graduation_date": "1971-01",
    "open_status": "open",
}  # fmt: skip


@pytest.fixture
def world(tmp_path: Path, table_folder: Path) -> HoldingsWorld:
    url = f"sqlite:///{tmp_path / 'lantai.db'}"
    made = HoldingsWorld(url, tmp_path, table_folder)
    engine = open_engine(url)
    folding = made.reader.folding
    SqlInstitutions(engine, folding).replace("330400", parse_lineage_table(LINEAGE), "x")
    twice = "110999,某省,某市,玉山县,县级,在用,1981,,\n"
    header = "代码,一级行政区,二级行政区,名称,级别,状态,启用时间,变更/弃用时间,新代码\n"
    areas = (*PLACE_FACTS, *parse_area_table(header + twice))
    history = open_history(engine, folding, Jurisdictions(areas))
    made.search_catalogue = SearchCatalogue(made.catalogue, made.reader, history)
    return made


def test_e12_a_roster_line_is_found_by_former_name_and_the_schools_name_of_today(
    world: HoldingsWorld,
) -> None:
    world.take([ROSTER], archive="330400", category=SCHOOL)
    found = world.search(
        "徐阿大", former=("徐卫东",), archive="330400", category=SCHOOL,
        id_no="332199195202140756", free={"school": "嘉兴市实验中学"}, period=("1971", "1971"),
    )  # fmt: skip
    assert (found.outcome, codes(found)) == ("HIT_PARTIAL", ["X051-001-0014-027"])
    how = {one.field: one for one in found.candidates[0].reasons}
    assert (how["name"].how, how["name"].recorded) == ("former_name", "徐卫东")
    assert how["school"].how == "lineage"
    shown = json.dumps([vars_of(one) for one in found.candidates[0].reasons], ensure_ascii=False)
    assert not any(other in shown for other in ("王海生", "李梅", "沈建根"))


def vars_of(reason: object) -> dict[str, str]:
    return {name: getattr(reason, name) for name in ("field", "queried", "recorded", "how")}


def test_everybody_on_the_page_is_found_and_nobody_else(world: HoldingsWorld) -> None:
    world.take([ROSTER], archive="330400", category=SCHOOL)
    ask = {"archive": "330400", "category": SCHOOL, "free": {"school": "红卫中学"}}
    for name in ("王海生", "李梅", "李小梅", "沈建根"):
        assert codes(world.search(name, **ask)) == ["X051-001-0014-027"], name  # type: ignore[arg-type]
    assert codes(world.search("钱大山", **ask)) == []  # type: ignore[arg-type]


def test_another_school_of_the_lineage_of_nobody_conflicts(world: HoldingsWorld) -> None:
    world.take([ROSTER], archive="330400", category=SCHOOL)
    found = world.search(
        "徐卫东", archive="330400", category=SCHOOL, free={"school": "嘉兴市第一中学"}
    )
    assert not any(one.releasable for one in found.candidates)
    assert found.outcome != "HIT_PARTIAL"


def test_a_row_without_anybodys_name_is_returned_with_the_report(world: HoldingsWorld) -> None:
    nobody = {key: text for key, text in ROSTER.items() if key != "roster_names"}
    imported = world.take([nobody], archive="330400", category=SCHOOL)
    assert imported.has_failed
    assert ("I03", "不通过") in {
        (item, verdict) for _, item, verdict, _ in world.findings(imported)
    }
    bad = ROSTER | {"roster_names": "王海生、" + "长" * 51}
    assert world.take([bad], archive="330400", category=SCHOOL).has_failed


def test_a_place_of_today_agrees_with_the_office_of_then(world: HoldingsWorld) -> None:
    world.take([couple("J1-1-1-1", "周金水", "吴桂兰")])
    found = world.search("周金水", birth="1962-11-05", other="吴桂兰", place="广信区")
    how = {one.field: one.how for one in found.candidates[0].reasons}
    assert how["registration_office"] == "same_area"
    elsewhere = world.search("周金水", birth="1962-11-05", other="吴桂兰", place="海宁")
    assert codes(elsewhere) == ["J1-1-1-1"], "another place is no conflict"


def test_a_county_name_of_two_provinces_is_asked_about_where_the_hit_is_doubtful(
    world: HoldingsWorld,
) -> None:
    world.take([couple("J1-1-1-1", "周金水", "吴桂兰"), couple("J1-1-1-2", "周金水", "李小红")])
    found = world.search("周金水", place="玉山县", period=("1985", "1985"))
    assert found.outcome == "HIT_AMBIGUOUS"
    assert "对应多个地方" in found.ask and "某省某市玉山县" in found.ask
    sure = world.search("周金水", birth="1962-11-05", other="吴桂兰", place="玉山县")
    assert (sure.outcome, sure.ask) == ("HIT_UNIQUE", "")


def test_the_table_is_imported_by_command_and_replaces_the_old_one(
    tmp_path: Path, table_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = tmp_path / "parts"
    parts.mkdir()
    (parts / "tables").symlink_to(table_folder)
    place = ["--data", str(tmp_path / "bench"), "--parts", str(parts)]
    assert main(["init", "--bench", *place]) == 0
    table = tmp_path / "schools.csv"
    table.write_bytes(LINEAGE.encode("gb18030"))
    capsys.readouterr()
    assert main(["import-lineage", *place, "--json", str(table)]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "archive_code": "999999", "rows": 3, "edition": 1
    }  # fmt: skip
    table.write_text(LINEAGE + "shop,甲,1990,,,,\n", "utf-8")
    assert main(["import-lineage", *place, str(table)]) == 2
    shown = capsys.readouterr().err
    assert shown.startswith("LINEAGE_MALFORMED: ") and "line 5" in shown
    table.write_text(LINEAGE, "utf-8")
    assert main(["import-lineage", *place, "--json", str(table)]) == 0
    assert json.loads(capsys.readouterr().out)["edition"] == 2
