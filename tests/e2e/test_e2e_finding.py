"""Acceptance scenarios of finding the right record, from the window to the paper (domain.md §7)."""

import hashlib
import json
from dataclasses import replace

import pytest

from deploy.holdings.scenario_people import (
    HUANG_AMAO,
    P1,
    P2,
    P5,
    P6,
    P7,
    WANG_XIUYING,
    Person,
)
from deploy.localnet.applications import as_subject, own_application
from node.domain.application import Application
from node.domain.commands import AnswerQuestionCommand, PageCover, ReferCommand, ReturnCommand
from node.domain.views import WorkDetail
from records.exchange import Applicant, Proof
from records.queries import Period, RecordQuery, SoughtPerson
from records.refusal import Refusal
from tests.e2e.desks import World, run, wait_until
from tests.e2e.test_e2e_scenarios import MARRIAGE, YOUTH, text_of

SCHOOL = "school_record"


def marriage_of(person: Person, window: str = "330400", **facts: object) -> Application:
    """A form for the person's own marriage record, with what is known of it."""
    subject = facts.pop("subject", as_subject(person))
    query = RecordQuery(category=MARRIAGE, subject=subject, **facts)  # type: ignore[arg-type]
    return own_application(person, window, query)


def answer_question(world: World, case_no: str, archive_code: str, form: Application) -> None:
    """The window gives the fact that the holder asked for."""
    office = world.local.office("jiaxing")
    clerk = world.counter(form.window_archive).officer("clerk")
    command = AnswerQuestionCommand(case_no=case_no, holder_archive=archive_code, application=form)
    office.file_request.answer_question(command, clerk)


def shown(detail: WorkDetail) -> list[str]:
    return [one.entry.reference_code for one in detail.candidates]


def test_e03_an_old_number_in_another_typing_is_the_same_number(world: World) -> None:
    form = marriage_of(
        P1, place="嘉兴市郊区", number="（８２）嘉郊结字第三十七号",
        subject=SoughtPerson(name=P1.name, id_no=P1.id_no),
    )  # fmt: skip
    case_no = world.file_and_review(form)
    detail = world.fulfil(case_no, "330400", {"certificate_no": "(82)嘉郊结字第37号"})
    assert shown(detail) == ["L021-003-0302-037"]
    assert detail.summary.outcome == "HIT_UNIQUE"
    pdf = world.counter("330400").save_certificate(case_no, world.documents)
    assert "(82)嘉郊结字第37号" in text_of(pdf), "the page's own wording is printed"


def test_e05_a_dialect_homophone_waits_for_the_spouse_and_is_noted_on_paper(world: World) -> None:
    wang = replace(HUANG_AMAO, name="王阿毛")
    period = Period(start="1978", end="1978")
    form = marriage_of(wang, place="嘉兴县", period=period)
    case_no = world.file_and_review(form)
    holder = world.counter("330400")
    detail = holder.claim(case_no)
    assert [(one.tier, one.releasable) for one in detail.candidates] == [("dialect", False)]
    assert (detail.summary.outcome, detail.ask) == ("HIT_AMBIGUOUS", "配偶姓氏？")
    ask(world, case_no, "330400", detail.ask)
    holder.wait_for(case_no, lambda case: bool(case.legs[0].question))
    more = replace(form, query=replace(form.query, other_party=SoughtPerson(name="朱小娥")))
    answer_question(world, case_no, "330400", more)
    detail = world.fulfil(case_no, "330400")
    assert detail.summary.outcome == "HIT_DISCREPANCY"
    pdf = holder.save_certificate(case_no, world.documents)
    text = text_of(pdf)
    assert "黄阿毛" in text and "王阿毛" in text and "不一致" in text, "T1 with the T4 paragraph"


