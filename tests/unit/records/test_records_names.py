import json
from pathlib import Path

import pytest

from records.characters import check_characters, find_private_use, standard_form
from records.editions import STANDARD_OF_PRIVATE
from records.person_names import (
    MOST_SPELLINGS,
    NameFolding,
    check_name,
    mask_name,
    parse_variant_table,
    plain_form,
)
from records.refusal import Refusal


@pytest.fixture(scope="module")
def folding(table_folder: Path) -> NameFolding:
    return parse_variant_table(json.loads((table_folder / "variants.json").read_text("utf-8")))


@pytest.mark.parametrize(
    ("written", "same"),
    [("蕭鳳英", "萧凤英"), ("蕭鳯英", "萧凤英"), ("張囯峯", "张国峰"), ("李昇", "李升"),
     ("葉後", "叶后"), ("买买提·艾力", "买买提•艾力"), ("周 金 水", "周金水"),
     ("亜希", "亚希"), ("ａｂｃ", "ABC")],
)  # fmt: skip
def test_two_writings_of_one_name_have_one_normal_form(
    folding: NameFolding, written: str, same: str
) -> None:
    assert folding.normal(written) == folding.normal(same)


@pytest.mark.parametrize(("one", "other"), [("王芸", "王艺"), ("李乾", "李干"), ("肖英", "萧英")])
def test_different_characters_stay_different_in_the_normal_form(
    folding: NameFolding, one: str, other: str
) -> None:
    assert folding.normal(one) != folding.normal(other)


@pytest.mark.parametrize(
    ("asked", "recorded"),
    [("肖凤英", "蕭鳳英"), ("付强", "傅強"), ("闫红", "閻紅"), ("代玉", "戴玉"), ("兰天", "蓝天"),
     ("凡华", "樊華"), ("丘处机", "邱處機")],
)  # fmt: skip
def test_second_round_surnames_are_among_the_spellings(
    folding: NameFolding, asked: str, recorded: str
) -> None:
    spellings = {one.normal: one for one in folding.spellings(asked)}
    assert folding.normal(recorded) in spellings
    assert spellings[folding.normal(asked)].how == "equal"
    assert spellings[folding.normal(recorded)].weight < 1


@pytest.mark.shared_data
def test_every_merged_surname_of_the_published_list_is_known(
    shared_data: Path, folding: NameFolding
) -> None:
    lines = (shared_data / "variants" / "surname_second_round.tsv").read_text("utf-8").split("\n")
    pairs = [line.split("\t") for line in lines[1:] if line]
    assert len(pairs) == 6
    for full, merged in pairs:
        assert folding.normal(full + "丽") in {s.normal for s in folding.spellings(merged + "丽")}
        assert folding.normal(merged + "丽") in {s.normal for s in folding.spellings(full + "丽")}


def test_spellings_are_bounded_and_begin_with_the_name_itself(folding: NameFolding) -> None:
    spellings = folding.spellings("萧" + "升荣峰建宝福英" * 6)
    assert len(spellings) <= MOST_SPELLINGS
    assert spellings[0].how == "equal"
    assert folding.spellings("") == ()


@pytest.mark.shared_data
def test_private_use_characters_of_older_editions_are_mapped_as_published(
    shared_data: Path,
) -> None:
    checked = 0
    for line in (shared_data / "variants" / "GBK_PUA.txt").read_text("utf-8").splitlines():
        head, _, tail = line.lstrip("# ").partition(":")
        if not head.startswith("U+E8") or "U+" not in tail:
            continue
        private = chr(int(head[2:], 16))
        standard = chr(int(tail.split("U+")[1].split()[0], 16))
        assert standard_form(private) == standard_form(standard)
        checked += 1
    assert checked == 80


def test_what_the_codec_of_the_2005_edition_reads_is_what_the_private_character_means() -> None:
    moved = 0
    for code_point, standard in STANDARD_OF_PRIVATE.items():
        assert 0xE000 <= code_point <= 0xF8FF
        assert not 0xE000 <= standard <= 0xF8FF
        if 0xE815 <= code_point <= 0xE864:
            place = code_point - 0xE815
            trail = 0x50 + place + (place >= 0x7F - 0x50)
            read = ord(bytes([0xFE, trail]).decode("gb18030"))
            moved += read == standard
            assert read in (standard, code_point)
    assert moved == 66


@pytest.mark.parametrize(
    "code_point",
    [0x0, 0x7, 0x7F, 0x200B, 0x200E, 0x202E, 0x2066, 0x2028, 0xFEFF, 0xFFFD, 0xFFFF, 0xD800,
     0xFDD0, 0xE0041, 0x1FFFE],
)  # fmt: skip
def test_invisible_and_broken_characters_are_refused_by_code_point(code_point: int) -> None:
    with pytest.raises(Refusal) as refused:
        check_name("周" + chr(code_point) + "水")
    assert refused.value.code == "CODE_POINT_FORBIDDEN"
    assert f"U+{code_point:04X} at 2" in refused.value.detail
    assert "周" not in str(refused.value)


@pytest.mark.parametrize(
    "name", ["张䶮", "李𬭎华", "\U000323af", "㛃", "㑇", "葛\U000e0100", "\ue5e5", "O'Neil"]
)
def test_rare_and_private_characters_are_kept(name: str) -> None:
    check_characters(name)
    check_name(name)


def test_private_use_is_reported() -> None:
    assert find_private_use("周\ue816水") == ("U+E816=U+20087",)
    assert find_private_use("周\ue5e5水") == ("U+E5E5",)
    assert standard_form("\ue816") == "\U00020087"


def test_variation_selectors_do_not_make_another_name() -> None:
    assert plain_form("葛\U000e0100洪") == plain_form("葛洪")


def test_names_are_bounded() -> None:
    for name, code in (("", "NAME_MISSING"), ("  ", "NAME_MISSING"), ("王" * 51, "NAME_TOO_LONG")):
        with pytest.raises(Refusal) as refused:
            check_name(name)
        assert refused.value.code == code


@pytest.mark.parametrize(
    ("name", "masked"),
    [("周金水", "周*水"), ("王生", "王*"), ("欧阳娜娜", "欧**娜"), ("王", "*"), ("", ""),
     ("𬭎英华", "𬭎*华")],
)  # fmt: skip
def test_masks_hide_everything_between_the_ends(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_a_damaged_variant_table_is_refused() -> None:
    for content in ({}, {"map": {}}, {"map": {"ab": "c"}}, {"map": {"a": 1}}):
        with pytest.raises(Refusal) as refused:
            parse_variant_table(content)
        assert refused.value.code == "TABLE_DAMAGED"
