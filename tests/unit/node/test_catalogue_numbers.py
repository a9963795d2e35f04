"""What a number does to a search: alone when whole, beside a name when not."""

from pathlib import Path

import pytest
from holdings_world import HoldingsWorld, codes, couple

from records.refusal import Refusal


@pytest.fixture
def world(tmp_path: Path, table_folder: Path) -> HoldingsWorld:
    made = HoldingsWorld(f"sqlite:///{tmp_path / 'lantai.db'}", tmp_path, table_folder)
    made.take(
        [
            couple("J1-1-1-1", "周金水", "吴桂兰", certificate_no="(82)嘉郊结字第37号"),
            couple("J1-1-1-2", "周金水", "李小红", certificate_no="(82)嘉郊结字第38号"),
        ]
    )
    return made


def test_a_short_number_alone_opens_nothing(world: HoldingsWorld) -> None:
    for weak in ("37", "第37号", "嘉郊结字第37号"):
        with pytest.raises(Refusal) as refused:
            world.search(number=weak)
        assert refused.value.code == "TOO_BROAD"


def test_a_short_number_beside_a_name_tells_namesakes_apart(world: HoldingsWorld) -> None:
    found = world.search("周金水", number="37号")
    assert codes(found)[:1] == ["J1-1-1-1"]
    assert not found.candidates[0].releasable, "a serial alone identifies nobody"


@pytest.mark.parametrize("typed", ["（八二）嘉郊結字第叁拾柒號", "82-嘉郊-37", "嘉郊（82）37"])
def test_a_whole_number_alone_finds_its_record(world: HoldingsWorld, typed: str) -> None:
    assert codes(world.search(number=typed)) == ["J1-1-1-1"]
