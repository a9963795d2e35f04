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
