"""Who may consult what, from form to paper (domain.md §7: E09, E13, E14, E15, E28)."""

import pytest
from node_acts import zhou
from node_places import MARRIAGE, YOUTH
from rights_world import BIRTH, HOLDER, WINDOW, asks, refused, review, submit, world

from node.domain.commands import HandOverCommand
from records.exchange import Applicant, AssistRequest
from records.queries import Period, RecordQuery, SoughtPerson
from records.refusal import Refusal
from trust.envelope.statement import decode

__all__ = ["world"]


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
