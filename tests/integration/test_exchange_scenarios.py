"""Scenarios of domain.md §7 between real nodes: E04, E07, E08, E21, E30, and questions back."""

from dataclasses import replace

import pytest
from exchange_world import build_federation
from node_acts import confirm_first, file_and_review, progress, release_and_seal, wait_for, zhou
from node_places import MARRIAGE, PASSWORD, YOUTH
from node_staff import hire

from node.domain.commands import (
    AnswerQuestionCommand,
    FileRequestCommand,
    NoRecordCommand,
    ReturnCommand,
    ReviewCommand,
    SealCommand,
    WorkCommand,
)
from node.services.extend_search import ExtendCommand
from records.exchange import Applicant, AssistAnswer, Proof
from records.queries import Period, RecordQuery, SoughtPerson
from records.refusal import Refusal
from records.release import ReleaseOrder
from trust.envelope.statement import decode


@pytest.fixture(scope="module")
def federation(tmp_path_factory, table_folder):
    made = build_federation(tmp_path_factory.mktemp("federation"), table_folder)
    for node_id in ("jiaxing", "shangrao", "pudong"):
        made.start(node_id)
    yield made
    made.close()


@pytest.fixture
def world(federation):
    return federation.world


def person(name: str, id_no: str) -> Applicant:
    return Applicant(name=name, id_type="resident_id", id_no=id_no, identity_assurance="chip_read")


def wait_until_searched(world, case_no, archive="361100", state="candidates"):
    office = world.office(world.node_of(archive).node_id)
    dispatcher = world.actor(archive, "dispatcher")
    wait_for(
        lambda: any(one.case_no == case_no for one in office.work.list_work(dispatcher, [state]))
    )
    return office, dispatcher


def test_e04_variant_spelling_prints_the_records_own_characters(federation, world):
    form = zhou(
        applicant=person("肖凤英", "361199193704120425"),
        query=RecordQuery(
            category=MARRIAGE,
            subject=SoughtPerson(name="肖凤英", birth="1937-04-12"),
            place="上饶县",
            period=Period(start="1957", end="1957"),
        ),
    )
    case_no = file_and_review(world, form, key="key-e04-000001")
    federation.fulfil(case_no, "361100")
    federation.wait_for_state(case_no, "sealed")
    release = next(one for one in federation.fake.prepared.values() if one.order.case_no == case_no)
    values = {row.field: row.value for row in release.order.rows}
    assert values["b_name"] == "蕭鳳英"
    note, *_remarks = release.order.notes
    assert "女方姓名" in note, "the remark names the field as the table does"
    assert "蕭鳳英" in note and "肖凤英" in note and "不一致" in note


def test_e08_record_outside_the_coverage_is_referred_by_itself(federation, world):
    form = zhou(
        applicant=person("沈丽华", "330499198808081189"),
        query=RecordQuery(
            category=MARRIAGE,
            subject=SoughtPerson(name="沈丽华", birth="1988-08-08", id_no="330499198808081189"),
            place="南湖区",
            period=Period(start="2023", end="2023"),
        ),
    )
    office = world.office("jiaxing")
    clerk = world.actor("330400", "clerk")
    preview = office.file_request.preview(form, clerk)
    assert not preview.legs
    assert [refused.code for refused in preview.refused_routes] == ["NOT_COVERED"]
    assert any("民政局" in referral for referral in preview.referrals)
    filed = office.file_request.file(
        FileRequestCommand(client_key="key-e08-000001", application=form), clerk
    )
    with pytest.raises(Refusal) as refused:
        office.review.review(
            ReviewCommand(case_no=filed.case_no, accept=True), world.actor("330400", "reviewer")
        )
    assert refused.value.code == "NOT_COVERED"


def test_e07_nothing_found_is_a_signed_answer_about_its_own_coverage(federation, world):
    form = zhou(
        applicant=person("王生", "33049919790101009X"),
        query=RecordQuery(
            category=MARRIAGE,
            subject=SoughtPerson(name="王生", birth="1979-01-01"),
            place="上饶县",
            period=Period(start="1998", end="2010"),
        ),
        output="no_record",
    )
    case_no = file_and_review(world, form, key="key-e07-000001")
    office, dispatcher = wait_until_searched(world, case_no)
    office.work.claim(WorkCommand(case_no=case_no, holder_archive="361100"), dispatcher)
    office.answer.no_record(
        NoRecordCommand(case_no=case_no, holder_archive="361100", method="目录库精确与模糊检索"),
        dispatcher,
    )
    federation.wait_for_state(case_no, "not_found_confirmed")
    (leg,) = progress(world, case_no).legs
    answer = decode(leg.answer.payload, AssistAnswer)
    assert answer.outcome == "NO_RECORD_COVERED" and not answer.files
    assert answer.extra["title"] == "检索情况说明", "marriage has no T3 without a named purpose"
    assert "依法不予提供利用的档案不在检索范围内" in answer.extra["text"]
    assert (answer.scope.covered_from, answer.scope.covered_to) == (1950, 2013)


