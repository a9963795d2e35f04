"""An application by phone, from the first question to the extract, with real nodes behind it."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from citizen_world import ZHOU, Phone, citizen_pages
from exchange_world import Federation, build_federation
from node_acts import progress, wait_for, zhou

from node.adapters.demo_real_name import DemoRealName
from node.citizen_config import load_citizen_config
from node.cli.citizens import make_box, open_letterbox, real_name_of
from node.domain.commands import ReturnCommand, ReviewCommand, WorkCommand
from records.refusal import Refusal

JIAXING, SHANGRAO = "330400", "361100"


def wall_clock() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def federation(tmp_path_factory, table_folder) -> Iterator[Federation]:
    made = build_federation(tmp_path_factory.mktemp("citizens"), table_folder)
    made.world.agree("jiaxing", "shangrao", version=2, delivery=("window", "online"))
    made.world.publish()
    data = made.world.nodes["jiaxing"].data
    make_box(data, data / "citizen", listen="127.0.0.1:0")
    made.start("jiaxing")
    made.start("shangrao")
    yield made
    made.close()


@pytest.fixture(scope="module")
def url(federation) -> Iterator[str]:
    with citizen_pages(federation.world.nodes["jiaxing"].data / "citizen", wall_clock) as found:
        yield found


def filing_of(phone: Phone) -> str:
    found = re.search(r'href="/mine/([0-9a-f]{32})"', phone.get("/mine").text)
    assert found is not None
    return found[1]


def case_of(phone: Phone, filing: str) -> str:
    def named() -> str:
        found = re.search(r"LT-330400-\d{8}-\d+", phone.get(f"/mine/{filing}").text)
        return found[0] if found else ""

    return str(wait_for(named, message="the letter was never opened"))


def shows(phone: Phone, path: str, text: str) -> str:
    def seen() -> str:
        page = phone.get(path).text
        return page if text in page else ""

    return str(wait_for(seen, message=f"{path} never showed {text}"))


def apply_by_phone(
    url: str, mobile_end: str = "1234", **changes: dict[str, str]
) -> tuple[Phone, str]:
    phone = Phone(url)
    phone.begin()
    phone.answer_all(**changes)
    phone.prove(mobile=f"1380000{mobile_end}")
    phone.file()
    filing = filing_of(phone)
    return phone, filing


def review(federation: Federation, case_no: str, *, note: str = "") -> None:
    office = federation.world.office("jiaxing")
    command = ReviewCommand(case_no=case_no, accept=not note, note=note)
    office.review.review(command, federation.world.actor(JIAXING, "reviewer"))


def test_a_marriage_is_found_and_downloaded_without_a_window(federation, url):
    phone, filing = apply_by_phone(url)
    case_no = case_of(phone, filing)
    office, world = federation.world.office("jiaxing"), federation.world
    seen = progress(world, case_no)
    # Nothing was admitted by a machine: the case waits at 登记审核, asserted as well as proven.
    assert (seen.summary.state, seen.legs) == ("submitted", ())
    form = seen.application
    assert form.applicant.identity_assurance == "national_net_id"
    assert (form.applicant.name, form.query.subject.former_names) == ("周金水", ("周锦水",))
    assert seen.filed_by == "申请人本人（手机）"
    view = office.review.view(case_no, world.actor(JIAXING, "reviewer"))
    assert view.route.eligible and view.filed_by == "申请人本人（手机）"
    review(federation, case_no)
    federation.fulfil(case_no, SHANGRAO)
    page = shows(phone, f"/mine/{filing}", "/file/")
    sha256 = re.search(r"/file/([0-9a-f]{64})\"", page)
    assert sha256 is not None
    answer = phone.get(f"/mine/{filing}/file/{sha256[1]}")
    assert answer.status == 200 and answer.headers["content-type"] == "application/pdf"
    assert hashlib.sha256(answer.data).hexdigest() == sha256[1]
    # That the citizen has it is what stops the clock, and it stands in the log.
    federation.wait_for_state(case_no, "delivered")
    auditor = replace(world.actor(JIAXING, "clerk"), posts=("auditor",))
    log = office.supervision.read_log(auditor, -1, case_no)
    assert {"phone_sent", "phone_received"} <= {leaf.kind for leaf in log}
    assert all("周" not in leaf.actor + leaf.note for leaf in log)


def test_progress_is_followed_with_code_and_digits_alone(federation, url):
    phone, filing = apply_by_phone(url, "9876")
    code = phone.cookies["lantai_filing"]
    case_of(phone, filing)
    other = Phone(url)
    assert other.post("/track", {"code": code, "mobile_end": "0000"}).status == 404
    assert other.post("/track", {"code": "ABCD-ABCD-ABCD", "mobile_end": "9876"}).status == 404
    typed = code.lower().replace("-", " ")
    assert other.post("/track", {"code": typed, "mobile_end": "9876"}).status == 303
    page = other.get("/track/case").text
    assert "登记审核" in page and "等待工作人员审核" in page
    assert "周金水" not in page and ZHOU["id_no"] not in page
    # What is one's own wants an identity: the code alone opens neither papers nor the extract.
    assert other.get(f"/mine/{filing}").headers["location"] == "/real-name"


def test_what_the_reviewer_misses_is_added_by_phone(federation, url):
    phone, filing = apply_by_phone(url, where={"place": ""}, when={"period": ""})
    case_no = case_of(phone, filing)
    review(federation, case_no, note="请补充登记地点")
    shows(phone, f"/mine/{filing}", "请补充登记地点")
    empty = phone.post(f"/mine/{filing}/more", {})
    assert empty.status == 422 and "请至少填一项" in empty.text
    sent = phone.post(
        f"/mine/{filing}/more", {"place": "上饶县", "period": "1985", "words": "在桥头登记"}
    )
    assert sent.status == 303
    federation.wait_for_state(case_no, "submitted")
    form = progress(federation.world, case_no).application
    assert (form.query.place, form.query.period.start) == ("上饶县", "1985")
    assert form.query.words == "公社在桥头 在桥头登记"
    review(federation, case_no)


def test_an_archives_question_is_answered_by_phone(federation, url):
    phone, filing = apply_by_phone(url, other={"other_name": ""})
    case_no = case_of(phone, filing)
    review(federation, case_no)
    office, world = federation.world.office("shangrao"), federation.world
    dispatcher = world.actor(SHANGRAO, "dispatcher")

    def searched() -> bool:
        found = office.work.list_work(dispatcher, ["candidates"])
        return any(work.case_no == case_no for work in found)

    wait_for(searched)
    office.work.claim(WorkCommand(case_no=case_no, holder_archive=SHANGRAO), dispatcher)
    office.answer.return_request(
        ReturnCommand(
            case_no=case_no, holder_archive=SHANGRAO, reason="unclear", question="配偶姓名是什么？"
        ),
        dispatcher,
    )
    shows(phone, f"/mine/{filing}", "配偶姓名是什么？")
    assert phone.post(f"/mine/{filing}/more", {"other_name": "吴桂兰"}).status == 303
    federation.fulfil(case_no, SHANGRAO)
    shows(phone, f"/mine/{filing}", "/file/")


def test_the_applicant_withdraws(federation, url):
    phone, filing = apply_by_phone(url)
    case_no = case_of(phone, filing)
    assert phone.post(f"/mine/{filing}/withdraw").status == 422
    assert phone.post(f"/mine/{filing}/withdraw", {"sure": "yes"}).status == 303
    federation.wait_for_state(case_no, "withdrawn")
    shows(phone, f"/mine/{filing}", "已撤回")
    again = phone.post(f"/mine/{filing}/withdraw", {"sure": "yes"})
    assert again.status == 409 and "申请已经走到下一步" in again.text


def test_a_letter_that_no_archive_can_take_is_answered_with_the_reason(federation, url):
    config, places = load_citizen_config(federation.world.nodes["jiaxing"].data / "citizen")
    box = open_letterbox(config, places)
    provider = real_name_of(config, places.folder)
    assert isinstance(provider, DemoRealName)
    said = {"name": "陈桂芳", "id_no": "332199195202140756", "mobile": "13800005555"}
    person = provider.redeem(provider.prove(said, "s", wall_clock()), "s", wall_clock())
    hers = replace(zhou().applicant, name=person.name, id_no=person.id_no)
    nothing = replace(zhou(proofs=()), applicant=hers, purpose="nothing")
    code = box.begin(wall_clock())
    box.file(code, nothing, person, wall_clock())
    found = wait_for(lambda: [f for f in box.list(person) if f.code == code and f.view])
    assert found[0].view.refused_code == "APPLICATION_MALFORMED"
    assert found[0].view.case_no == ""
    theirs = box.begin(wall_clock())
    box.file(theirs, zhou(proofs=()), person, wall_clock())
    found = wait_for(lambda: [f for f in box.list(person) if f.code == theirs and f.view])
    assert found[0].view.refused_code == "CITIZEN_IDENTITY_UNPROVEN"
    for _ in range(config.filings_a_day - 2):
        again = box.begin(wall_clock())
        box.file(again, nothing, person, wall_clock())
    last = box.begin(wall_clock())
    with pytest.raises(Refusal, match="CITIZEN_TOO_MANY"):
        box.file(last, zhou(proofs=()), person, wall_clock())


def test_who_looked_is_answered_by_the_node_itself(federation, url):
    phone = Phone(url).prove(name="陈桂香", id_no="361199196201010035", mobile="13800007777")
    path = phone.post("/looks").headers["location"]
    page = shows(phone, path, "截至")
    assert "没有查阅记录" in page and "嘉兴市档案馆" in page and "依法暂不告知" in page
