"""QR texts: each flipped bit, each malformed form and each foreign key is refused with a code."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import cbor2
import pytest
from certificate_house import Made, World
from certificate_papers import HOLDER, VERIFY_URL
from certificate_world import build_world

from certificate_service.adapters.evidence import EvidenceFolder, is_allowed
from certificate_service.adapters.site_folder import SiteFolder
from certificate_service.domain.cose import es256, kid_of
from certificate_service.domain.digits import to_digits
from certificate_service.domain.status_list import SUSPENDED, encode_status_list
from certificate_service.domain.token import encode_token, parse_token
from certificate_service.services.examine import Examiner
from certificate_service.services.examine_parts import Question
from certificate_service.web.tries import TryCounter
from certificate_service.web.typed import TypedLookup
from trust.identity.keys import new_p256

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, parts: Path) -> World:
    return build_world(tmp_path_factory.mktemp("qr"), parts / "fonts", AT)


@pytest.fixture(scope="module")
def made(world: World) -> Made:
    made = world.certify()
    world.publisher.publish_all()
    return made


@pytest.fixture
def examiner(world: World, made: Made) -> Examiner:
    return Examiner(world.trust.current(), EvidenceFolder(world.folder / "site"))


def verdict(examiner: Examiner, token: bytes, code: str = "", now: datetime = AT) -> Any:
    text = VERIFY_URL + to_digits(token)
    return examiner.examine_text(text, Question(now=now, code=code))


def test_green_means_compared(examiner: Examiner, made: Made) -> None:
    assert verdict(examiner, made.token).code == "V09"
    compared = verdict(examiner, made.token, made.code)
    assert (compared.code, compared.genuine) == ("V00", True)
    assert compared.shown.facts[:2] == ("张𠅤", "李𬭎")
    assert verdict(examiner, made.token, "0" * 10).code == "V09"


def test_the_token_fits_the_qr_code(made: Made) -> None:
    assert len(made.token) <= 300
    for name in ("张𠅤", "李𬭎"):
        assert name.encode() not in made.token


def test_one_flipped_bit_anywhere_in_the_token_is_refused(examiner: Examiner, made: Made) -> None:
    for position in range(len(made.token)):
        for bit in (0, 7):
            token = bytearray(made.token)
            token[position] ^= 1 << bit
            found = verdict(examiner, bytes(token), made.code)
            assert found.genuine is False, (position, bit)
            assert found.code in ("V02", "V03", "V08")
            assert found.shown.number == ""


def test_a_token_by_a_key_that_no_authority_stated_is_refused(
    examiner: Examiner, made: Made
) -> None:
    thief = new_p256()
    token, _signed = parse_token(made.token)
    forged = encode_token(token, kid_of(thief.public_key()), es256(thief))
    assert verdict(examiner, forged).code == "V03"
    _token, signed = parse_token(made.token)
    disguised = encode_token(token, signed.kid, es256(thief))
    assert verdict(examiner, disguised).code == "V02"


def test_a_token_that_is_not_in_the_log_is_refused(
    world: World, examiner: Examiner, made: Made
) -> None:
    """Even the archive's own QR key makes nothing that the holder's log does not know."""
    token, signed = parse_token(made.token)
    for changed in (
        replace(token, number=replace(token.number, serial=999)),
        replace(token, log_index=token.log_index + 1),
        replace(token, masked_names="王*"),
    ):
        own = encode_token(changed, signed.kid, lambda message: world.qr_keys.sign(HOLDER, message))
        assert verdict(examiner, own, made.code).code == "V13"


@pytest.mark.parametrize(
    "text",
    ["", "#", "https://example.com/", "12", "x" * 100, "1" * 1501, "９" * 41, "9" * 41, "-1"],
)
def test_foreign_texts_are_not_ours(examiner: Examiner, text: str) -> None:
    assert examiner.examine_text(text, Question(now=AT)).code == "V08"


def test_second_spellings_of_a_token_are_refused(examiner: Examiner, made: Made) -> None:
    """Tags, trailing bytes, indefinite lengths, spare headers: one token has one form."""
    parts = cbor2.loads(made.token)
    tagged = cbor2.dumps(cbor2.CBORTag(18, parts))
    open_header = cbor2.dumps([parts[0], {4: b"x"}, parts[2], parts[3]])
    indefinite = b"\x9f" + made.token[1:] + b"\xff"
    for other in (tagged, open_header, indefinite, made.token + b"\0", made.token[:-1]):
        assert verdict(examiner, other).code == "V08"


def test_a_status_list_is_no_token(world: World, examiner: Examiner) -> None:
    data = world.folder / "site" / "status" / f"{HOLDER}.cwt"
    assert verdict(examiner, data.read_bytes()).code == "V08"


def test_off_line_the_log_and_status_are_said_to_be_unchecked(
    world: World, made: Made, tmp_path: Path
) -> None:
    folder = tmp_path / "offline"
    folder.mkdir()
    (folder / "keys.json").write_bytes((world.folder / "site" / "keys.json").read_bytes())
    examiner = Examiner(world.trust.current(), EvidenceFolder(folder))
    found = verdict(examiner, made.token, made.code)
    assert (found.code, found.genuine, found.status) == ("V10", True, "not checked")
    assert any(step.detail == "存证未核对" for step in found.steps)


def test_without_any_key_statement_nothing_is_decided(
    world: World, made: Made, tmp_path: Path
) -> None:
    found = verdict(Examiner(world.trust.current(), EvidenceFolder(tmp_path)), made.token)
    assert (found.code, found.genuine, found.exit_code) == ("V99", None, 5)


def test_an_old_status_list_no_longer_says_valid(examiner: Examiner, made: Made) -> None:
    late = AT + timedelta(hours=25)
    assert verdict(examiner, made.token, made.code, now=late).code == "V10"


def test_a_forged_status_list_says_nothing(world: World, made: Made, tmp_path: Path) -> None:
    site = world.folder / "site"
    thief = new_p256()
    forged = encode_status_list(
        HOLDER, {}, int(AT.timestamp()), kid_of(thief.public_key()), es256(thief)
    )
    for name in ("keys.json", "log"):
        (tmp_path / name).symlink_to(site / name)
    SiteFolder(tmp_path).put(f"status/{HOLDER}.cwt", forged)
    examiner = Examiner(world.trust.current(), EvidenceFolder(tmp_path))
    assert verdict(examiner, made.token, made.code).code == "V10"


def test_suspended_is_refused(world: World, made: Made, tmp_path: Path) -> None:
    site = world.folder / "site"
    token, _signed = parse_token(made.token)
    listed = encode_status_list(
        HOLDER,
        {token.status_index: SUSPENDED},
        int(AT.timestamp()),
        world.qr_keys.kid(HOLDER),
        lambda message: world.qr_keys.sign(HOLDER, message),
    )
    for name in ("keys.json", "log"):
        (tmp_path / name).symlink_to(site / name)
    SiteFolder(tmp_path).put(f"status/{HOLDER}.cwt", listed)
    examiner = Examiner(world.trust.current(), EvidenceFolder(tmp_path))
    found = verdict(examiner, made.token, made.code)
    assert (found.code, found.status, found.shown.facts) == ("V12", "suspended", ())


def test_typed_numbers_answer_alike_and_five_times_an_hour(world: World, made: Made) -> None:
    now = [AT]
    site = EvidenceFolder(world.folder / "site")
    typed = TypedLookup(site, world.trust, TryCounter(b"salt"), lambda: now[0])
    assert typed.ask(made.number, made.code).code == "V00"
    failures = [typed.ask(made.number, "A" * 10), typed.ask("361100-2026-777777", made.code)]
    assert {(one.code, one.steps) for one in failures} == {("V01", failures[0].steps)}
    for guess in random.Random(1).sample(range(10**9), 3):
        assert typed.ask(made.number, f"{guess:010d}").code == "V01"
    assert typed.ask(made.number, made.code).code == "V11"
    now[0] = AT + timedelta(minutes=61)
    assert typed.ask(made.number, made.code).code == "V00"


def test_the_site_lists_no_number_and_no_name(world: World, made: Made) -> None:
    for path in (world.folder / "site").rglob("*"):
        if path.is_file():
            assert made.number not in str(path)
            assert "张𠅤".encode() not in path.read_bytes()


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("https://v.example.cn/", True),
        ("http://127.0.0.1:8000/", True),
        ("http://[::1]:8000/", True),
        ("http://10.0.0.1/", False),
        ("http://v.example.cn/", False),
        ("file:///etc/passwd", False),
        ("ftp://x/", False),
        ("https://", False),
        ("", False),
    ],
)
def test_only_tls_or_this_machine_is_asked(address: str, allowed: bool) -> None:
    assert is_allowed(address) is allowed
