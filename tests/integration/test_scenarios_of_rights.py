"""Who may consult what, from form to paper (domain.md §7: E09, E13, E14, E15, E22, E28)."""

import json
from dataclasses import replace

import pytest
from node_acts import zhou
from node_places import MARRIAGE, YOUTH
from node_staff import hire, import_file, page_image
from node_world import build_node_world
from stepped_world import SteppedWorld, Turned

from certificate_service.domain.release_rules import check_order
from node.cli.fsck import check_ledger
from node.domain.application_json import parse_application
from node.domain.commands import FileRequestCommand, HandOverCommand, ReviewCommand
from node.domain.paper_commands import PaperCommand
from records.exchange import Applicant, AssistRequest, Proof
from records.queries import Period, RecordQuery, SoughtPerson
from records.refusal import Refusal
from records.release import ReleaseOrder
from trust.envelope.statement import decode

HOLDER, WINDOW = "361100", "330400"
BIRTH = "birth_certificate"
MARRIAGES = (
    "reference_code,fonds_no,catalog_no,file_no,item_no,page_from,page_to,year,title,images,"
    "event_type,event_date,registration_office,a_name,a_sex,a_birth,b_name,b_sex,b_birth\n"
    "J012-001-0040-003,J012,001,0040,003,3,3,1958,1958年结婚登记,k1.png,marriage,1958-10-01,"
    "上饶县沙溪乡人民政府,王金根,男,1934-05,陆阿娥,女,1936\n"
)
YOUTHS = (
    "reference_code,year,title,name,sex,birth,origin_place,departure_date,destination_place\n"
    "Z050-001-0001-001,1970,1970年知青名册,朱建华,男,1951-03-01,嘉兴市,1970-03-05,海宁县\n"
)
SENT_DOWN = (
    "reference_code,year,title,images,name,sex,birth,origin_place,departure_date,"
    "destination_place\n"
    "J050-001-0009-001,1970,1970年知青名册,k3.png,徐阿大,男,1952-02-14,上饶市,1970-03-05,上饶县\n"
)
BIRTHS = (
    "reference_code,year,title,images,name,sex,birth,mother_name,father_name,hospital,"
    "certificate_no\n"
    "C001-001-0001-001,2016,2016年出生医学证明,k2.png,林小满,女,2016-05-20,方秀兰,林志强,"
    "上饶市人民医院,P360123456\n"
)


@pytest.fixture(scope="module")
def world(tmp_path_factory, table_folder):
    made = build_node_world(tmp_path_factory.mktemp("rights"), table_folder)
    shangrao = made.nodes["shangrao"]
    made.folder = tmp_path_factory.mktemp("more")
    folder = made.folder / "holdings" / HOLDER
    folder.mkdir(parents=True)
    for name in ("k1.png", "k2.png", "k3.png"):
        (folder / name).write_bytes(page_image(name))
    import_file(made, shangrao, HOLDER, MARRIAGE, MARRIAGES)
    import_file(made, shangrao, HOLDER, BIRTH, BIRTHS)
    import_file(made, shangrao, HOLDER, YOUTH, SENT_DOWN)
    (made.folder / "holdings" / WINDOW).mkdir()
    import_file(made, made.nodes["jiaxing"], WINDOW, YOUTH, YOUTHS)
    hire(made, HOLDER, "auditor", ("auditor",))
    made.extra_parts.pop(0)
    askers = ("party", "spouse", "agent", "agency")
    made.agree("jiaxing", "shangrao", version=2, requester_types=askers)
    made.declare(HOLDER, category=BIRTH, covered_to=2020)
    made.declare(WINDOW, category=YOUTH)
    made.publish()
    stepped = SteppedWorld(world=made, clock=Turned())
    for node_id in ("jiaxing", "shangrao"):
        stepped.open(node_id)
    yield stepped
    stepped.close()


def proofs(*kinds: str) -> tuple[Proof, ...]:
    return tuple(Proof(kind=one, sha256="0" * 64, media_type="image/jpeg") for one in kinds)


def asks(relation: str, name: str, id_no: str, *papers: str, **form: object):
    """A form at the holder's own window by somebody in that capacity."""
    made = zhou(window_archive=HOLDER, proofs=proofs("id_card", *papers), **form)
    applicant = Applicant(
        name=name, id_type="resident_id", id_no=id_no, relation=relation,
        identity_assurance="chip_read",
    )  # fmt: skip
    return replace(made, applicant=applicant)


