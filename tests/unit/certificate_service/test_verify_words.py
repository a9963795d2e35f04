"""Page, command and API speak with one mouth; lists that go back in time are found out."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from test_certificate_formats import KEY, KID

from certificate_service.document.qr import LARGEST_VERSION, qr_matrix
from certificate_service.domain import english
from certificate_service.domain.advice import ADVICE
from certificate_service.domain.cose import es256
from certificate_service.domain.digits import to_digits
from certificate_service.domain.numbering import CertificateNumber
from certificate_service.domain.sealed_facts import seal_facts
from certificate_service.domain.status_list import (
    PLACES,
    REVOKED,
    Succession,
    encode_status_list,
    verify_status_list,
)
from certificate_service.domain.token import MOST_BYTES, Token, encode_token
from certificate_service.domain.verdict import MEANING, WORDS, Finding, Gathered, Step, judge
from certificate_service.services.status_evidence import _is_rolled_back
from certificate_service.web.assets import SCRIPTS, load_assets
from certificate_service.web.english import translate
from certificate_service.web.shown import colour_of
from node.domain.release_order import _facts
from records.disclosure import mask_name

STATIC = Path(__file__).resolve().parents[3] / "certificate_service" / "web" / "static"
AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)


def table(name: str) -> dict[str, str]:
    """A table of words in judge.js."""
    script = (STATIC / "judge.js").read_text("utf-8")
    body = re.search(rf"const {name} = {{(.*?)}};", script, re.S)
    assert body
    return {key: json.loads(words) for key, words in re.findall(r'(\w+): ("[^"]*")', body[1])}


def test_the_page_has_the_words_of_the_command() -> None:
    assert table("BANNERS") == {code: words for code, (_genuine, words) in MEANING.items()}
    assert table("ADVICE") == dict(ADVICE)
    assert table("STEPS") == {str(int(step)): words for step, words in WORDS.items()}
    script = (STATIC / "judge.js").read_text("utf-8")
    genuine = re.search(r"const GENUINE = {(.*?)};", script)
    assert genuine
    for code, (value, _words) in MEANING.items():
        listed = re.search(rf"{code}: (\w+)", genuine[1])
        assert (listed[1] if listed else "false") == {True: "true", False: "false", None: "null"}[
            value
        ]


def test_the_page_says_in_english_whatever_it_says_in_chinese() -> None:
    """Every Chinese word in scripts, template and verdicts; numbers and dates stand for forms."""
    template = STATIC.parent / "templates" / "verify.html"
    said = {words for _genuine, words in MEANING.values()} | set(ADVICE.values())
    said |= set(WORDS.values()) | set(re.findall(r't\("([^"]+)"\)', template.read_text("utf-8")))
    for path in STATIC.glob("*.js"):
        script = re.sub(r"//.*", "", path.read_text("utf-8"))
        for quoted, built in re.findall(r'"([^"\n]*)"|`([^`]*)`', script):
            # A name stands where a sentence says who; everything else is a number or a sentence.
            known = re.sub(r"\$\{(state\.holder|host[^}]*)\}", "X", quoted or built)
            said.add(re.sub(r"\$\{[^}]*\}+", "7", known))
    chinese = {one for one in said if re.search(r"[\u4e00-\u9fff]", one)}
    assert len(chinese) > 120
    left = {one: translate(one) for one in chinese if re.search(r"[\u4e00-\u9fff]", translate(one))}
    assert set(left) <= {"兰"}, left
    assert english.BANNERS.keys() == english.ADVICE.keys() == MEANING.keys() == ADVICE.keys()
    assert set(english.STEPS) == {int(step) for step in WORDS}


def test_no_script_is_larger_than_a_page_of_thought_and_all_are_served() -> None:
    for path in STATIC.glob("*.js"):
        assert len(path.read_text("utf-8").splitlines()) <= 300
    joined = {*SCRIPTS, "scan.js", "pdf.js", "sw.js"}
    assert {path.name for path in STATIC.glob("*.js")} == joined
    assert {"/verify.js", "/scan.js", "/pdf.js", "/sw.js"} <= set(load_assets(Path("absent")))


def listed(sequence: int, hours: int, statuses: dict[int, int] | None = None) -> object:
    issued = int((AT + timedelta(hours=hours)).timestamp())
    previous = bytes(32) if sequence > 1 else b""
    succession = Succession(sequence=sequence, previous_sha256=previous)
    data = encode_status_list("361100", statuses or {}, issued, KID, es256(KEY), succession)
    found = verify_status_list(data, "361100", {KID: KEY.public_key()})
    assert (found.sequence, found.previous) == (sequence, previous[:16])
    return found


@pytest.mark.parametrize(
    ("lists", "rolled_back"),
    [
        ([(1, 0), (2, 1), (3, 2)], False),
        ([(3, 2), (1, 0)], False),
        ([(7, 0), (6, 1)], True),
        ([(4, 0), (4, 0)], False),
    ],
)
def test_numbers_must_not_fall_while_time_goes_on(
    lists: list[tuple[int, int]], rolled_back: bool
) -> None:
    assert _is_rolled_back([listed(*one) for one in lists]) is rolled_back


def test_one_number_must_not_stand_for_two_contents() -> None:
    assert _is_rolled_back([listed(5, 0), listed(5, 1, {3: REVOKED})])


@pytest.mark.parametrize(("grave", "colour"), [(False, "warn"), (True, "bad")])
def test_a_list_is_amber_after_a_day_and_red_after_three_or_when_rolled_back(
    grave: bool, colour: str
) -> None:
    passed = {step: Finding(True) for step in (Step.FORM, Step.TOKEN, Step.LOG, Step.CONTENT)}
    findings = {**passed, Step.STATUS: Finding(None, "V10", "", grave=grave)}
    verdict = judge(Gathered(findings=findings))
    assert (verdict.code, verdict.genuine, colour_of(verdict)) == ("V10", True, colour)


@pytest.mark.parametrize("pages", [1, 2, 3, 4, 40])
@pytest.mark.parametrize(
    "name", ["张三", "欧阳买买提·阿不都热西提", "司徒艾合买提江·买合木提·阿不都拉", "𠅤" * 15]
)
def test_a_token_of_the_longest_names_fits_the_code_that_can_be_read(name: str, pages: int) -> None:
    """What a node puts into an order (node/domain/release_order.py) always fits the QR code."""
    masked = "|".join([mask_name(name)] * 2)
    told = [name, name, "农历一九六四年闰八月廿二日", "城关字第0456号", "J107-9-0119-003"]
    facts = _facts(told, masked)
    assert facts, "something is there to be compared"
    count = pages if pages <= 3 else 1
    token = Token(
        number=CertificateNumber("361100", 2026, 999_999),
        template="T1",
        issued_at=2_000_000_000,
        certificate_id=bytes(10),
        masked_names=masked,
        pages=pages,
        digests=bytes(8 * count),
        status_index=PLACES - 1,
        log_index=(1 << 32) - 1,
        sealed_facts=seal_facts(facts, "0" * 10, bytes(10)),
    )
    data = encode_token(token, KID, es256(KEY))
    assert len(data) <= MOST_BYTES
    modules = len(qr_matrix("https://v.example-11.cn/v#" + to_digits(data)))
    assert modules <= 17 + 4 * LARGEST_VERSION
