"""The citizens' pages over HTTP: guards, what lies at rest, and that nothing typed is lost."""

import hashlib
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from citizen_world import ANSWERS, ZHOU, Phone, citizen_pages
from desk_client import value_of
from fake_counter import PDF, FakeCounter, asked_back, certified, looked, waiting
from fake_parts import NAUGHTY, Clock
from starlette.routing import Route

from node.desk.citizen.app import citizen_routes
from node.desk.citizen.sessions import IDLE
from node.domain.citizen_keys import read_code
from records.refusal import Refusal
from webui.security import CSP

SECRETS = (ZHOU["name"], ZHOU["id_no"], ZHOU["mobile"], "吴桂兰", "公社在桥头")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def counter(tmp_path: Path, clock: Clock) -> FakeCounter:
    return FakeCounter(tmp_path / "citizen", clock)


@pytest.fixture
def url(counter: FakeCounter, clock: Clock) -> Iterator[str]:
    with citizen_pages(counter.folder, clock) as address:
        yield address


def file_one(url: str) -> tuple[Phone, str]:
    phone = Phone(url)
    phone.begin()
    phone.answer_all()
    phone.prove()
    return phone, phone.file()


def own_case(phone: Phone) -> str:
    found = re.search(r'href="(/mine/[0-9a-f]{32})"', phone.get("/mine").text)
    assert found is not None
    return found[1]


def test_no_page_of_the_staff_is_served_here() -> None:
    class Door:
        def page(self, handler: object, *_: object) -> object:
            return handler

        secret = proven = page
        settings = type("S", (), {"real_name": None, "reader": None, "places": None})()

    paths = {route.path for route in citizen_routes(Door(), None)}  # type: ignore[arg-type]
    assert all(isinstance(path, str) for path in paths) and Route
    staff = ("/login", "/intake", "/review", "/fulfil", "/seal", "/approvals", "/audit", "/posts")
    assert not [path for path in paths if path.startswith(staff)]
    assert {"/apply", "/track", "/mine", "/real-name"} <= paths


@pytest.mark.parametrize("path", ["/login", "/intake", "/seal", "/fulfil", "/certs", "/nowhere"])
def test_staff_addresses_do_not_exist(url: str, path: str) -> None:
    answer = Phone(url).get(path)
    assert answer.status == 404 and "没有这个页面" in answer.text