def submit(world, form, window=HOLDER) -> str:
    office = world.at(window).office
    world.keys += 1
    command = FileRequestCommand(client_key=f"key-right-{world.keys:04}", application=form)
    return office.file_request.file(command, world.actor(window, "clerk")).case_no


def review(world, case_no, window=HOLDER):
    office = world.at(window).office
    command = ReviewCommand(case_no=case_no, accept=True)
    return office.review.review(command, world.actor(window, "reviewer"))


def notice(world, case_no, window=HOLDER) -> str:
    """The words of T5."""
    office = world.at(window).office
    paper = office.papers.refusal(PaperCommand(case_no=case_no), world.actor(window, "reviewer"))
    return paper.envelope.payload.decode()


def refused(world, form) -> tuple[str, str]:
    """Code and T5 of an application that the review refuses."""
    case_no = submit(world, form)
    with pytest.raises(Refusal) as refusal:
        review(world, case_no)
    world.run()
    assert world.progress(case_no, HOLDER).legs == (), "nothing was searched"
    return refusal.value.code, notice(world, case_no)


# -- E13


def dead_father(*papers: str):
    query = RecordQuery(
        category=MARRIAGE, subject=SoughtPerson(name="王金根", sex="男", birth="1934"),
        other_party=SoughtPerson(name="陆阿娥"), place="上饶县",
        period=Period(start="1958", end="1958"),
    )  # fmt: skip
    return asks(
        "relative_of_deceased", "王小妹", "361199196508110024", *papers, query=query,
        purpose="inheritance",
    )  # fmt: skip


def test_e13_without_proof_of_kinship_there_is_a_notice_and_no_search(world):
    code, words = refused(world, dead_father("death_proof"))
    assert code == "KINSHIP_PROOF_MISSING"
    assert "KINSHIP_PROOF_MISSING" in words and "第二十八条" in words and "王金根" not in words


def test_e13_with_both_proofs_the_leader_approves_and_the_extract_is_sealed(world):
    case_no = submit(world, dead_father("death_proof", "kinship_proof"))
    review(world, case_no)
    world.run()
    world.confirm(case_no, HOLDER)
    with pytest.raises(Refusal, match="LEADER_NEEDED"):
        world.release(case_no, HOLDER)
    from node.domain.commands import WorkCommand

    command = WorkCommand(case_no=case_no, holder_archive=HOLDER)
    office = world.at(HOLDER).office
    office.work.approve(command, world.actor(HOLDER, "leader"))
    world.release(case_no, HOLDER)
    world.seal(case_no, HOLDER)
    world.run()
    seen = world.progress(case_no, HOLDER)
    assert seen.summary.state == "sealed" and [one.template for one in seen.certificates] == ["T1"]
    leaves = world.leaves(HOLDER, case_no)
    assert leaves.index("approved") < leaves.index("released") < leaves.index("certificate")


# -- E14


def divorce_suit(*papers: str):
    return asks("lawyer", "顾律师", "310199197508120015", *papers, purpose="litigation")


def test_e14_licence_and_firm_letter_alone_open_nothing(world):
    code, words = refused(world, divorce_suit("lawyer_licence", "firm_letter"))
    assert code == "NO_COURT_PAPER" and "请补充" in words
    assert "吴桂兰" not in words and "周金水" not in words


def test_e14_with_the_courts_acceptance_only_the_couples_record_is_given(world):
    case_no = submit(world, divorce_suit("lawyer_licence", "court_acceptance", "client_poa"))
    review(world, case_no)
    world.fulfil(case_no, HOLDER)
    (work,) = [
        one for one in world.at(HOLDER).office.work.list_work(
            world.actor(HOLDER, "dispatcher"), ["sealed", "delivered"])
        if one.case_no == case_no
    ]  # fmt: skip
    assert not work.needs_leader, "D14 allows"
    with world.at(HOLDER).base.house.book.read() as book:
        kept = book.get_work(case_no, HOLDER)
    request = decode(kept.request.payload, AssistRequest)
    assert request.eligibility_rule == "D14"
    assert "court_acceptance" in {one.kind for one in request.proofs}, (
        "the notice stands in the log"
    )
    assert kept.comparison.reference_code == "J012-003-0456-078"
    assert len(world.progress(case_no, HOLDER).certificates) == 1