def test_e21_no_agreement_means_nothing_leaves(federation, world):
    form = zhou(
        query=RecordQuery(
            category=MARRIAGE,
            subject=SoughtPerson(name="顾国平", birth="1950-06-01"),
            place="川沙县",
            period=Period(start="1975", end="1975"),
        )
    )
    office = world.office("jiaxing")
    filed = office.file_request.file(
        FileRequestCommand(client_key="key-e21-000001", application=form),
        world.actor("330400", "clerk"),
    )
    with pytest.raises(Refusal) as refused:
        office.review.review(
            ReviewCommand(case_no=filed.case_no, accept=True), world.actor("330400", "reviewer")
        )
    assert refused.value.code == "AGREEMENT_SCOPE"
    assert "浦东" in refused.value.detail
    assert progress(world, filed.case_no).summary.state == "submitted"
    counts = federation.running["jiaxing"].base.house.book
    with counts.read() as book:
        assert not [
            one for one in book.list_messages("waiting", 100) if one.case_no == filed.case_no
        ]
    with federation.running["pudong"].base.house.book.read() as book:
        assert book.counts()["work"] == 0


def test_e30_same_key_is_one_case_and_one_certificate(federation, world):
    form = zhou()
    first = file_and_review(world, form, key="key-e30-000001")
    office, clerk = world.office("jiaxing"), world.actor("330400", "clerk")
    again = office.file_request.file(
        FileRequestCommand(client_key="key-e30-000001", application=form), clerk
    )
    assert again.case_no == first
    with pytest.raises(Refusal, match="CLIENT_KEY_REUSED"):
        office.file_request.file(
            FileRequestCommand(client_key="key-e30-000001", application=zhou(purpose="notary")),
            clerk,
        )
    federation.fulfil(first, "361100")
    with pytest.raises(Refusal, match="CASE_MOVE_FORBIDDEN"):
        release_and_seal(world, first, "361100")
    holder, sealer = world.office("shangrao"), world.actor("361100", "sealer")
    seal = SealCommand(case_no=first, holder_archive="361100", password=PASSWORD + "sealer")
    holder.release.seal(seal, sealer)
    federation.wait_for_state(first, "sealed")
    numbers = [file.number for file in progress(world, first).certificates]
    issued = [
        number
        for name, number in federation.fake.numbers.items()
        if federation.fake.prepared[name].order.case_no == first
    ]
    assert len(numbers) == 1 and issued == numbers


def test_a_question_comes_back_and_its_answer_goes_on(federation, world):
    case_no = file_and_review(world, zhou(), key="key-ask-000001")
    office, dispatcher = wait_until_searched(world, case_no)
    office.work.claim(WorkCommand(case_no=case_no, holder_archive="361100"), dispatcher)
    office.answer.return_request(
        ReturnCommand(
            case_no=case_no,
            holder_archive="361100",
            reason="several_candidates",
            question="配偶姓氏？",
        ),
        dispatcher,
    )
    federation.wait_for_state(case_no, "supplement_required")
    seen = progress(world, case_no)
    assert seen.legs[0].question == "配偶姓氏？"
    assert seen.summary.clock.paused_reason

    window = world.office("jiaxing")
    window.file_request.answer_question(
        AnswerQuestionCommand(
            case_no=case_no, holder_archive="361100", application=zhou(purpose_text="配偶姓吴")
        ),
        world.actor("330400", "clerk"),
    )
    wait_until_searched(world, case_no)
    confirm_first(world, case_no, "361100")
    release_and_seal(world, case_no, "361100")
    federation.wait_for_state(case_no, "sealed")
    assert progress(world, case_no).summary.clock.deadline > seen.summary.clock.deadline


