"""A citizen's own cases over HTTP: who sees them, what is added, what is fetched."""

import hashlib
import re

from citizen_fixtures import clock, counter, file_one, own_case, url
from citizen_world import ZHOU, Phone
from desk_client import value_of
from fake_counter import PDF, FakeCounter, asked_back, certified, looked, waiting
from fake_parts import NAUGHTY

__all__ = ["clock", "counter", "url"]


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