# -- E15


def brother(*papers: str):
    return asks("agent", "陆建国", "310199195209300519", *papers)


def test_e15_a_handwritten_letter_is_no_power_of_attorney(world):
    code, words = refused(world, brother("power_of_attorney", "principal_id"))
    assert code == "AGENT_NOT_NOTARISED" and "AGENT_NOT_NOTARISED" in words


def test_e15_with_the_notarys_letter_the_certificate_names_the_agent(world):
    case_no = submit(world, brother("notarised_poa", "principal_id"))
    review(world, case_no)
    world.fulfil(case_no, HOLDER)
    detail = world.at(HOLDER).office.work.detail(case_no, HOLDER, world.actor(HOLDER, "dispatcher"))
    assert "陆建国" in detail.order_json, "whom it was given to stands on it"
    assert len(world.progress(case_no, HOLDER).certificates) == 1


# -- E22


def test_e22_an_agency_gets_the_listed_fields_and_no_more(world):
    query = RecordQuery(
        category=MARRIAGE, subject=SoughtPerson(name="周金水", birth="1962-11-05"),
        other_party=SoughtPerson(name="吴桂兰"), place="上饶县",
        period=Period(start="1985", end="1985"),
    )  # fmt: skip
    papers = ("system_case_no", "officer_id", "legal_task")
    form = asks("agency", "上饶市人社局", "361199198001010010", *papers, query=query)
    code, _ = refused(world, form)
    assert code == "ELIGIBILITY_UNKNOWN", "D18 is about years of service, not marriages"
    youth = RecordQuery(
        category=YOUTH, subject=SoughtPerson(name="顾国平", birth="1950-06-01"), place="上饶县",
        period=Period(start="1969", end="1969"),
    )  # fmt: skip
    listed = ("name", "departure_date", "destination_place")
    form = replace(form, query=youth, purpose="seniority", requested_fields=listed)
    form = replace(
        form,
        applicant=replace(form.applicant, id_type="officer_letter", id_no="HR-2025-118"),
    )
    case_no = submit(world, form)
    review(world, case_no)
    world.run()
    detail = world.claim(case_no, HOLDER)
    assert [code for code, _, _ in detail.candidates[0].printable] == list(listed)
    with world.at(HOLDER).base.house.book.read() as book:
        request = decode(book.get_work(case_no, HOLDER).request.payload, AssistRequest)
    assert (request.eligibility_rule, request.applicant.id_no) == ("D18", "HR-2025-118")
    assert {one.kind for one in request.proofs} >= set(papers)
    everything = submit(world, replace(form, requested_fields=()))
    review(world, everything)
    world.run()
    with pytest.raises(Refusal, match="NOT_ASKED"):
        world.claim(everything, HOLDER)


def personnel_office(window=HOLDER, **changes):
    """上饶市人社局 by its own case number: nobody of the family stands at the window."""
    youth = RecordQuery(
        category=YOUTH, subject=SoughtPerson(name="徐阿大", birth="1952-02-14"), place="上饶县",
        period=Period(start="1970", end="1970"),
    )  # fmt: skip
    form = asks(
        "agency", "上饶市人社局", "x", "system_case_no", "officer_id", "legal_task", query=youth,
        purpose="seniority", requested_fields=("name", "departure_date", "destination_place"),
        output="fields",
    )  # fmt: skip
    form = replace(form, window_archive=window, **changes)
    applicant = replace(form.applicant, id_type="officer_letter", id_no="HR-2025-118")
    return replace(form, applicant=applicant)


