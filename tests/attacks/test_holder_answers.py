"""What a holder's answer may say, and that it arrives: a case at the holder's own window."""

import pytest
from fake_certificates import FakeCertificates
from node_world import build_node_world, file_and_review, progress, zhou

from node.bootstrap import make_desks, make_worker, open_base
from node.domain.commands import RefuseCommand, ReturnCommand, WorkCommand

HOLDER = "361100"


@pytest.fixture(scope="module")
def world(tmp_path_factory, table_folder):
    return build_node_world(tmp_path_factory.mktemp("world"), table_folder)


@pytest.fixture(scope="module")
def base(world):
    return open_base(world.nodes["shangrao"].data)


@pytest.fixture(scope="module")
def worker(base):
    fake = FakeCertificates(lambda: base.kept.current().view, base.house.clock, caller="shangrao")
    return make_worker(base, make_desks(base), partner=None, certificates=fake)


def arrive(world, worker, key, **changes) -> str:
    """A case that the holder's dispatcher has claimed after the search."""
    case_no = file_and_review(world, zhou(window_archive=HOLDER, **changes), key=key)
    worker.run_until_idle()
    claim = WorkCommand(case_no=case_no, holder_archive=HOLDER)
    world.office("shangrao").work.claim(claim, world.actor(HOLDER, "dispatcher"))
    return case_no


def test_answer_after_a_question_arrives(world, worker):
    case_no = arrive(world, worker, "key-ask-00000001")
    answer, dispatcher = world.office("shangrao").answer, world.actor(HOLDER, "dispatcher")
    answer.return_request(
        ReturnCommand(
            case_no=case_no, holder_archive=HOLDER, reason="unclear", question="配偶姓名怎么写？"
        ),
        dispatcher,
    )
    worker.run_until_idle()
    assert progress(world, case_no, HOLDER).summary.state == "supplement_required"
    answer.refuse(
        RefuseCommand(
            case_no=case_no, holder_archive=HOLDER, reason_code="NOT_PARTY", note="不是当事人"
        ),
        dispatcher,
    )
    worker.run_until_idle()
    assert progress(world, case_no, HOLDER).legs[0].outcome == "REFUSED"
    assert progress(world, case_no, HOLDER).summary.state == "refused"
