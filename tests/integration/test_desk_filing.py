"""Filing over HTTP: what survives a refusal, a returned form, an ended session."""

import re

import pytest
from desk_client import Client, value_of
from desk_world import CASE, DRAFT, FORM, file_one, url, world
from fake_office import NAUGHTY, STAFF, World

from records.process_reasons import DUTY_CONFLICT
from records.refusal import Refusal

__all__ = ["url", "world"]


def test_a_filed_form_carries_what_was_typed(url: str, world: World) -> None:
    file_one(Client(url).sign_in("zhoumin"))
    application = world.cases[CASE].application
    assert application.applicant.name == "周金水"
    assert application.query.subject.id_no == "361199196211050313"
    assert (application.query.period.start, application.query.period.end) == ("1985年", "1985年")
    assert application.query.other_party.name == "吴桂兰"
    assert application.consent


def test_pressing_twice_files_once(url: str, world: World) -> None:
    client = Client(url).sign_in("zhoumin")
    file_one(client)
    assert client.post(f"/intake/{DRAFT}/check").status == 303
    assert len(world.cases) == 1


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("id_no", "361199196211050314", "身份证号码有误"),
        ("name", "", "姓名"),
        ("no_mobile", "", "手机"),
        ("period", "前年的前年", "看不懂这个时间"),
        ("purpose", "other", "请写明目的"),
        ("consent", "", "勾选同意"),
        ("category", "nonsense", "请选择档案类别"),
        ("words", "长" * 501, "最多 500 个字"),
    ],
)
def test_a_mistake_keeps_all_that_was_typed(url: str, field: str, value: str, said: str) -> None:
    client = Client(url).sign_in("zhoumin")
    answer = client.post("/intake/new", {**FORM, "draft": DRAFT, "action": "check", field: value})
    assert answer.status == 422
    assert said in answer.text
    assert "<title>错误：" in answer.text
    shown = {"name": "周金水", "id_no": "361199196211050313", "place": "上饶县皂头乡"}
    for name, kept in (shown | ({field: value} if field in shown else {})).items():
        assert value_of(answer.text, name) == kept


def test_a_refusal_of_the_node_is_said_on_the_form(url: str, world: World) -> None:
    client = Client(url).sign_in("zhoumin")
    world.refuse_route = Refusal(DUTY_CONFLICT, "place")
    answer = client.post("/intake/new", {**FORM, "draft": DRAFT, "action": "check"})
    assert answer.status == 422
    assert DUTY_CONFLICT.zh in answer.text
    assert value_of(answer.text, "other_name") == "吴桂兰"


def test_naughty_text_is_shown_and_never_markup(url: str) -> None:
    client = Client(url).sign_in("zhoumin")
    fields = {name: NAUGHTY[:50] for name in ("name", "place", "other_name", "words", "number")}
    answer = client.post("/intake/new", {**FORM, **fields, "draft": DRAFT, "action": "where"})
    assert answer.status == 200
    assert "<script>window" not in answer.text
    assert "<img src=x" not in answer.text
    assert value_of(answer.text, "place") == NAUGHTY[:50].strip()


@pytest.mark.parametrize(
    "text", ["\x00\x01", "‮ردود", "𠮷𡈽", "a" * 20001, "\ud83d\ude00", "%s%n", "../../etc/passwd"]
)
def test_odd_text_never_breaks_a_page(url: str, text: str) -> None:
    client = Client(url).sign_in("zhoumin")
    sent = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    answer = client.post("/intake/new", {**FORM, "name": sent, "draft": DRAFT, "action": "check"})
    assert answer.status in (303, 422, 429)


