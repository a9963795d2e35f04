"""Twelve ways to forge the paper; for each the exact banner, with the 核验码 and without.

What a forger cannot change is the signed token; what he can change is the paper around it. So a
changed word is never "genuine": without the code the page stays amber and shows what the code is
about; with the code it shows the facts, and the person who compares finds the difference.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import cbor2
import pytest
from certificate_house import Made, World
from certificate_papers import HOLDER
from certificate_world import build_world

from certificate_service.adapters.archive_folder import FolderQrKeys
from certificate_service.adapters.evidence import EvidenceFolder
from certificate_service.domain.cose import es256, kid_of
from certificate_service.domain.digits import to_digits
from certificate_service.domain.numbering import parse_number
from certificate_service.domain.replacements import encode_replacements, verify_replacements
from certificate_service.domain.site_paths import replaced_path
from certificate_service.domain.token import encode_token, parse_token
from certificate_service.domain.verdict import MEANING, Verdict
from certificate_service.services.examine import Examiner
from certificate_service.services.examine_parts import Question
from records.refusal import Refusal
from trust.identity.keys import new_p256

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
OFFICIAL = "https://v.demo.invalid/v#"
GREEN, AMBER = "证明真实有效，内容已比对", "签章真实，内容未核对"


@dataclass
class Bench:
    """Two genuine certificates, one revoked, one superseded, and somebody who asks."""

    world: World
    mine: Made
    other: Made
    revoked: Made
    superseded: Made

    def ask(self, token: bytes, code: str = "", prefix: str = OFFICIAL) -> Verdict:
        source = EvidenceFolder(self.world.folder / "site")
        examiner = Examiner(self.world.trust.current(), source)
        return examiner.examine_text(prefix + to_digits(token), Question(now=AT, code=code))

    def resigned(self, *, key: object = None, **changes: object) -> bytes:
        """My token with other claims, signed with the thief's key or with the archive's own."""
        token, _signed = parse_token(self.mine.token)
        forged = replace(token, **changes)
        if key is None:
            keys = FolderQrKeys(self.world.folder / "archives")
            return encode_token(forged, keys.kid(HOLDER), lambda data: keys.sign(HOLDER, data))
        return encode_token(forged, kid_of(key.public_key()), es256(key))


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, parts: Path) -> Bench:
    world = build_world(tmp_path_factory.mktemp("forged"), parts / "fonts", AT)
    facts = ("王五", "赵六", "1990年1月1日", "城关字第0001号", "J107-9-0119-009")
    request = world.request()
    other = world.certify(order=world.order(request, masked_names="王*|赵*", sealed_facts=facts))
    mine, revoked, superseded = world.certify(), world.certify(), world.certify()
    order = world.status_order(revoked.number, "revoked")
    world.publisher.publish_all()
    world.status.change(order, "shangrao", wanted="revoked")
    replaced = world.status_order(
        superseded.number,
        "superseded",
        replaced_by=mine.number,
        order_id="33333333-2222-4333-8444-555555555555",
    )
    world.status.change(replaced, "shangrao", wanted="superseded")
    return Bench(world, mine, other, revoked, superseded)


def banner(verdict: Verdict) -> str:
    return MEANING[verdict.code][1]


FACT_CHANGED: dict[str, tuple[str, int]] = {
    "1 the date was changed": ("1986年5月20日", 2),
    "2 the spouse was changed": ("王𬭎", 1),
    "3 the register number was changed": ("城关字第0457号", 3),
}


@pytest.mark.parametrize("printed", FACT_CHANGED.values(), ids=FACT_CHANGED.keys())
def test_a_changed_word_is_amber_and_with_the_code_shown_as_it_was(
    bench: Bench, printed: tuple[str, int]
) -> None:
    words, place = printed
    without = bench.ask(bench.mine.token)
    assert (without.code, banner(without), without.shown.facts) == ("V09", AMBER, ())
    opened = bench.ask(bench.mine.token, bench.mine.code)
    # The page says "genuine" of the token and lists the facts; the paper's word is not among them.
    assert opened.code == "V00"
    assert opened.shown.facts[place] != words
    assert words not in opened.shown.facts


def test_4_a_changed_certificate_number_is_not_the_one_shown(bench: Bench) -> None:
    shown = bench.ask(bench.mine.token)
    assert (banner(shown), shown.shown.number) == (AMBER, bench.mine.number)
    assert shown.shown.number != bench.other.number


def test_5_a_swapped_page_has_another_fingerprint(bench: Bench) -> None:
    mine, _ = parse_token(bench.mine.token)
    other, _ = parse_token(bench.other.token)
    assert mine.pages == other.pages == 2
    pages = [token.digests[8:16] for token in (mine, other)]
    assert pages[0] != pages[1], "the page shows the fingerprint that must stand on page 2"
    assert banner(bench.ask(bench.mine.token)) == AMBER


def test_6_a_code_from_another_sheet_does_not_open_this_one(bench: Bench) -> None:
    without = bench.ask(bench.other.token)
    assert (banner(without), without.shown.masked_names) == (AMBER, "王*|赵*")
    glued = bench.ask(bench.other.token, bench.mine.code)
    assert (glued.code, banner(glued), glued.shown.facts) == ("V09", AMBER, ())


def test_7_a_code_with_its_own_code_from_another_sheet_shows_that_sheet(bench: Bench) -> None:
    both = bench.ask(bench.other.token, bench.other.code)
    assert (banner(both), both.shown.facts[0]) == (GREEN, "王五")
    assert both.shown.number == bench.other.number


def test_8_a_photocopied_seal_on_an_invented_sheet_has_no_token(bench: Bench) -> None:
    for text in ("", "https://v.demo.invalid/v#", "https://v.demo.invalid/v#" + "1" * 700):
        examiner = Examiner(
            bench.world.trust.current(), EvidenceFolder(bench.world.folder / "site")
        )
        for code in ("", bench.mine.code):
            said = examiner.examine_text(text, Question(now=AT, code=code))
            assert (said.code, banner(said), said.shown.number) == ("V08", "不是本系统出具", "")


@pytest.mark.parametrize("with_code", [False, True])
def test_9_a_token_of_the_forgers_own_key(bench: Bench, with_code: bool) -> None:
    said = bench.ask(bench.resigned(key=new_p256()), bench.mine.code if with_code else "")
    assert (said.code, banner(said)) == ("V03", "出具单位当时不受信任")
    assert (said.shown.masked_names, said.shown.number) == ("", "")


@pytest.mark.parametrize("with_code", [False, True])
def test_10_a_token_with_a_changed_claim(bench: Bench, with_code: bool) -> None:
    parts = cbor2.loads(bench.mine.token)
    claims = cbor2.loads(parts[2])
    claims[-70001][3] = "钱*|孙*"
    forged = cbor2.dumps([parts[0], {}, cbor2.dumps(claims, canonical=True), parts[3]])
    said = bench.ask(forged, bench.mine.code if with_code else "")
    assert (said.code, banner(said), said.shown.masked_names) == ("V02", "签名不成立", "")


@pytest.mark.parametrize("with_code", [False, True])
def test_11_a_token_of_a_stolen_qr_key_is_not_in_the_log(bench: Bench, with_code: bool) -> None:
    stolen = bench.resigned(masked_names="钱*|孙*")
    said = bench.ask(stolen, bench.mine.code if with_code else "")
    assert (said.code, banner(said)) == ("V13", "未存证")
    assert (said.shown.masked_names, said.shown.facts) == ("", ())


FINAL: dict[str, tuple[Callable[[Bench], Made], str, str]] = {
    "12 a revoked one": (lambda bench: bench.revoked, "V04", "证明已撤销"),
    "13 a superseded one": (lambda bench: bench.superseded, "V05", "证明已由新证替代"),
}


@pytest.mark.parametrize("case", FINAL.values(), ids=FINAL.keys())
@pytest.mark.parametrize("with_code", [False, True])
def test_a_sheet_that_is_not_in_force_any_more(
    bench: Bench, case: tuple[Callable[[Bench], Made], str, str], with_code: bool
) -> None:
    choose, code, words = case
    made = choose(bench)
    said = bench.ask(made.token, made.code if with_code else "")
    assert (said.code, banner(said)) == (code, words)
    assert (said.shown.masked_names, said.shown.facts) == ("", ())


def test_14_a_look_alike_address_never_chooses_whom_to_ask(bench: Bench) -> None:
    """The page's scanner refuses it as V08 (test_browser_verify.py); the command asks nobody."""
    said = bench.ask(bench.mine.token, prefix="https://v-demo.invalid/v#")
    assert (said.code, banner(said)) == ("V09", AMBER)


def test_a_superseded_one_names_its_successor(bench: Bench) -> None:
    said = bench.ask(bench.superseded.token)
    (step,) = [one for one in said.steps if one.n == 8]
    assert f"新证编号 {bench.mine.number}" in step.detail
    site = bench.world.folder / "site"
    forged = encode_replacements(
        HOLDER, {0: parse_number(bench.other.number)}, 1, b"abcd", es256(new_p256())
    )
    keys = FolderQrKeys(bench.world.folder / "archives")
    key = {keys.kid(HOLDER): new_p256().public_key()}
    for data in (forged, (site / replaced_path(HOLDER)).read_bytes()):
        with pytest.raises(Refusal):
            verify_replacements(data, HOLDER, key)
