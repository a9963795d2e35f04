"""What an authority gets: the fields that it lists, and the trace of it (domain.md §7: E22)."""

import json
from dataclasses import replace

import pytest
from node_places import MARRIAGE, YOUTH
from rights_world import HOLDER, WINDOW, asks, refused, review, submit, world

from certificate_service.domain.release_rules import check_order
from node.cli.fsck import check_ledger
from node.domain.application_json import parse_application
from node.domain.commands import HandOverCommand
from records.exchange import AssistRequest
from records.queries import Period, RecordQuery, SoughtPerson
from records.refusal import Refusal
from records.release import ReleaseOrder
from trust.envelope.statement import decode

__all__ = ["world"]


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
