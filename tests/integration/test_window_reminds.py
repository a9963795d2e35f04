"""催办: the window reminds an archive that was asked; its queue shows it, and nothing moves."""

import secrets
from dataclasses import replace
from datetime import timedelta

import pytest
from exchange_world import build_federation
from fake_certificates import FakeCertificates
from node_acts import confirm_first, file_and_review, progress, release_and_seal, wait_for, zhou
from node_places import PASSWORD
from node_world import build_node_world

from node.bootstrap import make_desks, make_office, make_worker, open_base
from node.desk_wiring import make_doors
from node.domain.paper_commands import WithdrawCommand
from node.services.arrivals import Arrival
from node.services.remind_holders import RemindHolders, receive_reminder
from records.exchange import Receipt, Reminder
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


def work(base, case_no):
    with base.house.book.read() as book:
        return book.get_work(case_no, HOLDER)


def statement(base, case_no, **header) -> Reminder:
    house = base.house
    made = house.header(
        case_no, "shangrao", house.clock(), in_reply_to=work(base, case_no).request_id
    )
    return Reminder(header=replace(made, **header), window_archive=HOLDER, holder_archive=HOLDER)


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
    opened = open_statement(envelope, Reminder, keys)
    return decode(receive_reminder(base.house, arrival, opened).payload, Receipt)


def test_the_partner_sees_it_and_both_logs_and_clocks_stay_true(world, base, worker):
    case_no = asked(world, worker)
    before = work(base, case_no)
    clerk, door = world.actor(HOLDER, "clerk"), RemindHolders(base.house)
    assert len(door.remind(case_no, clerk)) == 1
    with pytest.raises(Refusal, match="REMINDED_JUST_NOW"):
        door.remind(case_no, clerk)
    worker.run_until_idle()
    after = work(base, case_no)
    assert (after.reminders, after.state, after.deadline) == (1, before.state, before.deadline)
    dispatcher = world.actor(HOLDER, "dispatcher")
    (row,) = [one for one in make_office(base).work.list_work(dispatcher) if one.case_no == case_no]
    assert row.reminders == 1
    (leg,) = progress(world, case_no, HOLDER).legs
    assert leg.reminders == 1 and leg.outcome == ""
    kept = [(one.name, one.payload_type) for one in statements(base, case_no)]
    assert ("reminder", Reminder.PAYLOAD_TYPE) in kept


def statements(base, case_no):
    with base.house.book.read() as book:
        return book.list_statements(HOLDER, case_no)


def test_only_the_asker_reminds_and_only_of_its_own_request(world, base, worker):
    case_no = asked(world, worker)
    for refused, sender, header in (
        ("WRONG_SENDER", "jiaxing", {}),
        ("ANSWER_UNEXPECTED", "shangrao", {"in_reply_to": "f" * 64}),
        ("WRONG_RECIPIENT", "shangrao", {"recipient": "jiaxing"}),
    ):
        with pytest.raises(Refusal, match=refused):
            receive(base, statement(base, case_no, **header), sender=sender)
    assert work(base, case_no).reminders == 0
    said = statement(base, case_no)
    assert [receive(base, said).verdict for _ in range(2)] == ["ACCEPTED", "DUPLICATE"]
    # Whoever sends more than a person may press is answered, and not counted.
    assert receive(base, statement(base, case_no)).verdict == "ACCEPTED"
    assert work(base, case_no).reminders == 1


def test_what_is_answered_is_not_reminded_of(world, base, worker):
    case_no = asked(world, worker)
    confirm_first(world, case_no, HOLDER)
    release_and_seal(world, case_no, HOLDER)
    worker.run_until_idle()
    with pytest.raises(Refusal, match="NOBODY_TO_REMIND"):
        RemindHolders(base.house).remind(case_no, world.actor(HOLDER, "clerk"))
    receive(base, statement(base, case_no))
    assert work(base, case_no).reminders == 0


def test_a_certificate_is_seen_to_stand_to_wait_and_to_have_ended(world, base, worker):
    case_no = asked(world, worker)
    confirm_first(world, case_no, HOLDER)
    release_and_seal(world, case_no, HOLDER)
    worker.run_until_idle()
    office = make_office(base)
    look = make_doors(base, office).revocations
    with base.house.book.read() as book:
        (issued,) = book.case_issuances(case_no, HOLDER)
    dispatcher, keeper = world.actor(HOLDER, "dispatcher"), world.actor(HOLDER, "sealer")
    assert look.find(issued.number, dispatcher).state == "valid"
    with pytest.raises(Refusal, match="NO_SUCH_PAPER"):
        look.find(issued.number[:-1], dispatcher)
    with pytest.raises(Refusal, match="DUTY_NOT_HELD"):
        look.find(issued.number, world.actor(HOLDER, "clerk"))
    command = WithdrawCommand(
        case_no=case_no,
        holder_archive=HOLDER,
        number=issued.number,
        reason_class="leaked",
        seal_keeper=keeper.officer_id,
        password=PASSWORD + "dispatcher",
    )
    office.withdrawals.order(command, dispatcher)
    (waiting,) = look.waiting(keeper)
    assert (waiting.number, waiting.state, waiting.mine) == (issued.number, "ordered", True)
    assert not look.find(issued.number, dispatcher).mine


def test_it_travels_between_nodes(tmp_path, table_folder):
    federation = build_federation(tmp_path / "federation", table_folder)
    try:
        for node_id in ("jiaxing", "shangrao"):
            federation.start(node_id)
        case_no = file_and_review(federation.world, zhou(), key="key-reminded-01")
        window, holder = (federation.running[one].base for one in ("jiaxing", "shangrao"))

        def reminders() -> int:
            with holder.house.book.read() as book:
                found = book.find_work(case_no, HOLDER)
            return found.reminders if found else -1

        wait_for(lambda: reminders() == 0)
        RemindHolders(window.house).remind(case_no, federation.world.actor("330400", "clerk"))
        wait_for(lambda: reminders() == 1)
    finally:
        federation.close()
