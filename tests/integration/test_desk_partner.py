"""The partner's desk over HTTP: claims, marks, answers, and what stays masked."""

import re

import pytest
from desk_client import Client, value_of
from desk_world import CASE, file_one, url, world
from fake_office import World

__all__ = ["url", "world"]


def test_a_password_is_never_carried_by_a_page(url: str, world: World) -> None:
    client = Client(url).sign_in("wangmin")
    token = client.token()
    world.sessions.clear()
    answer = client.post(
        f"/fulfil/{CASE}/confirm",
        {"_csrf": token, "password": "s3cret-word", "mark.a_name": "same"},
    )
    assert answer.status == 401
    assert "s3cret-word" not in answer.text
    assert value_of(answer.text, "mark.a_name") == "same"


def test_a_second_officer_is_told_who_was_first(url: str, world: World) -> None:
    file_one(Client(url).sign_in("zhoumin"))
    Client(url).sign_in("linyan").post(f"/review/{CASE}", {"decision": "accept"})
    assert Client(url).sign_in("wangmin").post(f"/fulfil/{CASE}/claim").status == 303
    answer = Client(url).sign_in("lihua").post(f"/fulfil/{CASE}/claim")
    assert answer.status == 409
    assert "已由 王敏 领取" in answer.text


def test_names_are_masked_until_the_case_is_claimed(url: str) -> None:
    file_one(Client(url).sign_in("zhoumin"))
    Client(url).sign_in("linyan").post(f"/review/{CASE}", {"decision": "accept"})
    client = Client(url).sign_in("wangmin")
    before = client.get(f"/fulfil?id={CASE}").text
    assert "周*水" in before
    assert "周金水" not in before
    client.post(f"/fulfil/{CASE}/claim")
    assert "周金水" in client.get(f"/fulfil?id={CASE}").text


def test_nothing_is_released_before_each_printed_field_is_marked(url: str, world: World) -> None:
    file_one(Client(url).sign_in("zhoumin"))
    Client(url).sign_in("linyan").post(f"/review/{CASE}", {"decision": "accept"})
    client = Client(url).sign_in("wangmin")
    client.post(f"/fulfil/{CASE}/claim")
    page = client.get(f"/fulfil?id={CASE}").text
    assert re.search(r'value="release"[^>]*disabled', page)
    fields = set(re.findall(r'name="mark\.(\w+)"', page))
    marks = {f"mark.{name}": "same" for name in fields}
    body = {
        "reference_code": value_of(page, "reference_code"),
        "image": value_of(page, "image"),
        "password": "correct horse battery",
        "action": "release",
    }
    corrected = {**marks, "mark.b_birth": "corrected", "value.b_birth": " "}
    for some in ({}, dict(list(marks.items())[:-1]), corrected):
        answer = client.post(f"/fulfil/{CASE}/confirm", {**body, **some})
        assert answer.status == 422
        assert world.cases[CASE].comparison is None
    done = client.post(f"/fulfil/{CASE}/confirm", {**body, **marks})
    assert done.status == 303
    assert world.cases[CASE].work_state == "released"


def test_a_wrong_password_keeps_the_marks(url: str, world: World) -> None:
    file_one(Client(url).sign_in("zhoumin"))
    Client(url).sign_in("linyan").post(f"/review/{CASE}", {"decision": "accept"})
    client = Client(url).sign_in("wangmin")
    client.post(f"/fulfil/{CASE}/claim")
    page = client.get(f"/fulfil?id={CASE}").text
    marks: dict[str, object] = {
        f"mark.{name}": "same" for name in set(re.findall(r'name="mark\.(\w+)"', page))
    }
    marks |= {"mark.b_birth": "corrected", "value.b_birth": "一九六四年二月九日"}
    answer = client.post(
        f"/fulfil/{CASE}/confirm",
        {
            **marks,
            "reference_code": value_of(page, "reference_code"),
            "image": value_of(page, "image"),
            "password": "wrong",
            "action": "release",
        },
    )
    assert answer.status in (401, 403)
    assert value_of(answer.text, "value.b_birth") == "一九六四年二月九日"
    assert world.cases[CASE].work_state == "holder_review"
    assert not re.search(r'value="release"[^>]*disabled', answer.text)


@pytest.mark.parametrize(
    ("act", "field"),
    [
        ("return", "question"),
        ("no-record", "method"),
        ("refer", "referral"),
        ("refuse", "refusal_note"),
    ],
)
def test_an_answer_without_words_is_asked_for_them(
    url: str, world: World, act: str, field: str
) -> None:
    file_one(Client(url).sign_in("zhoumin"))
    Client(url).sign_in("linyan").post(f"/review/{CASE}", {"decision": "accept"})
    client = Client(url).sign_in("wangmin")
    client.post(f"/fulfil/{CASE}/claim")
    answer = client.post(f"/fulfil/{CASE}/{act}", {field: "短"})
    assert answer.status == 422
    assert value_of(answer.text, field) == "短"
    assert world.cases[CASE].work_state == "candidates"
    given = {field: "配偶姓什么？", "reason": "unclear", "reason_code": "NOT_PARTY"}
    assert client.post(f"/fulfil/{CASE}/{act}", given).status == 303
    assert world.cases[CASE].work_state == "candidates"
    waiting = client.get(f"/fulfil?id={CASE}").text
    assert f'action="/fulfil/{CASE}/undo"' in waiting
    assert f'action="/fulfil/{CASE}/{act}"' not in waiting
    world.doors.holds.run()
    assert world.cases[CASE].work_state != "candidates"
    assert client.post(f"/fulfil/{CASE}/undo").status == 409


def test_a_question_is_answered_on_the_supplement_page(url: str, world: World) -> None:
    clerk = Client(url).sign_in("zhoumin")
    file_one(clerk)
    Client(url).sign_in("linyan").post(f"/review/{CASE}", {"decision": "accept"})
    partner = Client(url).sign_in("wangmin")
    partner.post(f"/fulfil/{CASE}/claim")
    partner.post(f"/fulfil/{CASE}/return", {"question": "父亲姓名？", "reason": "unclear"})
    world.doors.holds.run()
    assert "父亲姓名？" in clerk.get(f"/intake/{CASE}").text
    page = clerk.get(f"/intake/{CASE}/supplement").text
    assert value_of(page, "place") == "上饶县皂头乡"
    sent = {"holder": "361100", "place": "上饶县皂头公社", "name": "另一人", "period": "1985"}
    assert clerk.post(f"/intake/{CASE}/supplement", sent).status == 303
    after = world.cases[CASE].application
    assert after.query.place == "上饶县皂头公社"
    assert after.applicant.name == "周金水"
