"""/agreements (M4) and /catalog (M6) over HTTP: forms, refusals, nothing typed is lost."""

from dataclasses import replace

import pytest
from desk_client import Client, value_of
from desk_world import CASE, file_one, url, world
from fake_management import BATCH, WAITING
from fake_office import NAUGHTY, PASSWORD, World

from records.exchange import Proof

__all__ = ["url", "world"]

TERMS: dict[str, object] = {
    "partner": "xiaoshan",
    "direction": "both",
    "our_phone": "0573-82521000",
    "their_phone": "0571-82900000",
    "categories": ["marriage_registration", "school_record"],
    "requester_types": ["party", "spouse"],
    "year_from": "1949",
    "year_to": "2013",
    "granularity": "extract",
    "seal_mode": "HOLDER_ELECTRONIC",
    "delivery": ["window", "online"],
    "minutes": "15",
    "daily_quota": "200",
    "valid_from": "2027-01-01",
    "valid_to": "2029-12-31",
    "notice_days": "30",
    "legal_basis": "档案法第二十八条",
}
AMENDED = {**TERMS, "agreement_id": "jiaxing-shangrao-2026", "partner": "shangrao"}


@pytest.fixture
def leader(url: str) -> Client:
    return Client(url).sign_in("chenli")


def test_a_leader_sees_what_a_text_does_before_signing_it(leader: Client, world: World) -> None:
    seen = leader.post("/agreements/new", {**TERMS, "action": "check"})
    assert seen.status == 200 and "新协议：对方签字后生效" in seen.text
    assert len(world.management.agreements.sheets) == 2, "looking signs nothing"
    wrong = leader.post("/agreements/new", {**TERMS, "action": "sign", "password": "no"})
    assert wrong.status == 401 and value_of(wrong.text, "partner") == "xiaoshan"
    done = leader.post("/agreements/new", {**TERMS, "action": "sign", "password": PASSWORD})
    assert done.status == 303
    made = world.management.agreements.sheets[-1].agreement
    assert (made.agreement_id, made.version) == ("jiaxing-xiaoshan-2027", 1)
    assert made.asking_nodes == made.holding_nodes == ("jiaxing", "xiaoshan")
    assert made.delivery == ("window", "online")


def test_an_amendment_says_what_it_would_refuse(leader: Client, world: World) -> None:
    page = leader.get("/agreements/new?amend=jiaxing-shangrao-2026").text
    assert value_of(page, "partner") == "shangrao" and value_of(page, "minutes") == "15"
    narrower = {**AMENDED, "categories": ["marriage_registration"], "action": "check"}
    seen = leader.post("/agreements/new", narrower).text
    assert "拿最近 30 件协查试算：有 1 件将不能办理" in seen and "不含该类别" in seen
    leader.post("/agreements/new", {**AMENDED, "action": "sign", "password": PASSWORD})
    made = world.management.agreements.sheets[-1].agreement
    assert (made.agreement_id, made.version) == ("jiaxing-shangrao-2026", 2)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("partner", ""),
        ("partner", "jiaxing"),
        ("partner", NAUGHTY),
        ("categories", []),
        ("categories", ["nothing"]),
        ("requester_types", []),
        ("delivery", ["pigeon"]),
        ("minutes", "0"),
        ("minutes", "１５"),
        ("daily_quota", "100001"),
        ("notice_days", "9" * 400),
        ("valid_to", "2026-01-01"),
        ("valid_from", "tomorrow"),
        ("year_to", "1900"),
        ("granularity", "everything"),
        ("seal_mode", "RUBBER"),
        ("legal_basis", ""),
        ("our_phone", NAUGHTY),
    ],
)
def test_a_text_that_cannot_be_kept_stays_on_the_form(
    leader: Client, world: World, field: str, value: object
) -> None:
    sent = {**TERMS, field: value, "action": "sign", "password": PASSWORD}
    answer = leader.post("/agreements/new", sent)
    assert answer.status == 422 and f'href="#{field}"' in answer.text
    assert value_of(answer.text, "legal_basis") == TERMS["legal_basis"] or field == "legal_basis"
    assert "<script>window.hit" not in answer.text
    assert len(world.management.agreements.sheets) == 2


def test_a_proposal_is_countersigned_only_when_it_was_read(leader: Client, world: World) -> None:
    path = "/agreements/jiaxing-pudong-2026/1"
    page = leader.get(path).text
    assert "未签" in page and "馆签字" in page
    assert leader.post(f"{path}/sign", {"password": PASSWORD}).status == 422
    refused = leader.post(f"{path}/sign", {"read": "yes", "password": "wrong"})
    assert refused.status == 401 and "签名口令不对" in refused.text
    assert leader.post(f"{path}/sign", {"read": "yes", "password": PASSWORD}).status == 303
    assert world.management.agreements.sheets[1].standing == "in_force"