def test_every_page_is_strict_and_of_its_own_session(url: str) -> None:
    phone = Phone(url)
    for path in ("/", "/apply", "/track", "/resume", "/real-name", "/nowhere"):
        answer = phone.get(path)
        assert answer.headers["content-security-policy"] == CSP
        assert answer.headers["cache-control"] == "no-store"
    assert set(phone.cookies) == {"lantai_citizen_session"}
    foreign = phone.send("POST", "/apply", b"", {"Origin": "http://evil.invalid"})
    assert foreign.status == 403
    untold = phone.send(
        "POST", "/apply", b"x=1", {"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert untold.status == 409 and "lantai_filing" not in phone.cookies


def test_what_lies_at_rest_names_nobody(
    url: str, counter: FakeCounter, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    phone, code = file_one(url)
    counter.show(counter.filed(), waiting(counter.clock()))
    assert phone.get(own_case(phone)).status == 200
    other = Phone(url)
    other.begin()
    other.answer("category")
    other.answer("other")
    for path in counter.folder.iterdir():
        data = path.read_bytes()
        for secret in (*SECRETS, code, code.replace("-", "")):
            assert secret.encode() not in data, (path.name, secret)
    assert not any(secret in caplog.text for secret in (*SECRETS, code))


def test_no_address_carries_a_person_or_a_code(url: str, counter: FakeCounter) -> None:
    seen: list[str] = []

    class Watched(Phone):
        def send(self, method: str, path: str, body: bytes, headers: dict[str, str]):
            answer = super().send(method, path, body, headers)
            seen.extend([path, answer.headers.get("location", "")])
            return answer

    phone = Watched(url)
    code = phone.begin()
    phone.answer_all()
    phone.prove()
    phone.file()
    counter.show(counter.filed(), waiting(counter.clock()))
    phone.get(own_case(phone))
    phone.post("/track", {"code": code, "mobile_end": "1234"})
    phone.get("/track/case")
    walked = "\n".join(seen)
    assert not any(secret in walked for secret in (*SECRETS, code, "1234"))


def test_the_application_says_what_was_typed_and_how_well_it_was_proven(
    url: str, counter: FakeCounter
) -> None:
    file_one(url)
    letter = counter.filed()
    form = letter.application
    assert form is not None and form.applicant.identity_assurance == "national_net_id"
    assert (form.applicant.name, form.applicant.mobile) == ("周金水", "13800001234")
    assert (form.query.subject.name, form.query.subject.id_no) == ("周金水", ZHOU["id_no"])
    assert (form.query.other_party.name, form.query.place) == ("吴桂兰", "上饶县")
    assert (form.purpose, form.delivery, form.consent) == ("property", "mobile", True)


@pytest.mark.parametrize(
    ("name", "fields", "wrong"),
    [
        ("category", {"category": ""}, "category"),
        ("category", {"category": "other", "category_other": ""}, "category_other"),
        ("relation", {"relation": ""}, "relation"),
        ("when", {"period": "不知道"}, "period"),
        ("where", {"place": "地" * 101}, "place"),
        ("more", {"words": "字" * 501}, "words"),
        ("purpose", {"purpose": ""}, "purpose"),
        ("delivery", {"delivery": ""}, "delivery"),
    ],
)
def test_a_wrong_answer_stays_on_its_page(
    url: str, name: str, fields: dict[str, str], wrong: str
) -> None:
    phone = Phone(url)
    phone.begin()
    if name not in ("category", "relation"):
        phone.answer("category")
        phone.answer("relation")
    sent = {key: value for key, value in fields.items() if value}
    answer = phone.post(f"/apply/{name}", sent)
    assert answer.status == 422, answer.text[:300]
    assert f'href="#{wrong}"' in answer.text and "错误：" in answer.text
    typed = fields[next(iter(fields))]
    if len(typed) < 200 and name in ("when", "where"):
        assert value_of(answer.text, next(iter(fields))) == typed


def test_dates_and_places_are_echoed_as_understood(url: str) -> None:
    phone = Phone(url)
    phone.begin()
    for name in ("category", "relation", "subject", "other"):
        phone.answer(name)
    after = phone.post("/apply/when", {"period": "74年夏"}).headers["location"]
    assert "时间理解为 1974-06-01 ～ 1974-08-31" in phone.get(after).text
    after = phone.post("/apply/where", {"place": "上饶县"}).headers["location"]
    assert "地点理解为今天的" in phone.get(after).text and "广信区" in phone.get(after).text
    after = phone.post("/apply/where", {"place": "不存在的地方"}).headers["location"]
    assert "没认出这个地名" in phone.get(after).text


def test_an_application_goes_on_on_another_phone_with_its_code(url: str) -> None:
    first = Phone(url)
    code = first.begin()
    for name in ("archive", "category", "relation", "subject", "other"):
        first.answer(name)
    assert code in first.get("/apply/when").text
    second = Phone(url)
    assert second.post("/resume", {"code": "AAAA-AAAA-AAAA"}).status == 404
    typed = code.lower().replace("0", "o").replace("1", "l").replace("-", "")
    assert second.post("/resume", {"code": typed}).headers["location"] == "/apply/next"
    assert second.get("/apply/next").headers["location"] == "/apply/when"
    assert value_of(second.get("/apply/other").text, "other_name") == "吴桂兰"


def test_a_draft_is_gone_after_a_week(url: str, clock: Clock) -> None:
    from datetime import timedelta

    phone = Phone(url)
    phone.begin()
    phone.answer("category")
    clock.now += timedelta(days=7, seconds=1)
    answer = phone.get("/apply/relation")
    assert answer.status == 404 and "没有正在填写的申请" in answer.text


def test_a_lost_session_loses_no_answer(url: str, clock: Clock, counter: FakeCounter) -> None:
    phone = Phone(url)
    phone.begin()
    phone.answer_all()
    phone.prove()
    assert phone.get("/apply/check").status == 200
    clock.now += IDLE * 2
    sent = phone.post("/apply/check", {"consent": "yes"})
    assert (sent.status, sent.headers["location"]) == (303, "/real-name")
    phone.prove()
    page = phone.get("/apply/check").text
    assert "吴桂兰" in page and "公社在桥头" in page
    phone.file()
    assert counter.filed().application is not None


def test_pressing_twice_files_once(url: str, counter: FakeCounter) -> None:
    phone, _ = file_one(url)
    assert phone.post("/apply/check", {"consent": "yes"}).headers["location"] == "/apply/done"
    assert len(list(counter.open_letters())) == 1
    assert phone.get("/apply/done").status == 200


def test_nothing_is_filed_without_consent(url: str, counter: FakeCounter) -> None:
    phone = Phone(url)
    phone.begin()
    phone.answer_all()
    phone.prove()
    answer = phone.post("/apply/check")
    assert answer.status == 422 and 'href="#consent"' in answer.text
    assert not list(counter.open_letters())


def test_an_agent_photographs_the_papers_that_the_rule_wants(
    url: str, counter: FakeCounter
) -> None:
    phone = Phone(url)
    phone.begin()
    for name in ("archive", "category"):
        phone.answer(name)
    phone.answer("relation", relation="agent")
    phone.answer("subject", subject_name="陈桂芳")
    for name in ("other", "when", "where", "more"):
        phone.answer(name)
    after = phone.answer("purpose").headers["location"]
    assert after.startswith("/apply/papers"), after
    page = phone.get(after).text
    kinds = re.findall(r'name="paper\.(\w+)"', page)
    assert "notarised_poa" in kinds
    bad = phone.upload("/apply/papers", {}, "paper.notarised_poa", b"MZ executable")
    assert bad.status == 422 and "JPG" in bad.text
    for kind in kinds:
        photo = b"\xff\xd8\xff" + kind.encode()
        assert phone.upload("/apply/papers", {}, f"paper.{kind}", photo).status == 303
    phone.answer("delivery")
    phone.prove()
    phone.file()
    letter = counter.filed()
    assert {paper.kind for paper in letter.papers} >= set(kinds)
    (sealed,) = {counter.box.read_paper(letter.papers[0].paper_id)} - {None}
    assert b"notarised_poa" not in (sealed or b"")


def test_who_may_not_ask_hears_it_before_sending(url: str) -> None:
    phone = Phone(url)
    phone.begin()
    for name in ("archive", "category"):
        phone.answer(name)
    phone.answer("relation", relation="guardian")
    phone.answer("subject", subject_name="陈桂芳")
    for name in ("other", "when", "where", "more", "purpose", "delivery"):
        phone.answer(name)
    away = phone.get("/apply/check").headers["location"]
    assert away == "/apply/relation?wrong=1"
    assert "这种情况不能在手机上申请" in phone.get(away).text


def test_identity_is_proven_once_and_only_in_the_browser_that_asked(url: str) -> None:
    phone, thief = Phone(url), Phone(url)
    page = phone.get("/real-name").text
    state = re.search(r"state=([0-9a-f]{32})", page)
    assert state is not None and "演示" in page
    form = phone.get(f"/real-name/demo?state={state[1]}").text
    assert "没有向任何机构核实" in form
    bad = phone.post("/real-name/demo", {**ZHOU, "id_no": "361199196211050314", "state": state[1]})
    assert bad.status == 422 and value_of(bad.text, "name") == "周金水"
    back = phone.post("/real-name/demo", {**ZHOU, "state": state[1]}).headers["location"]
    assert thief.get(back).status == 403, "a ticket is good where it was asked for alone"
    before = phone.cookies["lantai_citizen_session"]
    # The thief's try has used the ticket up: it is good once, wherever it is shown.
    again = phone.get(back)
    if again.status == 403:
        back = phone.post("/real-name/demo", {**ZHOU, "state": state[1]}).headers["location"]
        again = phone.get(back)
    assert again.status == 303 and phone.cookies["lantai_citizen_session"] != before
    assert phone.get(back).status == 403


def test_one_persons_case_is_nobody_elses(url: str, counter: FakeCounter) -> None:
    phone, _ = file_one(url)
    counter.show(counter.filed(), waiting(counter.clock()))
    path = own_case(phone)
    stranger = Phone(url).prove(name="陈桂芳", id_no="332199195202140756")
    for way in ("", "/more", f"/file/{'a' * 64}", f"/file/{'a' * 64}/1"):
        assert stranger.get(path + way).status == 404, way
    assert stranger.post(f"{path}/withdraw", {"sure": "yes"}).status == 404
    assert Phone(url).get(path).headers["location"] == "/real-name"
    phone.post("/sign-out")
    assert phone.get(path).status == 303


def test_what_is_missing_is_asked_and_added(url: str, counter: FakeCounter) -> None:
    phone, _ = file_one(url)
    letter = counter.filed()
    counter.show(letter, asked_back(counter.clock()))
    path = own_case(phone)
    assert "配偶姓名是什么？" in phone.get(path).text
    for fields, wrong in (
        ({}, "words"),
        ({"period": "那年"}, "period"),
        ({"other_name": "王" * 51}, "other_name"),
    ):
        answer = phone.post(f"{path}/more", fields)
        assert answer.status == 422 and f'href="#{wrong}"' in answer.text, fields
    assert phone.post(f"{path}/more", {"words": NAUGHTY, "other_name": "吴桂兰"}).status == 303
    (added,) = counter.open_letters()
    assert added.additions is not None and added.additions.other_name == "吴桂兰"
    assert "<script>" in added.additions.words, "kept word for word, escaped where it is shown"


def test_the_extract_is_downloaded_and_shown(url: str, counter: FakeCounter) -> None:
    phone, _ = file_one(url)
    letter, sha256 = counter.filed(), hashlib.sha256(PDF).hexdigest()
    counter.send_file(letter, sha256)
    counter.show(letter, certified(counter.clock(), sha256))
    path = own_case(phone)
    page = phone.get(path).text
    assert "材料已到" in page
    file = phone.get(f"{path}/file/{sha256}")
    assert (
        file.data == PDF
        and 'filename="SR-2026-0011-4473.pdf"' in file.headers["content-disposition"]
    )
    assert phone.get(f"{path}/file/{sha256}/1").data.startswith(b"\x89PNG")
    assert phone.get(f"{path}/file/{'0' * 64}").status == 404
    assert [one.kind for one in counter.open_letters()] == ["received"], "said once"


def test_codes_cannot_be_guessed_at_speed(counter: FakeCounter, clock: Clock) -> None:
    with citizen_pages(counter.folder, clock, limited=True) as url:
        phone = Phone(url)
        token = phone.token()
        tries = [
            phone.post("/resume", {"code": f"AAAA-AAAA-{n:04}", "_csrf": token}).status
            for n in range(16)
        ]
    assert tries[0] == 404 and tries[-1] == 429, tries


def test_codes_are_read_as_people_write_them() -> None:
    assert read_code("7k2m qx4p 9rtd") == "7K2M-QX4P-9RTD"
    assert read_code("ILOU-0000-0000") == "110V-0000-0000"
    for wrong in ("", "7K2M-QX4P", "7K2M-QX4P-9RT!", "七" * 12):
        with pytest.raises(Refusal, match="CITIZEN_CODE_UNKNOWN"):
            read_code(wrong)


def test_the_pages_are_whole_in_english(url: str, counter: FakeCounter) -> None:
    phone, _ = file_one(url)
    counter.show(counter.filed(), asked_back(counter.clock()))
    phone.cookies["lantai_language"] = "en"
    path = own_case(phone)
    for where, said in (
        ("/", "Your records, by phone"),
        ("/apply", "Before you begin"),
        ("/track", "Last four digits"),
        (path, "Who looked at my records"),
        (f"{path}/more", "Fill in only what you add"),
    ):
        assert said in phone.get(where).text, where
    assert ANSWERS


def test_who_looked_is_asked_and_answered(url: str, counter: FakeCounter) -> None:
    assert Phone(url).get("/looks").headers["location"] == "/real-name"
    phone = Phone(url).prove()
    path = phone.post("/looks").headers["location"]
    (letter,) = counter.open_letters()
    assert letter.kind == "looks" and letter.asker is not None
    assert (letter.asker.name, letter.asker.assurance) == ("周金水", "national_net_id")
    assert "正在送到档案馆" in phone.get(path).text
    counter.show(letter, looked(counter.clock()))
    page = phone.get(path).text
    assert "机关、单位" in page and "查阅核对" in page and "LT-330400-20261112-0007" in page
    assert "依法暂不告知" in page
    stranger = Phone(url).prove(name="陈桂芳", id_no="332199195202140756")
    assert stranger.get(path).status == 404


def test_what_was_typed_survives_the_end_of_the_session(
    url: str, counter: FakeCounter, clock: Clock
) -> None:
    phone, _ = file_one(url)
    counter.show(counter.filed(), asked_back(counter.clock()))
    path = own_case(phone)
    clock.now += IDLE * 2
    sent = phone.post(f"{path}/more", {"other_name": "吴桂兰", "words": NAUGHTY})
    assert sent.headers["location"] == "/real-name"
    state = re.search(r"state=([0-9a-f]{32})", phone.get("/real-name").text)
    assert state is not None
    back = phone.post("/real-name/demo", {**ZHOU, "state": state[1]}).headers["location"]
    page = phone.get(back)
    assert page.status == 200 and f'action="{path}/more"' in page.text
    assert value_of(page.text, "other_name") == "吴桂兰"
    assert value_of(page.text, "words") == NAUGHTY
    token = value_of(page.text, "_csrf")
    again = phone.post(f"{path}/more", {"other_name": "吴桂兰", "_csrf": token})
    assert again.status == 303
    assert [one.kind for one in counter.open_letters()] == ["add"]
