"""The desk's pages over HTTP: who may see what, what survives a refusal, what is never said."""

import re
import urllib.parse
from collections.abc import Iterator

import pytest
from desk_client import Client, value_of
from desk_server import desk_of
from fake_office import NAUGHTY, STAFF, World

from records.process_reasons import DUTY_CONFLICT
from records.refusal import Refusal
from webui.security import CSP

FORM = {
    "name": "周金水",
    "id_type": "resident_id",
    "id_no": "361199196211050313",
    "no_mobile": "yes",
    "relation": "party",
    "assurance": "document_photo",
    "category": "marriage_registration",
    "other_name": "吴桂兰",
    "place": "上饶县皂头乡",
    "period": "85年",
    "purpose": "property",
    "output": "extract",
    "delivery": "window",
    "consent": "yes",
}
DRAFT = "draft-" + "0" * 24
CASE = "LT-330400-20261121-0042"

PAGES = {
    "/intake": {"window_clerk", "window_reviewer"},
    "/intake/new": {"window_clerk"},
    f"/intake/{CASE}": {"window_clerk", "window_reviewer"},
    f"/intake/{CASE}/receipt": {"window_clerk", "window_reviewer"},
    f"/intake/{CASE}/deliver": {"window_clerk"},
    "/review": {"window_reviewer"},
    "/fulfil": {"release_dispatcher"},
    "/seal": {"seal_keeper"},
    "/me": {"window_clerk", "window_reviewer", "release_dispatcher", "seal_keeper"},
}
FORMS = {
    "/intake/new": {"window_clerk"},
    "/intake/new/side": {"window_clerk"},
    "/intake/new/clues": {"window_clerk"},
    f"/intake/{DRAFT}/check": {"window_clerk"},
    f"/intake/{CASE}/withdraw": {"window_clerk"},
    f"/intake/{CASE}/amend": {"window_clerk"},
    f"/intake/{CASE}/close": {"window_clerk"},
    f"/intake/{CASE}/supplement": {"window_clerk"},
    f"/intake/{CASE}/deliver": {"window_clerk"},
    f"/review/{CASE}": {"window_reviewer"},
    "/fulfil/next": {"release_dispatcher"},
    f"/fulfil/{CASE}/claim": {"release_dispatcher"},
    f"/fulfil/{CASE}/confirm": {"release_dispatcher"},
    f"/fulfil/{CASE}/return": {"release_dispatcher"},
    f"/fulfil/{CASE}/no-record": {"release_dispatcher"},
    f"/fulfil/{CASE}/refer": {"release_dispatcher"},
    f"/fulfil/{CASE}/refuse": {"release_dispatcher"},
    f"/fulfil/{CASE}/manual": {"release_dispatcher"},
    f"/fulfil/{CASE}/give-back": {"release_dispatcher"},
    f"/seal/{CASE}": {"seal_keeper"},
}


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def url(world: World) -> Iterator[str]:
    with desk_of(world) as address:
        yield address


def file_one(client: Client) -> str:
    answer = client.post("/intake/new", {**FORM, "draft": DRAFT, "action": "check"})
    assert answer.status == 303, re.findall(r'class="wrong"[^>]*>([^<]*)', answer.text)
    assert client.post(f"/intake/{DRAFT}/check").status == 303
    return CASE


def test_each_page_is_shown_to_its_posts_alone(url: str) -> None:
    file_one(Client(url).sign_in("zhoumin"))
    for one in STAFF:
        client = Client(url).sign_in(one.user)
        for path, posts in PAGES.items():
            wanted = 200 if posts & set(one.posts) else 403
            assert client.get(path).status == wanted, (one.user, path)


def test_each_act_is_open_to_its_posts_alone(url: str, world: World) -> None:
    for one in STAFF:
        client = Client(url).sign_in(one.user)
        for path, posts in FORMS.items():
            answer = client.post(path)
            refused = answer.status == 403 and "DUTY_NOT_HELD" in answer.text
            assert refused is not bool(posts & set(one.posts)), (one.user, path, answer.status)
    assert not world.cases


def test_nothing_is_shown_to_a_stranger(url: str) -> None:
    for path in PAGES:
        answer = Client(url).get(path)
        assert (answer.status, answer.headers["location"]) == (303, f"/login?next={path}")
    for path in FORMS:
        assert Client(url).post(path).status == 401
    assert Client(url).get("/events").status == 401


def test_every_answer_is_guarded_and_not_kept(url: str) -> None:
    client = Client(url).sign_in("zhoumin")
    for path in ("/intake", "/login", "/nowhere", "/static/0/x.css", "/seal"):
        headers = client.get(path).headers
        assert headers["content-security-policy"] == CSP, path
        assert headers["cache-control"] == "no-store", path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"


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