def ask(world: World, case_no: str, archive_code: str, question: str) -> None:
    """The holder's dispatcher asks back; the window sees the question and nothing else."""
    office = world.local.office("jiaxing")
    officer = world.counter(archive_code).officer("dispatcher")
    command = ReturnCommand(
        case_no=case_no,
        holder_archive=archive_code,
        reason="several_candidates",
        question=question,
    )
    office.answer.return_request(command, officer)


def test_e06_three_namesakes_become_one_by_the_husbands_surname(world: World) -> None:
    subject = SoughtPerson(name=WANG_XIUYING.name, sex="女")
    form = marriage_of(
        WANG_XIUYING, subject=subject, place="海宁", period=Period(start="1983", end="1983")
    )
    case_no = world.file_and_review(form)
    holder, window = world.counter("330481"), world.counter("330400")
    detail = holder.claim(case_no)
    assert detail.summary.outcome == "HIT_AMBIGUOUS" and len(shown(detail)) == 3
    assert detail.ask == "配偶姓氏？"
    ask(world, case_no, "330481", detail.ask)
    progress = window.wait_for(case_no, lambda case: bool(case.legs[0].question))
    (leg,) = progress.legs
    assert leg.holder_archive == "330481" and leg.question == "配偶姓氏？"
    assert leg.answer is not None
    told = leg.answer.payload.decode()
    for stranger in ("陆明华", "许国兴", "邵金荣", "1960-11-23"):
        assert stranger not in told, "no third party's data leaves the holder"
    more = replace(form, query=replace(form.query, other_party=SoughtPerson(name="陆")))
    answer_question(world, case_no, "330481", more)
    detail = world.fulfil(case_no, "330481")
    assert shown(detail) == ["L034-003-0311-020"]
    pdf = window.save_certificate(case_no, world.documents)
    text = text_of(pdf)
    assert "陆明华" in text and "许国兴" not in text and "邵金荣" not in text


def test_e10_a_court_divorce_is_referred_and_her_marriage_record_is_offered(world: World) -> None:
    form = marriage_of(
        P6, place="川沙县", period=Period(start="1991", end="1991"),
        other_party=SoughtPerson(name="唐福荣"), free={"event_type": "离婚"},
    )  # fmt: skip
    preview = world.local.office("jiaxing").file_request.preview(
        form, world.counter("330400").officer("clerk")
    )
    assert any("法院" in referral for referral in preview.referrals), "the court is named at once"
    case_no = world.file_and_review(form)
    holder = world.counter("310115")
    detail = holder.claim(case_no)
    offered = {*shown(detail), *(one.reference_code for one in detail.related)}
    assert offered == {"P115-002-0093-019"}, "her marriage of 1972 is still offered"
    referral = "离婚由人民法院判决的，请向审理法院查询；本馆藏有1972年结婚登记，可另行申请"
    world.local.office("pudong").answer.refer(
        ReferCommand(case_no=case_no, holder_archive="310115", referral=referral),
        holder.officer("dispatcher"),
    )
    window = world.counter("330400")
    progress = window.wait_for(case_no, lambda case: case.legs[0].outcome == "REFERRED")
    assert progress.certificates == ()
    again = marriage_of(
        P6, place="川沙县", period=Period(start="1972", end="1972"),
        other_party=SoughtPerson(name="唐福荣"),
    )  # fmt: skip
    _, pdf = world.extract(again, "310115")
    assert "唐福荣" in text_of(pdf)


