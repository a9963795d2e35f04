import json
from dataclasses import replace
from pathlib import Path

import pytest

from records.dialects import PLAIN, WU, WU_GAN
from records.name_keys import heard_keys, stored_keys
from records.name_likeness import TIERS, nearness
from records.name_sounds import SoundTable, fold_syllable, parse_reading_table
from records.refusal import Refusal


@pytest.fixture(scope="module")
def sounds(table_folder: Path) -> SoundTable:
    return parse_reading_table(json.loads((table_folder / "readings.json").read_text("utf-8")))


@pytest.mark.parametrize(
    ("asked", "recorded", "how"),
    [("周今水", "周金水", "homophone"), ("张伟", "章伟", "homophone"),
     ("林凤英", "凌凤英", "near_sound"), ("刘兰英", "牛兰英", "near_sound"),
     ("曾小明", "郑小明", "near_sound"), ("王阿毛", "黄阿毛", "dialect"),
     ("沈建国", "陈建国", "dialect"), ("周小水", "周金水", "one_character"),
     ("周水", "周金水", "missing_character"), ("周金水", "周水", "missing_character"),
     ("周水金", "周金水", "swapped"), ("赵六", "钱六", ""), ("周金水", "周金水", ""),
     ("周金水", "吴桂兰", ""), ("", "周", ""), ("周", "", "")],
)  # fmt: skip
def test_how_near_two_names_are(sounds: SoundTable, asked: str, recorded: str, how: str) -> None:
    assert nearness(asked, recorded, sounds) == how
    assert nearness(recorded, asked, sounds) == how


def test_names_that_sound_alike_share_a_key(sounds: SoundTable) -> None:
    for one, other in (("王阿毛", "黄阿毛"), ("林凤英", "凌凤英"), ("周今水", "周金水")):
        stored = {key for key, _ in stored_keys(other, sounds)}
        assert stored & set(heard_keys(one, sounds))
        assert not stored & set(heard_keys("吴桂兰", sounds))


def test_a_surname_has_its_own_reading(sounds: SoundTable) -> None:
    assert sounds.sounds("单雄")[0] == ("shan", "xiong")
    assert all(one[0] == "shen" for one in sounds.sounds("沈红"))


def test_a_character_without_a_reading_is_its_own_sound(sounds: SoundTable) -> None:
    assert sounds.sounds("周\uf8ff") == (("zhou", "\uf8ff"),)
    assert sounds.sounds("") == ()


def test_what_is_one_sound_depends_on_the_place(sounds: SoundTable) -> None:
    assert nearness("王大", "黄大", replace(sounds, profile=WU)) == "dialect"
    assert nearness("王大", "黄大", replace(sounds, profile=PLAIN)) == ""
    assert nearness("胡大", "付大", replace(sounds, profile=WU_GAN)) in ("near_sound", "dialect")


@pytest.mark.parametrize(
    ("syllable", "folded"),
    [("zhang", "zan"), ("zang", "zan"), ("niu", "liu"), ("ling", "lin"), ("huang", "fan"),
     ("fang", "fan"), ("hu", "fu"), ("shi", "si"), ("e", "e"), ("ng", "ng"), ("lv", "lv")],
)  # fmt: skip
def test_southern_accents_fold(syllable: str, folded: str) -> None:
    assert fold_syllable(syllable) == folded


def test_every_likeness_has_a_tier_of_the_interface() -> None:
    assert set(TIERS.values()) == {"homophone", "dialect", "shape"}


def test_a_damaged_reading_table_is_refused() -> None:
    with pytest.raises(Refusal):
        parse_reading_table({"readings": []})
