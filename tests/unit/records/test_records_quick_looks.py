"""A quick look at the usual wording says what reading it at length says."""

from random import Random

import pytest

from records.certificate_numbers import (
    certificate_key,
    is_of_old_form,
    parse_certificate_number,
)
from records.comparing import find_date
from records.date_text import parse_date
from records.lunar import LunarTable
from records.reference_codes import is_well_formed, parse_reference_code
from records.refusal import Refusal

EMPTY = LunarTable(1900, ())
OFFICES = "海宁县嘉郊一三墩镇补结离婚政县號縣字第十七〇元"


def test_usual_numbers_are_read_as_all_others_are() -> None:
    rng, quick = Random("numbers"), 0
    for _ in range(4000):
        office = "".join(rng.choice(OFFICES) for _ in range(rng.randint(1, 9)))
        year = rng.choice(["1982", "82", "0082", "2001", "１９８２"])
        kind = rng.choice(["结", "离", "补结", "补离", "婚", "政", ""])
        text = f"({year}){office}{kind}字第{rng.choice(['37', '0037', '三七', '12345678'])}号"
        quick += is_of_old_form(text)
        # A space in front is nothing to the number, and keeps the quick look away from it.
        assert certificate_key(text) == certificate_key(" " + text), text
        assert certificate_key(text, volume_year=1983) == certificate_key(
            " " + text, volume_year=1983
        )
    assert quick > 100


@pytest.mark.parametrize("text", ["(1982)嘉郊结字第37号", "(2001)海宁市补离字第1234567号"])
def test_a_usual_number_keeps_all_its_parts(text: str) -> None:
    one, other = parse_certificate_number(text), parse_certificate_number(text + " ")
    assert is_of_old_form(text)
    assert (one.form, one.kind, one.office, one.year, one.serial) == (
        other.form, other.kind, other.office, other.year, other.serial,
    )  # fmt: skip


def test_a_reference_code_is_well_formed_where_it_can_be_read() -> None:
    rng, formed = Random("codes"), 0
    for _ in range(4000):
        text = "".join(rng.choice("J0129-WS·/.A结") for _ in range(rng.randint(3, 20)))
        try:
            parse_reference_code(text)
        except Refusal:
            assert not is_well_formed(text), text
        else:
            formed += 1
            assert is_well_formed(text), text
    assert formed > 20
    assert not is_well_formed("J012" + "-1234567890" * 6)


def test_a_date_said_twice_is_the_same_date() -> None:
    for text in ("1985-05-20", "1985-5", "1985", "1985-05-20"):
        assert parse_date(text, EMPTY) == find_date(text, EMPTY) == parse_date(text, EMPTY)
        assert parse_date(text, EMPTY).original == text
    assert find_date("1985-02-30", EMPTY) is None
    assert find_date("1985-02-30", EMPTY) is None
    assert find_date("  ", EMPTY) is None
