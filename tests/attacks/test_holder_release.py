"""What two signatures are good for: one order of one case, one number, and nothing beside it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fake_certificates import FakeCertificates
from node_acts import confirm_first, file_and_review, progress, release_and_seal, zhou
from node_places import PASSWORD
from node_world import build_node_world

from node.bootstrap import make_desks, make_office, make_worker, open_base
from node.domain.commands import (
    NoRecordCommand,
    RefuseCommand,
    ReleaseCommand,
    SealCommand,
    WorkCommand,
)
from records.queries import SoughtPerson
from records.refusal import Refusal
from records.release import ReleaseOrder
from trust.envelope.statement import decode

HOLDER = "361100"


@pytest.fixture(scope="module")
def world(tmp_path_factory, table_folder):
    return build_node_world(tmp_path_factory.mktemp("world"), table_folder)


@pytest.fixture(scope="module")
def base(world):
    return open_base(world.nodes["shangrao"].data)


@pytest.fixture
def fake(base):
    return FakeCertificates(lambda: base.kept.current().view, base.house.clock, caller="shangrao")


@pytest.fixture
def worker(base, fake):
    return make_worker(base, make_desks(base), partner=None, certificates=fake)


def confirmed(world, worker, key) -> str:
    case_no = file_and_review(world, zhou(window_archive=HOLDER), key=key)
    worker.run_until_idle()
    confirm_first(world, case_no, HOLDER)
    return case_no


def release(world, case_no, office=None):
    return (office or world.office("shangrao")).release.release(
        ReleaseCommand(case_no=case_no, holder_archive=HOLDER, password=PASSWORD + "dispatcher"),
        world.actor(HOLDER, "dispatcher"),
    )


def seal(world, case_no, office=None):
    return (office or world.office("shangrao")).release.seal(
        SealCommand(case_no=case_no, holder_archive=HOLDER, password=PASSWORD + "sealer"),
        world.actor(HOLDER, "sealer"),
    )


def work_of(base, case_no):
    with base.house.book.read() as book:
        return book.get_work(case_no, HOLDER)


def test_order_of_a_case_that_went_back_is_never_sealed(world, base, worker, fake):
    case_no = confirmed(world, worker, "key-back-0000001")
    release(world, case_no)
    confirm_first(world, case_no, HOLDER)
    work = work_of(base, case_no)
    assert (work.state, work.order, work.release_id) == ("holder_review", None, "")
    assert (work.dispatcher, work.seal_keeper) == ("", "")
    world.office("shangrao").answer.refuse(
        RefuseCommand(
            case_no=case_no, holder_archive=HOLDER, reason_code="NOT_PARTY", note="不是当事人"
        ),
        world.actor(HOLDER, "dispatcher"),
    )
    with pytest.raises(Refusal) as refused:
        seal(world, case_no)
    assert refused.value.code == "NOT_NAMED_KEEPER"
    worker.run_until_idle()
    assert not fake.numbers and not work_of(base, case_no).files


def test_only_a_released_case_is_sealed(world, base, worker, fake):
    case_no = confirmed(world, worker, "key-state-000001")
    release(world, case_no)
    # However it came about: the order is there, and the case stands elsewhere.
    with base.house.book.write() as book:
        book.save_work(replace(work_of(base, case_no), state="refused"))
    with pytest.raises(Refusal) as refused:
        seal(world, case_no)
    assert refused.value.code == "CASE_MOVE_FORBIDDEN"
    worker.run_until_idle()
    assert not fake.numbers


def test_twice_signed_order_stands_until_it_is_obeyed(world, base, worker, fake):
    case_no = confirmed(world, worker, "key-twice-000001")
    release_and_seal(world, case_no, HOLDER)
    with pytest.raises(Refusal) as refused:
        confirm_first(world, case_no, HOLDER)
    assert refused.value.code == "CASE_MOVE_FORBIDDEN"
    worker.run_until_idle()
    assert work_of(base, case_no).files
    assert progress(world, case_no, HOLDER).certificates
    assert len(fake.confirmed) == 1


def test_issuance_obeys_its_own_order(world, base, worker, fake):
    """What stands in the case when the worker comes is not what two people signed."""
    case_no = confirmed(world, worker, "key-order-000001")
    release_and_seal(world, case_no, HOLDER)
    work = work_of(base, case_no)
    assert work.order is not None
    with base.house.book.write() as book:
        (issuance,) = book.due_issuances(base.house.clock(), 10)
        book.save_work(replace(work, order=None))
    assert issuance.order == work.order and len(issuance.order.signatures) == 2
    worker.run_until_idle()
    assert fake.numbers and progress(world, case_no, HOLDER).certificates


def test_number_has_the_year_of_the_order(world, base, worker, fake):
    """Released on the last evening of the year, sealed after midnight: no number is used twice."""
    case_no = confirmed(world, worker, "key-year-0000001")
    evening = datetime(base.house.today().year, 12, 31, 15, 30, tzinfo=UTC)
    moment = [evening]
    late = replace(base, house=replace(base.house, clock=lambda: moment[0]))
    office = make_office(late)
    with base.house.book.write() as book:
        work = book.get_work(case_no, HOLDER)
        book.save_work(replace(work, claimed_until=evening + timedelta(hours=1)))
    release(world, case_no, office)
    moment[0] = evening + timedelta(hours=1)
    seal(world, case_no, office)
    with base.house.book.read() as book:
        (issuance,) = book.due_issuances(moment[0], 10)
    order = decode(issuance.order.payload, ReleaseOrder)
    assert (order.issued_on.year, late.house.today().year) == (evening.year, evening.year + 1)
    with base.house.book.write() as book:
        assert book.next_number(f"serial/{HOLDER}/{evening.year}") == issuance.serial + 1
        assert book.next_number(f"serial/{HOLDER}/{evening.year + 1}") == 1


def test_marriage_miss_is_certified_by_a_leader_only(world, base, worker):
    policy = replace(base.house.policy, no_record_purposes=("property",))
    office = make_office(replace(base, house=replace(base.house, policy=policy)))
    form = zhou(window_archive=HOLDER, output="no_record")
    nobody = replace(form.query, subject=SoughtPerson(name="欧阳静涛"), other_party=SoughtPerson())
    case_no = file_and_review(world, replace(form, query=nobody), key="key-leader-00001")
    worker.run_until_idle()
    dispatcher = world.actor(HOLDER, "dispatcher")
    step = WorkCommand(case_no=case_no, holder_archive=HOLDER)
    office.work.claim(step, dispatcher)
    said = NoRecordCommand(case_no=case_no, holder_archive=HOLDER, method="目录与卷内检索")
    assert office.answer.no_record(said, dispatcher).state == "not_found_confirmed"
    with pytest.raises(Refusal) as refused:
        release(world, case_no, office)
    assert refused.value.code == "LEADER_NEEDED"
    office.work.approve(step, world.actor(HOLDER, "leader"))
    assert release(world, case_no, office).summary.state == "released"