@pytest.mark.parametrize("window", [HOLDER, WINDOW])
def test_e22_an_agency_has_the_listed_fields_signed_and_no_sealed_paper(world, window):
    case_no = submit(world, personnel_office(window), window)
    review(world, case_no, window)
    world.run()
    world.confirm(case_no, HOLDER)
    released = world.release(case_no, HOLDER)
    order = json.loads(released.order_json)
    assert [row["field"] for row in order["rows"]] == [
        "name",
        "departure_date",
        "destination_place",
    ]
    assert (order["template"], order["seal_mode"], order["pages"]) == ("F1", "NONE", [])
    assert "HR-2025-118" in order["opening"] and "个人信息保护法第三十四条" in order["opening"]
    with pytest.raises(Refusal, match="TEMPLATE_UNKNOWN"):
        check_order(decode(released.order_json.encode(), ReleaseOrder), world.clock())
    assert world.progress(case_no, window).summary.state != "sealed", "one signature gives nothing"
    world.seal(case_no, HOLDER)
    world.run()
    with world.at(HOLDER).base.house.book.read() as book:
        assert not [one for one in book.due_issuances(world.clock(), 99) if one.case_no == case_no]
        work = book.get_work(case_no, HOLDER)
    assert (work.state, work.files) == ("delivered", ()), "no number, no file"

    seen = world.progress(case_no, window)
    assert seen.summary.state == "sealed" and seen.certificates == ()
    office, clerk = world.at(window).office, world.actor(window, "clerk")
    given = office.cases.listed_fields(case_no, clerk)
    assert [(row.field, row.value) for row in given[HOLDER]] == [
        ("name", "徐阿大"), ("departure_date", "1970-03-05"), ("destination_place", "上饶县"),
    ]  # fmt: skip
    assert "fields_opened" in world.leaves(window, case_no)
    with pytest.raises(Refusal, match="CASE_NOT_FOUND"):
        office.cases.listed_fields(case_no, world.actor(window, "sealer"))
    text = "".join(office.cases.cover_sheet(case_no, clerk).closing)
    assert "不出具档案证明" in text and "徐阿大" not in text
    assert office.hand_over.hand_over(HandOverCommand(case_no=case_no), clerk).state == "delivered"


def test_e22_the_audit_shows_officers_case_and_law_and_the_log_no_name(world):
    case_no = submit(world, personnel_office())
    review(world, case_no)
    world.run()
    world.confirm(case_no, HOLDER)
    world.release(case_no, HOLDER)
    world.seal(case_no, HOLDER)
    world.run()
    auditor = world.actor(HOLDER, "auditor")
    supervision = world.at(HOLDER).office.supervision
    look = supervision.agency_look(auditor, case_no)
    assert (look.agency, look.letter_no, look.rule) == ("上饶市人社局", "HR-2025-118", "D18")
    assert look.basis == "个人信息保护法第三十四条" and len(look.given_by) == 2
    assert look.fields == ("姓名", "下乡日期", "安置地")
    rows = supervision.read_log(auditor, case_no=case_no)
    given = next(row for row in rows if row.kind == "fields_given_D18")
    assert given.actor == world.actor(HOLDER, "dispatcher").officer_id
    assert "agency_look_read" in {row.kind for row in rows}, "the look is on record too"
    assert "徐阿大" not in str(rows) and "HR-2025-118" not in str(rows)
    with pytest.raises(Refusal, match="DUTY_NOT_HELD"):
        supervision.agency_look(world.actor(HOLDER, "clerk"), case_no)
    assert check_ledger(world.at(HOLDER).base).faults == (), "leaves and cases fit each other"


def test_e22_a_sealed_paper_only_where_it_was_asked_for(world):
    form = personnel_office(output="extract")
    case_no = submit(world, form)
    review(world, case_no)
    world.fulfil(case_no, HOLDER)
    assert len(world.progress(case_no, HOLDER).certificates) == 1
    said = {"applicant": {"relation": "agency"}, "query": {"category": YOUTH}}
    assert parse_application(json.dumps(said).encode()).output == "fields", "unless requested"
    said["applicant"]["relation"] = "party"
    assert parse_application(json.dumps(said).encode()).output == "extract"


@pytest.mark.parametrize(
    "wrong",
    [{"requested_fields": ()}, {"requested_fields": ("shoe_size",)}, {"relation": "party"}],
)
def test_e22_fields_without_a_paper_are_an_authoritys_alone_and_named(world, wrong):
    form = personnel_office()
    if "relation" in wrong:
        form = replace(form, applicant=replace(form.applicant, **wrong))
    else:
        form = replace(form, **wrong)
    with pytest.raises(Refusal, match=r"APPLICATION_MALFORMED|FIELD_UNKNOWN"):
        submit(world, form)