def test_the_end_of_an_agreement_has_a_day_and_a_reason(leader: Client, world: World) -> None:
    path = "/agreements/jiaxing-shangrao-2026/1/retire"
    answer = leader.post(path, {"last_day": "soon", "reason": ""})
    assert answer.status == 422 and value_of(answer.text, "last_day") == "soon"
    sent = {"last_day": "2027-06-30", "reason": "机构调整", "retire_password": PASSWORD}
    assert leader.post(path, sent).status == 303
    assert world.management.agreements.sheets[0].standing == "retiring"


def test_who_looks_sees_no_form(url: str) -> None:
    page = Client(url).sign_in("xujing").get("/agreements/jiaxing-shangrao-2026/1").text
    assert "今日使用" in page and "通知终止" not in page.replace("终止须提前通知", "")
    listing = Client(url).sign_in("xujing").get("/catalog").text
    assert "12408" in listing and "城关镇受潮待修" in listing and "检测并汇交" not in listing


def test_a_batch_is_sent_by_one_person_and_taken_in_by_another(url: str, world: World) -> None:
    keeper = Client(url).sign_in("zongku")
    empty = keeper.post("/catalog", {"category": ""})
    assert empty.status == 422 and 'href="#category"' in empty.text and 'href="#file"' in empty.text
    sent = keeper.upload("/catalog", {"category": "school_record"}, "file", b"a,b\n1,2\n")
    assert sent.status == 303
    path = sent.headers["location"]
    assert "等待数据汇交审核员处理" in keeper.get(path).text
    assert keeper.post(f"{path}/accept", {"read": "yes"}).status == 403
    reviewer = Client(url).sign_in("dengke")
    assert reviewer.post(f"{path}/accept").status == 422
    assert reviewer.post(f"{path}/accept", {"read": "yes"}).status == 303
    assert "已入库" in reviewer.get(path).text
    again = reviewer.post(f"{path}/accept", {"read": "yes"})
    assert again.status == 409 and "已经处理过" in again.text


def test_a_batch_goes_back_with_a_reason(url: str, world: World) -> None:
    reviewer = Client(url).sign_in("dengke")
    short = reviewer.post(f"/catalog/{WAITING}/decline", {"note": "坏"})
    assert short.status == 422 and value_of(short.text, "note") == "坏"
    assert reviewer.post(f"/catalog/{WAITING}/decline", {"note": "缺少登记机关"}).status == 303
    assert "缺少登记机关" in reviewer.get(f"/catalog/{WAITING}").text


def test_the_report_names_lines_and_checks_never_values(url: str) -> None:
    reviewer = Client(url).sign_in("dengke")
    page = reviewer.get(f"/catalog/{BATCH}").text
    assert "真实性" in page and "A07" in page and "档号不合规" in page
    file = reviewer.get(f"/catalog/{BATCH}/report.csv")
    assert file.headers["content-type"].startswith("text/csv")
    assert file.data.decode("utf-8-sig").splitlines()[1] == "7,A07,不通过,reference_code,档号不合规"


def test_both_pages_are_whole_in_english(url: str) -> None:
    client = Client(url, cookies={"lantai_language": "en"}).sign_in("chenli")
    for path, said in (
        ("/agreements", "Days left"),
        ("/agreements/jiaxing-shangrao-2026/1", "Use today"),
        ("/agreements/new", "Legal basis"),
        ("/catalog", "Declared coverage"),
        (f"/catalog/{BATCH}", "Four-properties report"),
    ):
        assert said in client.get(path).text, path


def test_the_reviewer_reads_form_and_papers_before_admitting(url: str, world: World) -> None:
    file_one(Client(url).sign_in("zhoumin"))
    case, photo = world.cases[CASE], b"\xff\xd8\xff a photograph"
    proof = Proof(kind="death_proof", sha256=world.images.put(photo), media_type="image/jpeg")
    case.application = replace(case.application, proofs=(proof,))
    reviewer = Client(url).sign_in("linyan")
    page = reviewer.get(f"/review?id={CASE}").text
    assert "身份核验方式" in page and "吴桂兰" in page and "上饶县皂头乡" in page
    path = f"/review/{CASE}/paper/{proof.sha256}"
    assert path in page
    assert reviewer.get(path).data == photo
    assert reviewer.get(f"/review/{CASE}/paper/{'0' * 64}").status in (403, 404)
    assert Client(url).sign_in("zhoumin").get(path).status == 403
