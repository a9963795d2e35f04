import json
from dataclasses import replace
from pathlib import Path

import pytest

from records.dialects import PLAIN, WU, WU_GAN, DialectProfile
from records.name_keys import heard_keys, stored_keys
from records.name_likeness import TIERS, NameLikeness
from records.name_shapes import ShapeTable, parse_shape_table
from records.name_sounds import SoundTable, fold_syllable, parse_reading_table
from records.refusal import Refusal


@pytest.fixture(scope="module")
def sounds(table_folder: Path) -> SoundTable:
    return parse_reading_table(json.loads((table_folder / "readings.json").read_text("utf-8")))


@pytest.fixture(scope="module")
def likeness(table_folder: Path, sounds: SoundTable) -> NameLikeness:
    content = json.loads((table_folder / "shapes.json").read_text("utf-8"))
    return NameLikeness(sounds, parse_shape_table(content))


@pytest.mark.parametrize(
    ("asked", "recorded", "how"),
    [("周今水", "周金水", "homophone"), ("张伟", "章伟", "homophone"),
     ("林凤英", "凌凤英", "near_sound"), ("刘兰英", "牛兰英", "near_sound"),
     ("曾小明", "郑小明", "near_sound"), ("王阿毛", "黄阿毛", "dialect"),
     ("沈建国", "陈建国", "dialect"), ("周小水", "周金水", "one_character"),
     ("李峰", "李锋", "homophone"), ("王未", "王末", "similar_shape"),
     ("周水", "周金水", "missing_character"), ("王毛", "王阿毛", "missing_character"),
     ("周水金", "周金水", "swapped"), ("金水周", "周金水", "swapped"), ("伟张", "张伟", "swapped"),
     ("张王氏", "王秀英", "married_form"), ("王氏", "王秀英", "married_form"),
     ("王建汪", "王健江", "similar_shape"), ("王明末", "王月未", "similar_shape"),
     ("王建汪", "王英江", None), ("建汪", "英江", None),
     ("买买提艾里", "买买提艾力", "homophone"),
     ("张王氏", "李秀英", None), ("赵六", "钱六", "one_character"), ("周金水", "周金水", None),
     ("周金水", "吴桂兰", None), ("", "周", None), ("周", "周金水", None), ("周", "吴", None)],
)  # fmt: skip
def test_how_near_two_names_are(
    likeness: NameLikeness, asked: str, recorded: str, how: str | None
) -> None:
    for one, other in ((asked, recorded), (recorded, asked)):
        found = likeness.compare(one, other)
        assert (found.how if found else None) == how
        assert found is None or found.digits <= 0


def test_likelier_slips_weigh_more(likeness: NameLikeness) -> None:
    meant = "周金水"
    slips = ["周今水", "周净水", "周全水", "周卓水"]
    digits = [likeness.compare(asked, meant) for asked in slips]
    assert [one.digits for one in digits if one] == sorted(
        (one.digits for one in digits if one), reverse=True
    )


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
    def how(asked: str, recorded: str, profile: DialectProfile) -> str:
        likeness = NameLikeness(replace(sounds, profile=profile), ShapeTable({}))
        found = likeness.compare(asked, recorded)
        return found.how if found else ""

    assert how("王大毛", "黄大毛", WU) == "dialect"
    assert how("王大毛", "黄大毛", PLAIN) == "one_character"
    assert how("胡大毛", "付大毛", WU_GAN) == "near_sound"
    assert how("江大毛", "刚大毛", WU_GAN) == "dialect"


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