def test_a_form_of_another_session_is_kept_but_not_obeyed(url: str, world: World) -> None:
    client = Client(url).sign_in("zhoumin")
    other = Client(url).sign_in("zhoumin").token()
    answer = client.post("/intake/new", {**FORM, "draft": DRAFT, "_csrf": other, "action": "check"})
    assert answer.status == 409
    assert "FORM_EXPIRED" in answer.text
    assert value_of(answer.text, "name") == "周金水"
    assert value_of(answer.text, "_csrf") != other


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}],
)
def test_a_form_from_another_site_is_refused(url: str, headers: dict[str, str]) -> None:
    client = Client(url).sign_in("zhoumin")
    answer = client.post("/intake/new", {**FORM, "draft": DRAFT}, **headers)
    assert answer.status == 403
    assert "FORM_FROM_ELSEWHERE" in answer.text


def test_a_foreign_host_name_is_refused(url: str) -> None:
    assert Client(url).get("/login", Host="evil.example").status == 400


def test_the_session_cookie_is_for_this_site_and_no_script(url: str) -> None:
    client = Client(url)
    answer = client.post("/login", {"user": "zhoumin", "password": "x", "totp": "1"})
    assert answer.status == 401
    before = client.cookies["lantai_session"]
    signed = client.post(
        "/login", {"user": "zhoumin", "password": "correct horse battery", "totp": "123 456"}
    )
    cookie = signed.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert client.cookies["lantai_session"] != before


def test_sign_in_gives_one_answer_for_every_cause(url: str) -> None:
    tries = (
        {"user": "nobody", "password": "correct horse battery", "totp": "123456"},
        {"user": "zhoumin", "password": "wrong", "totp": "123456"},
        {"user": "zhoumin", "password": "correct horse battery", "totp": "000000"},
    )
    said = {
        re.sub(r'value="[^"]*"|data-now="\d+"', "", Client(url).post("/login", one).text)
        for one in tries
    }
    assert len(said) == 1


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example/x", "/\\evil", "evil"])
def test_sign_in_leads_nowhere_else(url: str, target: str) -> None:
    answer = Client(url).post(
        "/login",
        {"user": "zhoumin", "password": "correct horse battery", "totp": "123456", "next": target},
    )
    assert (answer.status, answer.headers["location"]) == (303, "/")


def test_sign_out_ends_the_session(url: str, world: World) -> None:
    client = Client(url).sign_in("zhoumin")
    assert client.post("/logout").status == 303
    assert not world.sessions
    assert client.get("/intake").status == 303


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
    assert world.cases[CASE].work_state != "candidates"


def test_a_question_is_answered_on_the_supplement_page(url: str, world: World) -> None:
    clerk = Client(url).sign_in("zhoumin")
    file_one(clerk)
    Client(url).sign_in("linyan").post(f"/review/{CASE}", {"decision": "accept"})
    partner = Client(url).sign_in("wangmin")
    partner.post(f"/fulfil/{CASE}/claim")
    partner.post(f"/fulfil/{CASE}/return", {"question": "父亲姓名？", "reason": "unclear"})
    assert "父亲姓名？" in clerk.get(f"/intake/{CASE}").text
    page = clerk.get(f"/intake/{CASE}/supplement").text
    assert value_of(page, "place") == "上饶县皂头乡"
    sent = {"holder": "361100", "place": "上饶县皂头公社", "name": "另一人", "period": "1985"}
    assert clerk.post(f"/intake/{CASE}/supplement", sent).status == 303
    after = world.cases[CASE].application
    assert after.query.place == "上饶县皂头公社"
    assert after.applicant.name == "周金水"


def test_a_fault_says_an_incident_and_nothing_else(
    url: str, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    client = Client(url).sign_in("zhoumin")

    def fail(*_: object) -> None:
        raise RuntimeError("周金水 361199196211050313")

    world.list_cases = fail  # type: ignore[method-assign,assignment]
    answer = client.get("/intake")
    assert answer.status == 500
    incident = re.search(r"事件号 <span[^>]*>([0-9a-f]{12})<", answer.text)
    assert incident is not None
    assert incident[1] in caplog.text
    for text in (answer.text, caplog.text):
        assert "周金水" not in text
        assert "361199196211050313" not in text


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


def test_a_password_is_taken_as_typed(url: str, world: World) -> None:
    answer = Client(url).post(
        "/login", {"user": "zhoumin", "password": " correct horse battery", "totp": "123456"}
    )
    assert answer.status == 401


def test_no_name_or_number_is_in_a_path(url: str) -> None:
    client = Client(url).sign_in("zhoumin")
    file_one(client)
    pages = [client.get(path).text for path in ("/intake", f"/intake/{CASE}")]
    links = re.findall(r'(?:href|action|src|hx-get|data-refresh-url)="([^"]*)"', "".join(pages))
    for link in links:
        assert "周" not in urllib.parse.unquote(link)
        assert "3611991962" not in link


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
