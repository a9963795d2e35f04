"""Numbers, codes, digits, fingerprints, lines: the small values of a certificate."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificate_service.document.lines import break_paragraph
from certificate_service.document.seal_art import seal_code
from certificate_service.domain.chinese_dates import chinese_date
from certificate_service.domain.digits import DIGITS, from_digits, to_digits
from certificate_service.domain.fingerprint import (
    PageWords,
    fingerprints,
    page_fingerprint,
    printed,
    token_digests,
)
from certificate_service.domain.lookup import lookup_key, open_row, seal_row
from certificate_service.domain.numbering import CertificateNumber, parse_number
from certificate_service.domain.sealed_facts import open_facts, seal_facts
from certificate_service.domain.verification_code import (
    ALPHABET,
    draw_code,
    grouped,
    parse_code,
)
from records.refusal import Refusal


@given(st.binary(min_size=1, max_size=300))
def test_digits_spell_every_byte_string_in_exactly_one_way(data: bytes) -> None:
    text = to_digits(data)
    assert from_digits(text) == data
    assert text.isdigit()


@given(st.text(alphabet="0123456789", min_size=1, max_size=400))
def test_whatever_digits_are_read_are_written_alike(text: str) -> None:
    try:
        data = from_digits(text)
    except Refusal as refusal:
        assert refusal.code == "TOKEN_MALFORMED"
    else:
        assert to_digits(data) == text


def test_the_digit_table_is_the_least_that_holds_the_bytes() -> None:
    assert tuple(len(str(256**size - 1)) if size else 0 for size in range(18)) == DIGITS


def test_a_code_survives_how_people_type_it() -> None:
    code = draw_code(secrets.token_bytes)
    assert parse_code(grouped(code)) == code
    assert parse_code(f" {grouped(code).lower()} ") == code
    typed = code.replace("0", "O").replace("1", "l")
    assert parse_code(typed) == code


def test_each_single_error_and_each_swap_of_neighbours_is_noticed() -> None:
    code = draw_code(lambda size: bytes(range(3, 3 + size)))
    for position, character in enumerate(code):
        for other in ALPHABET.replace(character, ""):
            with pytest.raises(Refusal):
                parse_code(code[:position] + other + code[position + 1 :])
    for position in range(len(code) - 1):
        first, second = code[position : position + 2]
        if first != second:
            with pytest.raises(Refusal):
                parse_code(code[:position] + second + first + code[position + 2 :])


@pytest.mark.parametrize("text", ["", "123", "K7M2-9QXD", "K7M2-9QXD-4T7", "核验码核验码核验码核"])
def test_malformed_codes_are_refused(text: str) -> None:
    with pytest.raises(Refusal) as caught:
        parse_code(text)
    assert caught.value.code == "CODE_MALFORMED"


def test_numbers_are_read_as_typed_and_printed() -> None:
    number = parse_number(" 361100-2026-000123 ")
    assert str(number) == "361100-2026-000123"
    assert number.symbol("上饶市档案馆") == "上饶档证〔2026〕第000123号"
    assert number.symbol("上海市浦东新区档案馆") == "上海市浦东新档证〔2026〕第000123号"
    for text in ("", "361100-2026-123", "３６１１００-2026-000123", "361100/2026/000123"):
        with pytest.raises(Refusal):
            parse_number(text)


def test_facts_open_with_their_own_code_only() -> None:
    code, other = draw_code(secrets.token_bytes), draw_code(secrets.token_bytes)
    certificate_id = secrets.token_bytes(10)
    sealed = seal_facts(("张𠅤", "1985年5月20日"), code, certificate_id)
    assert open_facts(sealed, code, certificate_id) == ("张𠅤", "1985年5月20日")
    for wrong in ((other, certificate_id), (code, secrets.token_bytes(10))):
        with pytest.raises(Refusal):
            open_facts(sealed, *wrong)


def test_a_lookup_row_opens_with_number_and_code_only() -> None:
    key = lookup_key("361100-2026-000123", "0" * 10)
    row = seal_row(key, b"token")
    assert open_row(key, row) == b"token"
    other = lookup_key("361100-2026-000124", "0" * 10)
    assert other.name != key.name
    with pytest.raises(Refusal):
        open_row(other, row)


def test_a_fingerprint_names_number_place_kind_and_words() -> None:
    words = PageWords(kind="text", lines=("a", "b"))
    first = page_fingerprint("361100-2026-000123", 1, 2, words)
    others = {
        page_fingerprint("361100-2026-000124", 1, 2, words),
        page_fingerprint("361100-2026-000123", 2, 2, words),
        page_fingerprint("361100-2026-000123", 1, 3, words),
        page_fingerprint("361100-2026-000123", 1, 2, PageWords(kind="image", lines=("a", "b"))),
        page_fingerprint("361100-2026-000123", 1, 2, PageWords(kind="text", lines=("a", "c"))),
    }
    assert first not in others
    assert len(others) == 5
    assert len(printed(first)) == 19


def test_more_than_three_pages_share_one_digest() -> None:
    pages = [PageWords(kind="text", lines=(str(page),)) for page in range(4)]
    assert len(token_digests(fingerprints("361100-2026-000123", pages[:3]))) == 24
    assert len(token_digests(fingerprints("361100-2026-000123", pages))) == 8


def width(text: str) -> float:
    return sum(10.0 if ord(character) > 0x2E80 else 5.0 for character in text)


@given(st.text(alphabet="档案证明记载，。（）：ABC123-/ ", max_size=200))
def test_lines_keep_every_character_and_never_begin_with_a_closing_mark(text: str) -> None:
    lines = break_paragraph(text, width=120.0, size=10.0, indent_em=2, measure=width)
    assert "".join(line.text for line in lines).replace(" ", "") == text.replace(" ", "")
    for line in lines[1:]:
        assert line.text[:1] not in tuple("，。）：") or not line.text.strip("，。）：")
    for line in lines[:-1]:
        assert not line.text.endswith("（") or set(line.text) == {"（"}


def test_full_lines_are_justified_and_the_last_one_is_not() -> None:
    lines = break_paragraph("档案" * 20, width=125.0, size=10.0, indent_em=2, measure=width)
    assert lines[0].indent == 20.0
    assert all(line.spacing > 0 for line in lines[1:-1])
    assert lines[-1].spacing == 0.0


def test_a_date_is_written_as_a_seal_demands() -> None:
    from datetime import date

    assert chinese_date(date(2026, 11, 21)) == "二〇二六年十一月二十一日"
    assert chinese_date(date(2030, 10, 30)) == "二〇三〇年十月三十日"
    assert chinese_date(date(2027, 1, 5)) == "二〇二七年一月五日"


def test_a_seal_code_has_13_digits_and_begins_with_the_archive() -> None:
    assert len(seal_code("361100")) == 13
    assert seal_code("361100").startswith("361100")
    assert CertificateNumber("361100", 2026, 1) < CertificateNumber("361100", 2026, 2)
