"""催办: the window reminds an archive that was asked; its queue shows it, and nothing moves."""

import pytest
from exchange_world import build_federation
from node_acts import confirm_first, file_and_review, progress, release_and_seal, wait_for, zhou
from node_places import PASSWORD
from one_node_world import HOLDER, open_one_node

from node.bootstrap import make_office
from node.desk_wiring import make_doors
from node.domain.paper_commands import WithdrawCommand
from node.services.remind_holders import RemindHolders, receive_reminder
from records.exchange import Reminder
from records.refusal import Refusal


@pytest.fixture(scope="module")
def node(tmp_path_factory, table_folder):
    return open_one_node(tmp_path_factory.mktemp("world"), table_folder)


def statement(node, case_no, **header) -> Reminder:
    said = node.header(case_no, **header)
    return Reminder(header=said, window_archive=HOLDER, holder_archive=HOLDER)


def test_the_partner_sees_it_and_both_logs_and_clocks_stay_true(node):
    case_no = node.ask()
    before = node.work(case_no)
    clerk, door = node.world.actor(HOLDER, "clerk"), RemindHolders(node.base.house)
    assert len(door.remind(case_no, clerk)) == 1
    with pytest.raises(Refusal, match="REMINDED_JUST_NOW"):
        door.remind(case_no, clerk)
    node.worker.run_until_idle()
    after = node.work(case_no)
    assert (after.reminders, after.state, after.deadline) == (1, before.state, before.deadline)
    dispatcher = node.world.actor(HOLDER, "dispatcher")
    (row,) = [
        one for one in make_office(node.base).work.list_work(dispatcher) if one.case_no == case_no
    ]
    assert row.reminders == 1
    (leg,) = progress(node.world, case_no, HOLDER).legs
    assert leg.reminders == 1 and leg.outcome == ""
    kept = [(one.name, one.payload_type) for one in statements(node, case_no)]
    assert ("reminder", Reminder.PAYLOAD_TYPE) in kept


def statements(node, case_no):
    with node.base.house.book.read() as book:
        return book.list_statements(HOLDER, case_no)


def test_only_the_asker_reminds_and_only_of_its_own_request(node):
    case_no = node.ask()
    for refused, sender, header in (
        ("WRONG_SENDER", "jiaxing", {}),
        ("ANSWER_UNEXPECTED", "shangrao", {"in_reply_to": "f" * 64}),
        ("WRONG_RECIPIENT", "shangrao", {"recipient": "jiaxing"}),
    ):
        with pytest.raises(Refusal, match=refused):
            node.arrive(statement(node, case_no, **header), receive_reminder, sender)
    assert node.work(case_no).reminders == 0
    said = statement(node, case_no)
    verdicts = [node.arrive(said, receive_reminder).verdict for _ in range(2)]
    assert verdicts == ["ACCEPTED", "DUPLICATE"]
    # Whoever sends more than a person may press is answered, and not counted.
    assert node.arrive(statement(node, case_no), receive_reminder).verdict == "ACCEPTED"
    assert node.work(case_no).reminders == 1


def test_what_is_answered_is_not_reminded_of(node):
    case_no = node.ask()
    confirm_first(node.world, case_no, HOLDER)
    release_and_seal(node.world, case_no, HOLDER)
    node.worker.run_until_idle()
    with pytest.raises(Refusal, match="NOBODY_TO_REMIND"):
        RemindHolders(node.base.house).remind(case_no, node.world.actor(HOLDER, "clerk"))
    node.arrive(statement(node, case_no), receive_reminder)
    assert node.work(case_no).reminders == 0


def test_a_certificate_is_seen_to_stand_to_wait_and_to_have_ended(node):
    case_no = node.ask()
    confirm_first(node.world, case_no, HOLDER)
    release_and_seal(node.world, case_no, HOLDER)
    node.worker.run_until_idle()
    office = make_office(node.base)
    look = make_doors(node.base, office).revocations
    with node.base.house.book.read() as book:
        (issued,) = book.case_issuances(case_no, HOLDER)
    dispatcher, keeper = node.world.actor(HOLDER, "dispatcher"), node.world.actor(HOLDER, "sealer")
    assert look.find(issued.number, dispatcher).state == "valid"
    with pytest.raises(Refusal, match="NO_SUCH_PAPER"):
        look.find(issued.number[:-1], dispatcher)
    with pytest.raises(Refusal, match="DUTY_NOT_HELD"):
        look.find(issued.number, node.world.actor(HOLDER, "clerk"))
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