# -- E28


def newborn(*papers: str):
    query = RecordQuery(
        category=BIRTH, subject=SoughtPerson(name="林小满", birth="2016-05-20"), place="上饶市",
        period=Period(start="2016", end="2016"), number="P360123456",
    )  # fmt: skip
    return asks(
        "guardian", "方秀兰", "361199198804120023", *papers, query=query, purpose="household"
    )


def test_e28_a_guardian_without_the_link_is_asked_for_it(world):
    code, words = refused(world, newborn())
    assert code == "PROOF_MISSING" and "请补充" in words and "林小满" not in words


def test_e28_with_the_link_a_second_officer_agrees_and_only_the_guardian_takes_it(world):
    case_no = submit(world, newborn("household_register"))
    review(world, case_no)
    world.run()
    world.confirm(case_no, HOLDER)
    with pytest.raises(Refusal, match="LEADER_NEEDED"):
        world.release(case_no, HOLDER)
    from node.domain.commands import WorkCommand

    office = world.at(HOLDER).office
    office.work.approve(
        WorkCommand(case_no=case_no, holder_archive=HOLDER), world.actor(HOLDER, "leader")
    )
    world.release(case_no, HOLDER)
    world.seal(case_no, HOLDER)
    world.run()
    clerk = world.actor(HOLDER, "clerk")
    with pytest.raises(Refusal, match="GUARDIAN_ONLY"):
        office.hand_over.hand_over(HandOverCommand(case_no=case_no, received_by="agent"), clerk)
    done = office.hand_over.hand_over(HandOverCommand(case_no=case_no), clerk)
    assert done.state == "delivered"


# -- E09


def test_e09_a_silent_archive_is_named_and_nobody_speaks_for_it(world):
    """One of two archives is down: the other's own negative stands, T7 names who is silent."""
    query = RecordQuery(
        category=YOUTH, subject=SoughtPerson(name="王生", birth="1951-01-01"), place="嘉兴市",
        period=Period(start="1968", end="1972"), free={"destination_place": "江西省上饶县"},
    )  # fmt: skip
    form = zhou(
        applicant=Applicant(
            name="王生", id_type="resident_id", id_no="33049919510101001X",
            identity_assurance="chip_read",
        ),
        query=query, purpose="seniority", output="no_record",
    )  # fmt: skip
    world.away.add("shangrao")
    case_no = world.file(form)
    assert {leg.holder_archive for leg in world.progress(case_no).legs} == {WINDOW, HOLDER}
    for _ in range(6):
        world.clock.pass_(minutes=1)
        world.run()
    from node.domain.commands import NoRecordCommand

    world.claim(case_no, WINDOW)
    world.at(WINDOW).office.answer.no_record(
        NoRecordCommand(case_no=case_no, holder_archive=WINDOW, method="目录库检索并人工核对"),
        world.actor(WINDOW, "dispatcher"),
    )
    for _ in range(10):
        world.clock.pass_(minutes=1)
        world.run()
    seen = world.progress(case_no)
    outcomes = {leg.holder_archive: leg.outcome for leg in seen.legs}
    assert outcomes[HOLDER] == "" and seen.summary.state != "not_found_confirmed"
    cover = world.at(WINDOW).office.cases.cover_sheet(case_no, world.actor(WINDOW, "clerk"))
    text = "".join((cover.opening, *cover.closing))
    assert "上饶市档案馆" in text and "未答复" in text
    leader = world.actor(WINDOW, "leader").officer_id
    with world.at(WINDOW).base.house.book.read() as book:
        taken = book.recent_steps(WINDOW, world.clock().replace(year=2000), 500)
    near = [
        (at, target) for step, at, target in taken
        if step.case_no == case_no and step.code == "DEADLINE_NEAR"
    ]  # fmt: skip
    assert [target for _, target in near] == [leader]
    assert seen.summary.clock.deadline is None or near[0][0] < seen.summary.clock.deadline
    world.away.clear()
    world.clock.pass_(seconds=30)
    world.run()
    legs = {leg.holder_archive: leg.state for leg in world.progress(case_no).legs}
    assert legs[HOLDER] == "received", "asked again until it hears"