def test_e11_both_archives_answer_with_their_own_dates(world: World) -> None:
    query = RecordQuery(
        category=YOUTH,
        subject=as_subject(P5),
        place="川沙县",
        period=Period(start="1969", end="1978"),
        free={"destination_place": "江西省波阳县"},
    )
    form = own_application(P5, "330400", query, purpose="seniority")
    case_no = world.file_and_review(form)
    window = world.counter("330400")
    progress = window.progress(case_no)
    assert {leg.holder_archive for leg in progress.legs} == {"310115", "361100"}
    for archive in ("310115", "361100"):
        world.fulfil(case_no, archive)
    progress = window.wait_for(case_no, lambda case: len(case.certificates) == 2)
    assert {leg.outcome for leg in progress.legs} == {"HIT_UNIQUE"}
    clerk = window.officer("clerk")
    office = world.local.office("jiaxing")
    texts = {}
    for file in progress.certificates:
        path = world.documents / f"{file.number}.pdf"
        path.write_bytes(office.cases.certificate(case_no, file.sha256, clerk))
        texts[file.number[:6]] = text_of(path)
    assert "1969年3月5日" in texts["310115"] and "1969年4月2日" not in texts["310115"]
    assert "1969年4月2日" in texts["361100"] and "1978年11月" in texts["361100"]
    assert not any("工龄" in text for text in texts.values()), "no years are computed"
    cover = office.cases.cover_sheet(case_no, clerk)
    assert cover.template == "T7" and "各馆均已答复" in "".join(cover.closing)
    for file in progress.certificates:
        assert any(file.number in line for line in cover.closing)


def test_e18_a_lunar_day_and_a_nominal_age_meet_the_card(world: World) -> None:
    zhou = Person(name="周福根", sex="男", id_no="330499193402030219", birth="1934-02-03")
    form = marriage_of(
        zhou, place="嘉兴县", period=Period(start="1956", end="1956"),
        other_party=SoughtPerson(name="沈月仙"),
    )  # fmt: skip
    case_no = world.file_and_review(form)
    detail = world.fulfil(case_no, "330400", {"event_date": "八月廿二日"})
    assert shown(detail) == ["L021-001-0019-009"]
    how = {one.field: one.how for one in detail.candidates[0].reasons}
    assert how["a_birth"] == "nominal_age"
    rows, order = world.rows(case_no, "330400"), world.order(case_no, "330400")
    assert rows["event_date"].value == "八月廿二日"
    assert any("1956-09-26" in note and "农历" in note for note in order.notes), order.notes