def test_a_form_sent_after_the_session_ended_can_be_sent_again(url: str, world: World) -> None:
    client = Client(url).sign_in("zhoumin")
    token = client.token()
    world.sessions.clear()
    body = {**FORM, "draft": DRAFT, "action": "check", "_csrf": token}
    answer = client.post("/intake/new", body)
    assert answer.status == 401
    assert value_of(answer.text, "name") == "周金水"
    again = client.post(
        "/login",
        {
            "user": "zhoumin",
            "password": "correct horse battery",
            "totp": "123456",
            "next": "/intake/new",
            **{name: value_of(answer.text, name) for name in FORM},
            "draft": DRAFT,
            "action": "check",
        },
    )
    assert again.status == 200
    assert "继续提交" in again.text
    assert value_of(again.text, "id_no") == FORM["id_no"]
    assert not world.cases


def test_a_paper_must_be_a_picture_or_a_pdf(url: str, world: World) -> None:
    client = Client(url).sign_in("zhoumin")
    fields = {name: str(value) for name, value in FORM.items()} | {"draft": DRAFT}
    bad = client.upload("/intake/new", fields, "paper.id_card", b"MZ not a picture")
    assert bad.status == 422
    assert "JPG、PNG 或 PDF" in bad.text
    assert value_of(bad.text, "name") == "周金水"
    good = client.upload("/intake/new", fields, "paper.id_card", b"\xff\xd8\xff\xe0 jpeg")
    assert good.status == 200
    assert "✓ 申请人有效身份证件原件" in good.text


def test_too_large_a_body_is_refused_with_a_page(url: str) -> None:
    client = Client(url).sign_in("zhoumin")
    fields = {"draft": DRAFT}
    answer = client.upload(
        "/intake/new", fields, "paper.id_card", b"\xff\xd8\xff" + bytes(11 << 20)
    )
    assert answer.status == 429
    assert "FORM_TOO_LARGE" in answer.text


def test_a_draft_is_its_own_clerks(url: str, world: World) -> None:
    client = Client(url).sign_in("zhoumin")
    client.post("/intake/new", {**FORM, "draft": DRAFT, "action": "save"})
    assert value_of(client.get(f"/intake/new?draft={DRAFT}").text, "name") == "周金水"
    world.sessions["x" * 43] = next(one for one in STAFF if one.user == "lihua")
    assert Client(url).sign_in("linyan").get(f"/intake/new?draft={DRAFT}").status == 403


def test_a_returned_form_is_corrected_and_sent_again(url: str, world: World) -> None:
    clerk = Client(url).sign_in("zhoumin")
    file_one(clerk)
    reviewer = Client(url).sign_in("linyan")
    assert reviewer.post(f"/review/{CASE}", {"decision": "return", "note": "短"}).status == 422
    reviewer.post(f"/review/{CASE}", {"decision": "return", "note": "请补登记机关全称"})
    page = clerk.get(f"/intake/{CASE}").text
    assert "请补登记机关全称" in page
    opened = clerk.post(f"/intake/{CASE}/amend")
    form = clerk.get(opened.headers["location"]).text
    assert value_of(form, "name") == "周金水"
    draft = value_of(form, "draft")
    fields = {**FORM, "place": "上饶县皂头乡人民政府", "draft": draft, "action": "check"}
    assert clerk.post("/intake/new", fields).status == 303
    assert clerk.post(f"/intake/{draft}/check").headers["location"] == f"/intake/{CASE}"
    assert len(world.cases) == 1
    assert world.cases[CASE].state == "submitted"
    assert world.cases[CASE].application.query.place == "上饶县皂头乡人民政府"
    assert clerk.post(f"/intake/{CASE}/amend").status == 409


def test_english_pages_are_english(url: str) -> None:
    client = Client(url).sign_in("zhoumin")
    client.post("/me", {"language": "en", "size": "elder", "shortcuts": "off"})
    page = client.get("/intake/new").text
    assert '<html lang="en" data-size="elder">' in page
    assert "New request" in page
    left = re.sub(r"<[^>]+>", " ", page)
    left = re.sub(
        r"农历一九五六年八月廿二|民国35年|74年夏|1988年前后|、|结婚|登记|再婚|复婚|补办|离婚|补领|婚姻|证|撤销|嘉兴市档案馆|周敏",
        "",
        left,
    )
    assert not re.findall(r"[\u4e00-\u9fff]+", left)
