from datetime import date

import pytest

from records.certificate_numbers import certificate_key, parse_certificate_number
from records.id_numbers import check_character, find_id_number, mask_id_number, parse_id_number
from records.reference_codes import parse_reference_code, reference_key
from records.refusal import Refusal


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("330499540317013", "330499195403170139"),
        ("361199621105031", "361199196211050313"),
        ("332199520214075", "332199195202140756"),
    ],
)
def test_a_15_digit_number_and_its_18_digit_form_are_one(short: str, long: str) -> None:
    number = parse_id_number(short)
    assert number.normal == long
    assert number.was_short and number.checksum_holds
    assert parse_id_number(long).normal == long


def test_a_number_says_area_birth_and_sex() -> None:
    number = parse_id_number("３３０４９９１９９７９１０１００９ｘ".replace("９７９", "９７９"))
    assert number.area == "330499"
    man = parse_id_number("361199196211050313")
    assert (man.birth, man.sex, man.checksum_holds) == (date(1962, 11, 5), "男", True)
    assert parse_id_number("361199196402090422").sex == "女"
    assert parse_id_number("33049919790101009x").checksum_holds


def test_a_wrong_check_character_is_reported_and_not_refused() -> None:
    number = parse_id_number("361199196211050314")
    assert not number.checksum_holds
    assert number.birth == date(1962, 11, 5)


def test_an_impossible_birth_is_reported_as_none() -> None:
    body = "36119919621305031"
    assert parse_id_number(body + check_character(body)).birth is None


def test_people_over_a_hundred_have_sequence_numbers_from_996() -> None:
    assert parse_id_number("330499980317998").normal.startswith("33049918980317")


@pytest.mark.parametrize(
    "text", ["", "12345", "3611991962110503131", "36119919621105031Y", "٣" * 18]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_id_number(text)
    assert refused.value.code == "ID_NUMBER_MALFORMED"
    assert find_id_number(text) is None


def test_masks_show_at_most_four_characters_at_each_end() -> None:
    assert mask_id_number("361199196211050313") == "3611**********0313"
    assert mask_id_number("E1234567") == "E1****67"
    assert mask_id_number("123") == "***"


@pytest.mark.parametrize(
    "text",
    ["(82)嘉郊结字第37号", "（82）嘉郊结字第37号", "嘉郊(82)37", "〔1982〕嘉郊结字第37号",
     "82嘉郊字37号", "嘉郊结字（82）第三十七号", " (82) 嘉郊 结字 第 ３７ 号 ",
     "(82)嘉郊结字第037号"],
)  # fmt: skip
def test_all_typings_of_an_old_number_have_one_key(text: str) -> None:
    number = parse_certificate_number(text)
    assert (number.year, number.office, number.serial) == (1982, "嘉郊", 37)
    assert number.key == certificate_key("(82)嘉郊结字第37号")
    assert number.original == text


def test_national_numbers_say_kind_area_year_and_serial() -> None:
    number = parse_certificate_number("J330402-2012-000123")
    assert (number.form, number.kind, number.office) == ("national", "marriage", "330402")
    assert (number.year, number.serial) == (2012, 123)
    assert parse_certificate_number("ｊ330402－2012－000123").key == number.key
    assert parse_certificate_number("L330402-2012-000123").key != number.key
    assert parse_certificate_number("BL330402-2012-000123").kind == "divorce_reissue"


def test_numbers_of_2003_say_office_and_year() -> None:
    number = parse_certificate_number("嘉秀结字010500123")
    assert (number.form, number.office, number.year, number.serial) == (
        "of_2003", "嘉秀01", 2005, 123,
    )  # fmt: skip


def test_the_volume_decides_the_century_of_a_short_year() -> None:
    assert parse_certificate_number("(05)上结字第9号", volume_year=2005).year == 2005
    assert parse_certificate_number("(82)上结字第9号", volume_year=1982).year == 1982
    assert parse_certificate_number("(99)上结字第9号", volume_year=2001).year == 1999


@pytest.mark.parametrize("text", ["", "   ", "无", "J33-1", "第号", "x" * 61])
def test_what_is_no_certificate_number_is_refused_but_can_still_be_compared(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_certificate_number(text)
    assert refused.value.code == "CERTIFICATE_NUMBER_MALFORMED"
    assert certificate_key(text) == certificate_key(text + " ")


def test_reference_codes_of_both_rules_are_told_apart() -> None:
    old = parse_reference_code("C038-001-002-003")
    assert (old.form, old.fonds_no, old.catalog_no, old.file_no, old.item_no) == (
        "old", "C038", "001", "002", "003",
    )  # fmt: skip
    volume = parse_reference_code("J012-WS·2011·D30-0001-003/015")
    assert (volume.form, volume.category, volume.retention) == ("volume", "WS·2011·D30", "D30")
    assert (volume.file_no, volume.item_no, volume.page) == ("0001", "003", "015")
    piece = parse_reference_code("J012-WS·2011·Y-BGS-0001")
    assert (piece.form, piece.retention, piece.file_no) == ("piece", "Y", "BGS")


def test_typings_of_one_reference_code_have_one_key() -> None:
    assert reference_key("J012-003-0456-078") == reference_key(" j12－3－456－78 ")
    assert reference_key("J012-003-0456-078") != reference_key("J012-003-0456-079")


@pytest.mark.parametrize(
    "text", ["", "12", "J012", "J012-3-<b>", "J012--3-4", "=1+1-2-3", "A-1-2/x"]
)
def test_what_is_no_reference_code_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_reference_code(text)
    assert refused.value.code == "REFERENCE_CODE_MALFORMED"
    assert isinstance(reference_key(text), str)
