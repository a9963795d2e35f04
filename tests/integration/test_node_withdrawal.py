"""A withdrawn application reaches the archive that was asked, which lays its work down."""

import secrets
from dataclasses import replace
from datetime import timedelta

import pytest
from exchange_world import build_federation
from fake_certificates import FakeCertificates
from node_acts import confirm_first, file_and_review, progress, release_and_seal, wait_for, zhou
from node_world import build_node_world

from node.bootstrap import make_desks, make_worker, open_base
from node.domain.commands import CaseCommand
from node.services.arrivals import Arrival
from node.services.withdraw_request import receive_withdrawal
from records.exchange import Receipt, Withdrawal
from records.refusal import Refusal
from trust.envelope.statement import decode, open_statement, sign_statement

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


def asked(world, worker) -> str:
    form = zhou(window_archive=HOLDER)
    case_no = file_and_review(world, form, key="key-" + secrets.token_hex(6))
    worker.run_until_idle()
    return case_no


def withdraw(world, case_no, node_id="shangrao", archive=HOLDER):
    office = world.office(node_id)
    return office.hand_over.withdraw(CaseCommand(case_no=case_no), world.actor(archive, "clerk"))


def work(base, case_no):
    with base.house.book.read() as book:
        return book.get_work(case_no, HOLDER)


def statement(base, case_no, **header) -> Withdrawal:
    house = base.house
    made = house.header(
        case_no, "shangrao", house.clock(), in_reply_to=work(base, case_no).request_id
    )
    return Withdrawal(header=replace(made, **header), window_archive=HOLDER, holder_archive=HOLDER)


def receive(base, said, sender="shangrao") -> Receipt:
    envelope = sign_statement(said, base.house.signer)
    keys = base.kept.current().view.sign_keys("shangrao", base.house.clock())
    arrival = Arrival(
        sender=sender,
        envelope=envelope,
        issuer=sender,
        token_id=secrets.token_hex(8),
        token_expires_at=base.house.clock() + timedelta(minutes=2),
    )
    opened = open_statement(envelope, Withdrawal, keys)
    return decode(receive_withdrawal(base.house, arrival, opened).payload, Receipt)


def test_the_holder_hears_of_it(world, base, worker):
    case_no = asked(world, worker)
    assert work(base, case_no).state == "candidates"
    assert withdraw(world, case_no).state == "withdrawn"
    worker.run_until_idle()
    assert work(base, case_no).state == "withdrawn"
    assert progress(world, case_no, HOLDER).summary.state == "withdrawn"


def test_a_request_that_never_left_stays_at_home(world, base, worker):
    case_no = file_and_review(world, zhou(window_archive=HOLDER), key="key-never-left")
    withdraw(world, case_no)
    worker.run_until_idle()
    with base.house.book.read() as book:
        assert book.find_work(case_no, HOLDER) is None
        assert not [one for one in book.list_messages("waiting", 50) if one.case_no == case_no]


def test_what_two_officers_signed_comes_to_its_end(world, base, worker):
    case_no = asked(world, worker)
    confirm_first(world, case_no, HOLDER)
    release_and_seal(world, case_no, HOLDER)
    assert receive(base, statement(base, case_no)).verdict == "ACCEPTED"
    worker.run_until_idle()
    assert work(base, case_no).state == "delivered"


def test_only_the_asker_takes_back_and_only_its_own_request(world, base, worker):
    case_no = asked(world, worker)
    with pytest.raises(Refusal, match="WRONG_SENDER"):
        receive(base, statement(base, case_no), sender="jiaxing")
    with pytest.raises(Refusal, match="ANSWER_UNEXPECTED"):
        receive(base, statement(base, case_no, in_reply_to="f" * 64))
    with pytest.raises(Refusal, match="WRONG_RECIPIENT"):
        receive(base, statement(base, case_no, recipient="jiaxing"))
    assert work(base, case_no).state == "candidates"
    said = statement(base, case_no)
    assert [receive(base, said).verdict for _ in range(2)] == ["ACCEPTED", "DUPLICATE"]
    assert work(base, case_no).state == "withdrawn"


def test_it_travels_between_nodes(tmp_path, table_folder):
    federation = build_federation(tmp_path / "federation", table_folder)
    try:
        for node_id in ("jiaxing", "shangrao"):
            federation.start(node_id)
        case_no = file_and_review(federation.world, zhou(), key="key-withdrawn-01")
        holder = federation.running["shangrao"].base

        def state():
            with holder.house.book.read() as book:
                found = book.find_work(case_no, HOLDER)
            return found.state if found else ""

        wait_for(lambda: state() == "candidates")
        withdraw(federation.world, case_no, "jiaxing", "330400")
        wait_for(lambda: state() == "withdrawn")
    finally:
        federation.close()