def test_e19_an_obsolete_code_of_the_number_leads_to_haining_alone(world: World) -> None:
    done = run(
        "lantai-registry", "route", "--category", MARRIAGE, "--number", "J339002-1988-000015",
        "--year", "1988", "--from", "jiaxing", "--data", world.federation.registry["data"],
        "--json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert [one["archive_code"] for one in answer["nodes"]] == ["330481"]
    zhu = Person(name="朱建明", sex="男", id_no="339002196310090011", birth="1963-10-09")
    form = marriage_of(zhu, period=Period(start="1988", end="1988"),
                       other_party=SoughtPerson(name="严玉芳"))  # fmt: skip
    preview = world.local.office("jiaxing").file_request.preview(
        form, world.counter("330400").officer("clerk")
    )
    assert preview.legs == () and preview.choices == ("浙江省嘉兴市海宁市",), "offered, not taken"
    form = replace(form, query=replace(form.query, place="海宁"))
    case_no = world.file_and_review(form)
    detail = world.counter("330481").claim(case_no)
    assert shown(detail) == ["L034-003-0350-015"]
    assert [leg.holder_archive for leg in world.counter("330400").progress(case_no).legs] == [
        "330481"
    ]


def test_e20_a_split_district_is_looked_for_in_both_and_found_by_coverage(world: World) -> None:
    done = run(
        "lantai-registry", "route", "--category", MARRIAGE, "--place", "杭州市江干区",
        "--year", "1995", "--from", "jiaxing", "--data", world.federation.registry["data"],
        "--json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert {"330102", "330114"} <= {one["code"] for one in answer["jurisdictions"]}
    assert [one["archive_code"] for one in answer["nodes"]] == ["330481"]
    yu = Person(name="俞建国", sex="男", id_no="330499196908120212", birth="1969-08-12")
    form = marriage_of(yu, place="杭州市江干区", period=Period(start="1995", end="1995"),
                       other_party=SoughtPerson(name="何美珍"))  # fmt: skip
    case_no = world.file_and_review(form)
    detail = world.fulfil(case_no, "330481")
    assert (shown(detail), detail.summary.outcome) == (["L034-008-0021-044"], "HIT_UNIQUE")
    notes = world.order(case_no, "330481").notes
    assert any("江干区今为" in note and "钱塘区" in note for note in notes), notes


def test_e12_a_roster_page_is_copied_with_the_other_pupils_covered(world: World) -> None:
    query = RecordQuery(
        category=SCHOOL,
        subject=replace(as_subject(P7), former_names=("徐卫东",)),
        place="嘉兴县",
        period=Period(start="1971", end="1971"),
        free={"school": "嘉兴市实验中学"},
    )
    form = replace(own_application(P7, "330400", query, purpose="seniority"), output="copy")
    case_no = world.file_and_review(form)
    holder = world.counter("330400")
    detail = holder.claim(case_no)
    assert (shown(detail), detail.summary.outcome) == (["X051-001-0014-027"], "HIT_PARTIAL")
    how = {one.field: (one.how, one.recorded) for one in detail.candidates[0].reasons}
    assert how["name"] == ("former_name", "徐卫东") and how["school"][0] == "lineage"
    holder.compare(detail)
    (page,) = (image.sha256 for image in detail.candidates[0].entry.images)
    with pytest.raises(Refusal) as refused:
        holder.release(case_no, pages=(page,))
    assert refused.value.code == "COVERS_MISSING", "other pupils stand on that page"
    # The second line of two names stays open on its left half: 徐卫东 is the third.
    boxes = ((0, 160, 1000, 226), (500, 226, 1000, 286), (0, 286, 1000, 520))
    holder.release(case_no, pages=(page,), covers=(PageCover(sha256=page, boxes=boxes),))
    holder.seal(case_no)
    order = world.order(case_no, "330400")
    assert (order.template, order.rows) == ("T2", ())
    assert "涉及他人的内容已作遮盖处理" in order.opening
    (released,) = order.pages
    assert released.sha256 != page, "a new picture left, not the page"
    pdf = holder.save_certificate(case_no, world.documents)
    assert "复制件证明" in text_of(pdf)
    data = world.local.office("jiaxing").work.page_image(
        case_no, "330400", page, holder.officer("dispatcher")
    )[0]
    assert released.sha256 not in (hashlib.sha256(data).hexdigest(), page)


def test_e23_a_mediator_gets_both_papers_of_a_hill_in_one_bundle(world: World) -> None:
    query = RecordQuery(
        category="forest_right",
        place="上饶县大坞里",
        period=Period(start="1980", end="2016"),
        free={"subject": "大坞里"},
    )
    form = mediation_application(query)
    case_no = world.file_and_review(form)
    holder = world.counter("361100")
    detail = holder.claim(case_no)
    assert set(shown(detail)) == {"N031-001-0012-003", "N031-002-0120-001"}
    holder.compare(detail)
    pages = tuple(image.sha256 for one in detail.candidates for image in one.entry.images)
    assert len(pages) == 2
    covers = tuple(PageCover(sha256=one, boxes=((140, 220, 520, 285),)) for one in pages)
    holder.release(case_no, pages=pages, covers=covers)
    holder.seal(case_no)
    order = world.order(case_no, "361100")
    assert order.template == "T2" and len(order.pages) == 2
    assert "N031-001-0012-003" in order.opening and "N031-002-0120-001" in order.opening
    assert not set(pages) & {one.sha256 for one in order.pages}
    text = text_of(holder.save_certificate(case_no, world.documents))
    assert "复制件证明" in text and "N031-002-0120-001" in text


def mediation_application(query: RecordQuery) -> Application:
    """调解中心 at the window of 上饶: a letter with the number of the case, no person's record."""
    return Application(
        window_archive="361100",
        applicant=Applicant(
            name="上饶县矛盾纠纷调解中心",
            id_type="officer_letter",
            id_no="饶调（2026）第12号",
            relation="mediation_centre",
            identity_assurance="document_photo",
        ),
        query=query,
        purpose="relocation",
        output="copy",
        proofs=(Proof(kind="mediation_case_no", sha256="0" * 63 + "2", media_type="image/jpeg"),),
        consent=True,
    )


def test_e24_four_events_are_shown_and_one_is_certified(world: World) -> None:
    form = marriage_of(P1, place="嘉兴市郊区", other_party=SoughtPerson(name=P2.name),
                       period=Period(start="1982", end="1982"))  # fmt: skip
    case_no = world.file_and_review(form)
    holder = world.counter("330400")
    detail = holder.claim(case_no)
    linked = {one.entry.values["event_type"] for one in detail.candidates}
    linked |= {one.event_type for one in detail.related}
    assert linked == {"marriage", "divorce", "restored", "reissue"}
    assert shown(detail)[0] == "L021-003-0302-037"
    holder.compare(detail)
    holder.release(case_no)
    holder.seal(case_no)
    text = text_of(holder.save_certificate(case_no, world.documents))
    assert "不说明此后有无变化" in text and "1999" not in text and "2001" not in text


def test_e27_an_unreadable_name_is_printed_as_squares_with_a_note_on_the_damage(
    world: World,
) -> None:
    shen = Person(name="沈国强", sex="男", id_no="330499195103110312", birth="1951-03-11")
    form = marriage_of(shen, place="嘉兴县", period=Period(start="1974-05-16", end="1974-05-16"))
    case_no = world.file_and_review(form)
    detail = world.fulfil(case_no, "330400")
    assert detail.summary.outcome == "HIT_PARTIAL"
    rows, order = world.rows(case_no, "330400"), world.order(case_no, "330400")
    assert rows["b_name"].value == "□□"
    assert any("受潮" in note for note in order.notes), order.notes
    assert "□□" in text_of(world.counter("330400").save_certificate(case_no, world.documents))


def test_e22_a_personnel_office_gets_the_fields_it_lists_and_no_sealed_paper(world: World) -> None:
    """Nobody of the family is present: D18, two officers, no number, no PDF."""
    query = RecordQuery(
        category=YOUTH, subject=as_subject(P5), place="上饶市",
        period=Period(start="1969", end="1969"),
    )  # fmt: skip
    office = Applicant(
        name="上饶市人力资源和社会保障局", id_type="officer_letter", id_no="HR-2025-118",
        relation="agency", identity_assurance="document_photo",
    )  # fmt: skip
    papers = ("id_card", "system_case_no", "officer_id", "legal_task")
    listed = ("name", "departure_date", "destination_place")
    form = replace(
        own_application(P5, "361100", query, purpose="seniority"),
        applicant=office,
        proofs=tuple(Proof(kind=one, sha256="0" * 64, media_type="image/jpeg") for one in papers),
        output="fields",
        requested_fields=listed,
    )
    case_no = world.file_and_review(form)
    holder = world.counter("361100")
    detail = holder.claim(case_no)
    holder.compare(detail)
    holder.release(case_no)
    holder.seal(case_no)
    order = world.order(case_no, "361100")
    assert (order.template, order.seal_mode, order.pages) == ("F1", "NONE", ())
    assert [row.field for row in order.rows] == list(listed)
    assert "HR-2025-118" in order.opening and "个人信息保护法第三十四条" in order.opening
    desk = world.local.office("shangrao")
    clerk = holder.officer("clerk")
    wait_until(lambda: any(leg.fields for leg in desk.cases.progress(case_no, clerk).legs))
    given = desk.cases.listed_fields(case_no, clerk)["361100"]
    assert [row.value for row in given][:1] == [P5.name]
    assert desk.cases.progress(case_no, clerk).certificates == ()
