import pytest

from records.certificate_numbers import (
    certificate_key,
    find_number_part,
    is_telling,
    parse_certificate_number,
)
from records.number_evidence import compare_numbers, compare_references

OLD = "(82)嘉郊结字第37号"


@pytest.mark.parametrize(
    "typed",
    ["（８２）嘉郊结字第３７号", "八二嘉郊结字第三十七号", "(一九八二)嘉郊結字第叁拾柒號",
     "嘉郊結字第叁拾柒號（八二）", "嘉郊结字〔1982〕第37号", "1982年嘉郊结字37", "82-嘉郊-37",
     "嘉郊82-37", "嘉郊字82第37号", "嘉郊结字82—37号", "《82》嘉郊结字第零三七号", "82嘉郊结37"],
)  # fmt: skip
def test_an_old_number_is_one_in_every_typing(typed: str) -> None:
    number = parse_certificate_number(typed)
    assert (number.year, number.office, number.serial) == (1982, "嘉郊", 37)
    agreement = compare_numbers(typed, OLD, 1982)
    assert agreement is not None and agreement.how == "same_number"


@pytest.mark.parametrize(
    ("typed", "recorded"),
    [("Ｊ３３０４０２－２０１２－０００１２３", "J330402-2012-000123"),
     ("j330402—2012—123", "J330402-2012-000123"),
     ("嘉秀結字第０１０５００１２３號", "嘉秀结字010500123"),
     ("嘉秀结字01-05-00123", "嘉秀结字010500123"),
     ("海宁字第八八〇〇一五号", "海宁字第880015号"),
     ("(78)波知回字第一百一十二号", "（七八）波知回字112号")],
)  # fmt: skip
def test_numbers_of_all_periods_meet(typed: str, recorded: str) -> None:
    agreement = compare_numbers(typed, recorded, None)
    assert agreement is not None and agreement.how == "same_number"


@pytest.mark.parametrize("weak", ["37", "第37号", "三十七", "嘉郊结字第37号", "结字第37号"])
def test_a_number_without_its_year_narrows_and_never_identifies(weak: str) -> None:
    assert not is_telling(weak)
    part = find_number_part(weak)
    assert part is not None and part.serial == 37
    agreement = compare_numbers(weak, OLD, 1982)
    assert agreement is not None and agreement.how == "serial"
    assert agreement.chance >= 1e-3
    other = compare_numbers(weak, "(82)嘉郊结字第38号", 1982)
    assert other is not None and other.conflicts


@pytest.mark.parametrize("strong", [OLD, "J330402-2012-000123", "海宁880015", "19710231"])
def test_a_whole_number_leads_to_one_record(strong: str) -> None:
    assert is_telling(strong)


def test_another_office_or_year_is_another_number() -> None:
    for other in ("(83)嘉郊结字第37号", "(82)嘉秀结字第37号", "J330402-2012-000124"):
        agreement = compare_numbers(OLD, other, None)
        assert agreement is not None and agreement.conflicts
    part = compare_numbers("嘉秀结字第37号", OLD, 1982)
    assert part is not None and part.conflicts


def test_silence_on_either_side_says_nothing() -> None:
    assert compare_numbers("", OLD, None) is None
    assert compare_numbers(OLD, " ", None) is None
    assert not is_telling("") and not is_telling("   ")


def test_a_place_name_with_a_numeral_in_it_stays_a_name() -> None:
    number = parse_certificate_number("(85)三林结字第12号")
    assert (number.office, number.serial) == ("三林", 12)
    assert certificate_key("(85)三林结字第十二号") == number.key


def test_reference_codes_old_and_new_are_one_in_every_typing() -> None:
    for asked, recorded in (
        ("J12-3-456-78", "J012-003-0456-078"),
        ("ｊ０１２－００３－０４５６－０７８", "J012-003-0456-078"),
        ("J012-WS•2011•D30-1-3", "J012-WS·2011·D30-0001-003"),
    ):
        agreement = compare_references(asked, recorded)
        assert agreement is not None and agreement.how == "same_number"
    other = compare_references("J012-003-0456-079", "J012-003-0456-078")
    assert other is not None and other.conflicts
