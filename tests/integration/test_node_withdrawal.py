"""A withdrawn application reaches the archive that was asked, which lays its work down."""

import json

import pytest
from exchange_world import build_federation
from node_acts import confirm_first, file_and_review, progress, release_and_seal, wait_for, zhou
from one_node_world import HOLDER, open_one_node

from node.cli import main
from node.domain.commands import CaseCommand
from node.services.gather_evidence import GatherEvidence
from node.services.withdraw_request import receive_withdrawal
from records.exchange import Withdrawal
from records.refusal import Refusal
from trust.envelope.dsse import envelope_to_json


@pytest.fixture(scope="module")
def node(tmp_path_factory, table_folder):
    return open_one_node(tmp_path_factory.mktemp("world"), table_folder)


def kept(node, case_no) -> list[str]:
    """What the archive keeps of the case, as far as it is about taking it back."""
    with node.base.house.book.read() as book:
        said = book.list_statements(HOLDER, case_no)
    return [one.envelope_id for one in said if one.name == "withdrawal" and one.index >= 0]


def withdraw(world, case_no, node_id="shangrao", archive=HOLDER):
    office = world.office(node_id)
    return office.hand_over.withdraw(CaseCommand(case_no=case_no), world.actor(archive, "clerk"))


def statement(node, case_no, **header) -> Withdrawal:
    said = node.header(case_no, **header)
    return Withdrawal(header=said, window_archive=HOLDER, holder_archive=HOLDER)


def test_the_holder_hears_of_it(node):
    case_no = node.ask()
    assert node.work(case_no).state == "candidates"
    assert withdraw(node.world, case_no).state == "withdrawn"
    node.worker.run_until_idle()
    assert node.work(case_no).state == "withdrawn"
    assert progress(node.world, case_no, HOLDER).summary.state == "withdrawn"


def test_a_request_that_never_left_stays_at_home(node):
    case_no = file_and_review(node.world, zhou(window_archive=HOLDER), key="key-never-left")
    withdraw(node.world, case_no)
    node.worker.run_until_idle()
    with node.base.house.book.read() as book:
        assert book.find_work(case_no, HOLDER) is None
        assert not [one for one in book.list_messages("waiting", 50) if one.case_no == case_no]


def test_what_two_officers_signed_comes_to_its_end(node):
    case_no = node.ask()
    confirm_first(node.world, case_no, HOLDER)
    release_and_seal(node.world, case_no, HOLDER)
    assert node.arrive(statement(node, case_no), receive_withdrawal).verdict == "ACCEPTED"
    node.worker.run_until_idle()
    assert node.work(case_no).state == "delivered"
    assert len(kept(node, case_no)) == 1, "that it came too late has to be shown as well"


def test_only_the_asker_takes_back_and_only_its_own_request(node):
    case_no = node.ask()
    with pytest.raises(Refusal, match="WRONG_SENDER"):
        node.arrive(statement(node, case_no), receive_withdrawal, "jiaxing")
    with pytest.raises(Refusal, match="ANSWER_UNEXPECTED"):
        node.arrive(statement(node, case_no, in_reply_to="f" * 64), receive_withdrawal)
    with pytest.raises(Refusal, match="WRONG_RECIPIENT"):
        node.arrive(statement(node, case_no, recipient="jiaxing"), receive_withdrawal)
    assert node.work(case_no).state == "candidates"
    said = statement(node, case_no)
    verdicts = [node.arrive(said, receive_withdrawal).verdict for _ in range(2)]
    assert verdicts == ["ACCEPTED", "DUPLICATE"]
    assert node.work(case_no).state == "withdrawn"
    # Signed anew each time, the same bytes: one statement, kept once, and none of those refused.
    assert len(kept(node, case_no)) == 1


def shows_it_to_strangers(holder, case_no, folder, capsys):
    """The holder's own pack proves that the window took the request back, and our receipt."""
    pack = folder / "pack.zip"
    pack.write_bytes(GatherEvidence(holder.house, holder.folder).gather(case_no, HOLDER, "op"))
    trust = folder / "trust.dsse.json"
    trust.write_bytes(envelope_to_json(holder.house.directory.current().trust_envelope))
    data = holder.places.data
    said = ["--trust-list", str(trust), "--council", str(data / "council.json"), "--json"]
    said += ["--data", str(data)]
    assert main(["evidence", "verify", str(pack), *said]) == 0
    found = {one["name"]: one for one in json.loads(capsys.readouterr().out)["statements"]}
    assert found["withdrawal-1"]["type"] == Withdrawal.PAYLOAD_TYPE
    assert found["withdrawal-1"]["signers"] == ["jiaxing"]
    assert found["withdrawal-1"]["logged_at"] and found["receipt-2"]["signers"] == ["shangrao"]
    forged = folder / "forged.zip"
    forged.write_bytes(
        pack.read_bytes().replace(b"vnd.lantai.withdrawal", b"vnd.lantai.withdrawel")
    )
    assert main(["evidence", "verify", str(forged), *said]) == 3


def test_it_travels_between_nodes(tmp_path, table_folder, capsys):
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
        shows_it_to_strangers(holder, case_no, tmp_path, capsys)
    finally:
        federation.close()
