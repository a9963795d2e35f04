"""What a search asks the dictionary, and how it judges who is met by chance."""

import json
from datetime import date
from pathlib import Path

import pytest
from holdings_world import HoldingsWorld, codes, couple

from node.adapters.catalogue_rows import read_entry, write_entry
from node.adapters.reference_tables import load_query_reader
from node.domain.near_names import NearNames
from node.domain.people_clues import clues_of, lunar_twins, slipped_days
from records.entries import CatalogueEntry, PageImage
from records.lunar import LunarTable, parse_lunar_table
from records.name_frequency import count_frequency
from records.name_keys import NO_SIGN, count_signs, stored_keys
from records.name_likeness import NameLikeness


@pytest.fixture(scope="module")
def likeness(table_folder: Path) -> NameLikeness:
    return load_query_reader(table_folder).likeness


@pytest.fixture(scope="module")
def calendar(table_folder: Path) -> LunarTable:
    return parse_lunar_table(json.loads((table_folder / "lunar.json").read_text("utf-8")))


def _rank(asked: str, recorded: list[str], likeness: NameLikeness, least: float = -9) -> list[str]:
    """The recorded names that the dictionary would bring for the asked one, likeliest first."""
    near = NearNames([asked], likeness)
    wanted = set(near.keys)
    ids = {name: place for place, name in enumerate([asked, *recorded], start=1)}
    rows = [
        (key, sign, ids[name])
        for name in recorded
        for key, sign in stored_keys(name, likeness.sounds)
        if key in wanted
    ]
    known = {text: ids[text] for text in [*near.texts, asked] if text in ids}
    ranked = near.rank(rows, known, least)
    return [next(name for name, one in ids.items() if one == found) for found in ranked]


@pytest.mark.parametrize(
    "recorded",
    ["周今水", "周全水", "邹金水", "周金睡", "周水金", "周水", "周小金水", "舟今睡", "金水周"],
)
def test_every_kind_of_slip_leads_back_to_the_recorded_name(
    likeness: NameLikeness, recorded: str
) -> None:
    assert recorded in _rank("周金水", [recorded, "钱大山"], likeness)


def test_the_likeliest_name_comes_first_and_hopeless_ones_not_at_all(
    likeness: NameLikeness,
) -> None:
    names = ["周卓水", "周今水", "周金水", "周净水"]
    assert _rank("周金水", names, likeness)[0] == "周今水"
    assert "周卓水" not in _rank("周金水", names, likeness, least=-5.0)
    assert "周金水" not in _rank("周金水", names, likeness)


def test_a_wife_written_with_her_husbands_name_is_looked_for(likeness: NameLikeness) -> None:
    assert {"张王氏", "王氏"} <= NearNames(["王秀英"], likeness, beside="张").texts.keys()
    assert "张王氏" not in NearNames(["王秀英"], likeness).texts


def test_a_name_has_few_keys_and_each_leaves_out_one_character(likeness: NameLikeness) -> None:
    keys = stored_keys("周金水", likeness.sounds)
    assert len(keys) <= 7
    assert [chr(sign) for _, sign in keys if sign != NO_SIGN] == ["周", "金", "水"]
    assert all(0 <= key < 2**48 for key, _ in keys)
    assert len(set(keys)) == len(keys)


def test_a_common_name_says_less_and_counted_namesakes_say_more_than_letters() -> None:
    people: dict[tuple[int, int], int] = {}
    for name, bearers in {"王秀英": 400, "单翊": 1, "李建国": 99_599}.items():
        for sign in count_signs(name):
            people[sign] = people.get(sign, 0) + bearers
    frequency = count_frequency(people)
    assert frequency.people == 100_000
    assert frequency.chance("单翊") < frequency.chance("王秀英") < frequency.chance("李建国")
    assert frequency.chance("王秀英", 400) > frequency.chance("王秀英")
    assert frequency.chance("王秀英", 400) == pytest.approx(0.004, rel=0.2)
    assert 0 < frequency.chance("龘靐齉") < 1e-12
    assert frequency.chance("") == 1.0


def test_a_slipped_date_is_one_that_the_comparison_calls_a_slip(calendar: LunarTable) -> None:
    day = date(1962, 11, 5)
    slips = {date.fromordinal(one) for one in slipped_days(day)}
    assert {date(1962, 11, 15), date(1962, 5, 11), date(1952, 11, 5), date(1926, 11, 5)} <= slips
    assert day not in slips
    assert date(1970, 1, 1) not in slips


def test_a_lunar_birthday_has_a_twin_in_the_other_calendar(calendar: LunarTable) -> None:
    solar, numbers = date(1962, 11, 5), date(1962, 10, 9)
    assert solar.toordinal() in lunar_twins(numbers, calendar)
    assert numbers.toordinal() in lunar_twins(solar, calendar)
    assert clues_of(None, None, calendar).born is None


def test_an_entry_is_packed_small_and_comes_back_whole() -> None:
    entry = CatalogueEntry(
        archive_code="330400",
        category="marriage_registration",
        reference_code="L021-003-0302-037",
        year=1982,
        open_status="open",
        values={"a_name": "沈建根\U000323af", "event_date": "1982-05-01", "remarks": "□" * 3000},
        images=(PageImage(page_no=1, sha256="0" * 64, media_type="image/jpeg", size_bytes=9),),
    )
    packed = write_entry(entry)
    assert read_entry(packed) == entry
    assert len(packed) < 260


def test_a_slip_in_the_date_is_never_an_exact_candidate(tmp_path: Path, table_folder: Path) -> None:
    world = HoldingsWorld(f"sqlite:///{tmp_path / 'lantai.db'}", tmp_path, table_folder)
    world.take([couple("J1-1-1-1", "周金水", "吴桂兰")])
    found = world.search("周金水", birth="1962-11-15", other="吴桂兰")
    assert (codes(found), found.candidates[0].tier) == (["J1-1-1-1"], "shape")


def test_names_that_are_near_stand_beside_the_namesakes_of_the_wrong_spelling(
    tmp_path: Path, table_folder: Path
) -> None:
    world = HoldingsWorld(f"sqlite:///{tmp_path / 'lantai.db'}", tmp_path, table_folder)
    world.take([couple("J1-1-1-1", "周金水", "吴桂兰"), couple("J1-1-1-2", "周今水", "李小红")])
    found = world.search("周今水", birth="1962")
    assert codes(found) == ["J1-1-1-2", "J1-1-1-1"]
    assert [one.tier for one in found.candidates] == ["exact", "homophone"]
    assert (found.outcome, found.ask) == ("HIT_AMBIGUOUS", "配偶姓氏？")


def test_a_missing_generation_character_and_a_married_name_are_found(
    tmp_path: Path, table_folder: Path
) -> None:
    world = HoldingsWorld(f"sqlite:///{tmp_path / 'lantai.db'}", tmp_path, table_folder)
    world.take([couple("J1-1-1-1", "张阿大", "张王氏"), couple("J1-1-1-2", "沈阿毛", "钱秀")])
    wife = world.search("王秀英", birth="1964", other="张阿大")
    assert codes(wife) == ["J1-1-1-1"]
    assert not wife.candidates[0].releasable
    assert codes(world.search("沈毛", birth="1962-11-05", other="钱秀")) == ["J1-1-1-2"]
    assert codes(world.search("钱文秀", birth="1964", other="沈阿毛")) == ["J1-1-1-2"]
