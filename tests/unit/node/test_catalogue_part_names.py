"""Names said with less than the record has, or blurred in more than one place."""

from pathlib import Path

import pytest
from holdings_world import HoldingsWorld, codes, couple

from records.person_names import mask_name


@pytest.fixture
def world(tmp_path: Path, table_folder: Path) -> HoldingsWorld:
    return HoldingsWorld(f"sqlite:///{tmp_path / 'lantai.db'}", tmp_path, table_folder)


@pytest.mark.parametrize("asked", ["阿布都", "买买提", "买买提艾力"])
def test_a_name_with_the_dot_is_found_by_one_part_and_told_masked(
    world: HoldingsWorld, asked: str
) -> None:
    recorded = "阿布都·买买提" if asked != "买买提艾力" else "阿布都·买买提艾力"
    world.take([couple("J1-1-1-1", recorded, "吴桂兰"), couple("J1-1-1-2", "王秀英", "李红")])
    found = world.search(asked, birth="1962-11-05", other="吴桂兰")
    assert codes(found) == ["J1-1-1-1"]
    name = next(one for one in found.candidates[0].reasons if one.field == "a_name")
    assert (name.how, name.recorded) == ("name_part", mask_name(recorded))
    assert not found.candidates[0].releasable
    whole = world.search(recorded, birth="1962-11-05", other="吴桂兰")
    assert whole.candidates[0].tier == "exact"


def test_two_characters_that_look_alike_are_found_beside_the_other_party(
    world: HoldingsWorld,
) -> None:
    world.take([couple("J1-1-1-1", "王健江", "吴桂兰"), couple("J1-1-1-2", "王明朋", "吴桂兰")])
    found = world.search("王建汪", birth="1962", other="吴桂兰")
    assert codes(found) == ["J1-1-1-1"]
    assert (found.candidates[0].tier, found.candidates[0].releasable) == ("shape", False)


def test_a_common_name_is_not_taken_for_another_ones_slip(world: HoldingsWorld) -> None:
    rows = [couple("J1-1-1-1", "李国琴", "吴桂兰", a_birth="1962-11-05")]
    rows += [
        couple(f"J1-1-2-{n}", "李国强", f"陈{n % 9}秀", a_birth=f"19{30 + n % 30}-01-02")
        for n in range(120)
    ]
    world.take(rows)
    assert codes(world.search("李国强", birth="1962", other="吴桂兰")) == []
    rare = world.search("李国戥", birth="1962", other="吴桂兰")
    assert codes(rare) == ["J1-1-1-1"], "nobody is called so: it may well be a slip"
