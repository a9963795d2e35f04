"""The citizens' pages over HTTP: guards, sessions, codes, and what lies at rest."""

import logging
import re

import pytest
from citizen_fixtures import clock, counter, file_one, own_case, url
from citizen_world import ANSWERS, ZHOU, Phone, citizen_pages
from desk_client import value_of
from fake_counter import FakeCounter, asked_back, waiting
from fake_parts import NAUGHTY, Clock
from starlette.routing import Route

from node.desk.citizen.app import citizen_routes
from node.desk.citizen.sessions import IDLE
from node.domain.citizen_keys import read_code
from records.refusal import Refusal
from webui.security import CSP

__all__ = ["clock", "counter", "url"]
SECRETS = (ZHOU["name"], ZHOU["id_no"], ZHOU["mobile"], "吴桂兰", "公社在桥头")


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
