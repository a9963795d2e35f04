"""Filing by phone over HTTP: one question a page, and nothing typed is lost."""

import re

import pytest
from citizen_fixtures import clock, counter, file_one, url
from citizen_world import ZHOU, Phone
from desk_client import value_of
from fake_counter import FakeCounter
from fake_parts import Clock

from node.desk.citizen.sessions import IDLE

__all__ = ["clock", "counter", "url"]


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