def test_a_record_without_image_goes_to_manual_search(federation, world):
    form = zhou(
        applicant=person("程国富", "361199196001050019"),
        query=RecordQuery(
            category=MARRIAGE,
            subject=SoughtPerson(name="程国富", birth="1960-01-05"),
            other_party=SoughtPerson(name="汪秀英"),
            place="上饶县",
            period=Period(start="1986", end="1986"),
        ),
    )
    case_no = file_and_review(world, form, key="key-img-000001")
    # The index says that no page is digitised: nobody has to open the case to find that out.
    federation.wait_for_state(case_no, "manual_search")
    assert progress(world, case_no).summary.clock.deadline is None
    with pytest.raises(Refusal, match="NO_IMAGE"):
        confirm_first(world, case_no, "361100")
    # The dispatcher announces three more days: a signed ProgressNotice over mutual TLS.
    due = progress(world, case_no).summary.clock.working_due
    extend = ExtendCommand(case_no=case_no, holder_archive="361100", reason="案卷在另一库房")
    extensions = world.office("shangrao").rights.extensions
    extensions.extend(extend, world.actor("361100", "dispatcher"))

    def extended() -> bool:
        return progress(world, case_no).summary.clock.extended == "案卷在另一库房"

    wait_for(extended, message="the notice never came")
    assert progress(world, case_no).summary.clock.working_due > due


def test_own_archive_is_asked_without_a_network(federation, world):
    form = zhou(
        applicant=person("钱强", "330499198808081197"),
        query=RecordQuery(
            category=MARRIAGE,
            subject=SoughtPerson(name="钱强", id_no="330499198808081197"),
            number="J330402-2012-000123",
        ),
    )
    case_no = file_and_review(world, form, key="key-e02-000001")
    federation.fulfil(case_no, "330400")
    federation.wait_for_state(case_no, "sealed")
    release = next(one for one in federation.fake.prepared.values() if one.order.case_no == case_no)
    order: ReleaseOrder = release.order
    assert order.request_envelope_id == "" and order.agreement_id == ""
    values = {row.field: row.value for row in order.rows}
    assert values["b_id_no"] == "3304**********1189"


def test_one_person_may_not_file_and_review(federation, world):
    hire(world, "330400", "both", ("window_clerk", "window_reviewer"), person="one human")
    office = world.office("jiaxing")
    actor = world.actor("330400", "both")
    filed = office.file_request.file(
        FileRequestCommand(client_key="key-own-000001", application=zhou()), actor
    )
    with pytest.raises(Refusal, match="DUTY_CONFLICT"):
        office.review.review(ReviewCommand(case_no=filed.case_no, accept=True), actor)


def test_e07_for_educated_youth_is_a_sealed_t3(federation, world):
    form = zhou(
        applicant=person("王生", "33049919790101009X"),
        query=RecordQuery(
            category=YOUTH,
            subject=SoughtPerson(name="王生", birth="1950-01-01"),
            place="上饶县",
            period=Period(start="1969", end="1970"),
        ),
        output="no_record",
    )
    case_no = file_and_review(world, form, key="key-e07-000002")
    office, dispatcher = wait_until_searched(world, case_no)
    office.work.claim(WorkCommand(case_no=case_no, holder_archive="361100"), dispatcher)
    confirmed = office.answer.no_record(
        NoRecordCommand(case_no=case_no, holder_archive="361100", method="目录库精确与模糊检索"),
        dispatcher,
    )
    assert confirmed.state == "not_found_confirmed"
    assert case_no in [one.case_no for one in office.work.list_work(dispatcher)]
    release_and_seal(world, case_no, "361100")
    federation.wait_for_state(case_no, "sealed")
    (leg,) = progress(world, case_no).legs
    assert leg.outcome == "NO_RECORD_COVERED"
    assert [file.template for file in leg.files] == ["T3"]
    release = next(one for one in federation.fake.prepared.values() if one.order.case_no == case_no)
    assert release.order.title == "未查见档案记录证明" and not release.order.rows


def test_a_purpose_that_needs_the_leader_waits_for_the_leader(federation, world):
    form = zhou()
    form = replace(
        form,
        applicant=replace(form.applicant, relation="relative_of_deceased"),
        purpose="inheritance",
        window_archive="361100",
        proofs=tuple(
            Proof(kind=kind, sha256="0" * 64, media_type="image/jpeg")
            for kind in ("id_card", "death_proof", "kinship_proof")
        ),
    )
    case_no = file_and_review(world, form, key="key-e13-000001")
    office, _ = wait_until_searched(world, case_no)
    confirm_first(world, case_no, "361100")
    with pytest.raises(Refusal, match="LEADER_NEEDED"):
        release_and_seal(world, case_no, "361100")
    command = WorkCommand(case_no=case_no, holder_archive="361100")
    with pytest.raises(Refusal, match="DUTY_NOT_HELD"):
        office.work.approve(command, world.actor("361100", "dispatcher"))
    office.work.approve(command, world.actor("361100", "leader"))
    release_and_seal(world, case_no, "361100")
    federation.wait_for_state(case_no, "sealed", "361100")
