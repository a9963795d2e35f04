"""E01 over real gRPC: from the Jiaxing window to an extract ordered by Shangrao's two officers."""

import hashlib

import pytest
from exchange_world import build_federation
from node_acts import file_and_review, progress, zhou

from node.domain.commands import CaseCommand, HandOverCommand
from records.exchange import WindowCountersignature
from trust.envelope.statement import open_statement


@pytest.fixture(scope="module")
def federation(tmp_path_factory, table_folder):
    made = build_federation(tmp_path_factory.mktemp("federation"), table_folder)
    made.start("jiaxing")
    made.start("shangrao")
    yield made
    made.close()


def test_marriage_of_1985_is_certified_by_shangrao(federation):
    world = federation.world
    case_no = file_and_review(world, zhou())
    federation.fulfil(case_no, "361100")
    federation.wait_for_state(case_no, "sealed")

    seen = progress(world, case_no)
    (leg,) = seen.legs
    assert (leg.node_id, leg.outcome, leg.state) == ("shangrao", "HIT_UNIQUE", "fetched")
    assert leg.agreement_id == "jiaxing-shangrao"
    (file,) = seen.certificates
    (countersigned,) = leg.countersignatures
    view = federation.running["shangrao"].base.kept.current().view
    keys = view.sign_keys("jiaxing", world.clock())
    said = open_statement(countersigned, WindowCountersignature, keys).statement
    assert (said.file_sha256, said.number) == (file.sha256, file.number)

    clerk = world.actor("330400", "clerk")
    office = world.office("jiaxing")
    pdf = office.cases.certificate(case_no, file.sha256, clerk)
    assert hashlib.sha256(pdf).hexdigest() == file.sha256

    (release,) = federation.fake.prepared.values()
    order = release.order
    assert order.holder_name == "上饶市档案馆" and order.window_name == "嘉兴市档案馆"
    values = {row.field: row.value for row in order.rows}
    assert values["a_name"] == "周金水" and values["event_date"] == "1985-05-20"
    assert values["b_id_no"] == "3611**********0422", "the other party's number is masked"
    assert order.masked_names == "周*水|吴*兰"

    office.hand_over.hand_over(HandOverCommand(case_no=case_no), clerk)
    assert office.hand_over.close(CaseCommand(case_no=case_no), clerk).state == "closed"


def test_holder_sees_it_delivered(federation):
    world = federation.world
    case_no = file_and_review(world, zhou(), key="key-0000-0002")
    federation.fulfil(case_no, "361100")
    federation.wait_for_state(case_no, "sealed")
    dispatcher = world.actor("361100", "dispatcher")
    states = {
        work.case_no: work.state
        for work in world.office("shangrao").work.list_work(dispatcher, ["delivered"])
    }
    assert states[case_no] == "delivered"
