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


@pytest.mark.parametrize("typed", [
    "J012-003-0456-078", "J12-3-456-78", "Ｊ０１２－００３－０４５６－０７８", "j012—003—0456—078",
])  # fmt: skip
def test_a_reference_code_in_any_typing_leads_to_its_record(tmp_path: Path, table_folder: Path,
                                                            typed: str) -> None:  # fmt: skip
    made = HoldingsWorld(f"sqlite:///{tmp_path / 'lantai.db'}", tmp_path, table_folder)
    made.take(
        [
            couple("J012-003-0456-078", "周金水", "吴桂兰"),
            couple("J012-003-0456-079", "周金水", "李小红"),
            couple("J012-WS·2011·D30-0001-003", "王秀英", "张伟"),
        ]
    )
    found = made.search("周金水", number=typed)
    assert codes(found)[:1] == ["J012-003-0456-078"]
    reasons = {one.field: one for one in found.candidates[0].reasons}
    assert reasons["reference_code"].how in ("equal", "same_number")
    assert not found.candidates[0].releasable, "codes are consecutive and identify nobody"
    new = made.search("王秀英", number="J12-WS·2011·D30-1-3")
    assert codes(new) == ["J012-WS·2011·D30-0001-003"]


def test_a_reference_code_opens_nothing_to_another_name_or_to_none(world: HoldingsWorld) -> None:
    assert codes(world.search("王秀英", number="J1-1-1-1")) == []
    with pytest.raises(Refusal):
        world.search(number="J1-1-1-1")
