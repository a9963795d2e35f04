"""What a member with good keys but bad intentions gets from a partner's doors: a code, no data."""

from dataclasses import replace
from datetime import timedelta

import pytest
from channel_world import wall_clock
from exchange_world import build_federation
from node_acts import file_and_review, progress, wait_for, zhou
from partner_calls import act_of, partner_of, request, send

from node.domain.cases import OutboxMessage
from protos.lantai.v1 import exchange_pb2, exchange_pb2_grpc
from records.exchange import AssistAnswer, Header, Receipt
from records.refusal import Refusal
from trust.channel.client import act_metadata
from trust.envelope.dsse import envelope_id
from trust.envelope.statement import decode, sign_statement
from trust.identity.participant import ParticipantKind
from trust.wire import envelope_from_proto, envelope_to_proto


@pytest.fixture(scope="module")
def federation(tmp_path_factory, table_folder):
    made = build_federation(tmp_path_factory.mktemp("federation"), table_folder)
    for node_id in ("jiaxing", "shangrao", "pudong"):
        made.start(node_id)
    yield made
    made.close()


def work_count(federation):
    with federation.running["shangrao"].base.house.book.read() as book:
        return book.counts()["work"]


def test_member_without_agreement_learns_nothing(federation):
    before = work_count(federation)
    with pytest.raises(Refusal) as refused:
        send(federation, "pudong", request(federation, "pudong"))
    assert refused.value.code == "AGREEMENT_SCOPE"
    assert work_count(federation) == before


def test_another_members_window_cannot_be_borrowed(federation):
    with pytest.raises(Refusal) as refused:
        send(federation, "jiaxing", request(federation, "jiaxing", window_archive="310115"))
    assert refused.value.code == "WRONG_SENDER"


def test_statement_in_anothers_name_is_refused(federation):
    statement = request(federation, "jiaxing")
    with pytest.raises(Refusal) as refused:
        send(federation, "pudong", statement)
    assert refused.value.code in ("STATEMENT_MISADDRESSED", "WRONG_SENDER")


def test_holder_judges_eligibility_and_assurance_itself(federation):
    """The asking node claims D01 for somebody whom nobody identified."""
    form = zhou()
    weak = replace(form.applicant, identity_assurance="asserted")
    receipt = send(federation, "jiaxing", request(federation, "jiaxing", applicant=weak))
    assert receipt.verdict == "REFUSED" and receipt.inbox_seq == 0
    assert receipt.reason_code == "IDENTITY_TOO_WEAK"
    agent = replace(form.applicant, relation="agent")
    receipt = send(federation, "jiaxing", request(federation, "jiaxing", applicant=agent))
    assert receipt.verdict == "REFUSED"
    assert receipt.reason_code in ("AGENT_NOT_NOTARISED", "PROOF_MISSING")


def test_same_envelope_is_one_case_and_another_is_a_conflict(federation):
    statement = request(federation, "jiaxing")
    before = work_count(federation)
    first = send(federation, "jiaxing", statement)
    again = send(federation, "jiaxing", statement)
    assert (first.verdict, again.verdict) == ("ACCEPTED", "DUPLICATE")
    assert again.inbox_seq == first.inbox_seq
    assert work_count(federation) == before + 1
    with pytest.raises(Refusal) as refused:
        send(federation, "jiaxing", replace(statement, purpose="notary"))
    assert refused.value.code == "OTHER_ENVELOPE"
    assert work_count(federation) == before + 1


def token_to(federation, node_id, partner_id, case_no, bound_to=""):
    partner = partner_of(federation, node_id)
    return partner._token(partner._channel(partner_id), case_no, bound_to, {})


def test_act_token_works_once_and_only_for_its_envelope(federation):
    partner = partner_of(federation, "jiaxing")
    node = federation.running["jiaxing"]
    statement = request(federation, "jiaxing")
    envelope = sign_statement(statement, node.base.house.signer)
    case_no, act = statement.header.case_no, act_of(statement)
    token = partner._token(partner._channel("shangrao"), case_no, envelope_id(envelope), act)
    channel = node._shelf.channel(ParticipantKind.NODE, "shangrao").channel
    stub = exchange_pb2_grpc.ExchangeStub(channel)
    reply = stub.Submit(envelope_to_proto(envelope), metadata=act_metadata(token))
    assert decode(envelope_from_proto(reply).payload, Receipt).verdict == "ACCEPTED"
    with pytest.raises(Refusal) as refused:
        stub.Submit(envelope_to_proto(envelope), metadata=act_metadata(token))
    assert refused.value.code == "ACT_TOKEN_REPLAYED"
    other = sign_statement(request(federation, "jiaxing"), node.base.house.signer)
    fresh = partner._token(partner._channel("shangrao"), "x", envelope_id(envelope), {})
    with pytest.raises(Refusal) as refused:
        stub.Submit(envelope_to_proto(other), metadata=act_metadata(fresh))
    assert refused.value.code == "ACT_TOKEN_MISBOUND"


def test_flipped_bit_in_the_envelope_is_named(federation):
    node = federation.running["jiaxing"]
    statement = request(federation, "jiaxing")
    envelope = sign_statement(statement, node.base.house.signer)
    changed = replace(envelope, payload=envelope.payload.replace(b"1985", b"1986"))
    token = token_to(federation, "jiaxing", "shangrao", "x", envelope_id(changed))
    channel = node._shelf.channel(ParticipantKind.NODE, "shangrao").channel
    with pytest.raises(Refusal) as refused:
        exchange_pb2_grpc.ExchangeStub(channel).Submit(
            envelope_to_proto(changed), metadata=act_metadata(token)
        )
    assert refused.value.code == "SIGNATURE_INVALID"


def test_answer_to_a_question_that_nobody_asked_is_refused(federation):
    world = federation.world
    case_no = file_and_review(world, zhou(), key="key-forge-00001")
    wait_for(lambda: progress(world, case_no).legs[0].state == "received")
    now = wall_clock()
    node = federation.running["pudong"]
    forged = AssistAnswer(
        header=Header(
            message_id="m1",
            case_no=case_no,
            sender="pudong",
            recipient="jiaxing",
            created_at=now,
            expires_at=now + timedelta(hours=1),
            in_reply_to=progress(world, case_no).legs[0].request_id,
        ),
        holder_archive="361100",
        outcome="NO_RECORD_COVERED",
    )
    envelope = sign_statement(forged, node.base.house.signer)
    message = OutboxMessage(
        message_id="m",
        kind="deliver",
        recipient="jiaxing",
        case_no=case_no,
        holder_archive="361100",
        envelope=envelope,
        envelope_id=envelope_id(envelope),
        due_at=now,
        deadline=now,
    )
    with pytest.raises(Refusal) as refused:
        partner_of(federation, "pudong").send(message)
    assert refused.value.code == "ANSWER_UNEXPECTED"
    assert progress(world, case_no).legs[0].outcome == ""


def test_files_go_only_to_the_window_that_asked(federation):
    world = federation.world
    case_no = file_and_review(world, zhou(), key="key-files-00001")
    federation.fulfil(case_no, "361100")
    federation.wait_for_state(case_no, "sealed")
    (file,) = progress(world, case_no).certificates
    with pytest.raises(Refusal) as refused:
        list(partner_of(federation, "pudong").fetch_file("shangrao", case_no, file.sha256))
    assert refused.value.code == "FILE_NOT_RELEASED"
    page = next(
        entry.images[0].sha256
        for entry in [
            federation.running["shangrao"].base.catalogue.get_entry("361100", "J012-003-0456-078")
        ]
    )
    with pytest.raises(Refusal) as refused:
        list(partner_of(federation, "jiaxing").fetch_file("shangrao", case_no, page))
    assert refused.value.code == "FILE_NOT_RELEASED"


def test_status_of_anothers_case_does_not_exist(federation):
    world = federation.world
    case_no = file_and_review(world, zhou(), key="key-state-00001")
    wait_for(lambda: progress(world, case_no).legs[0].state == "received")

    def ask(node_id):
        node = federation.running[node_id]
        token = token_to(federation, node_id, "shangrao", case_no)
        channel = node._shelf.channel(ParticipantKind.NODE, "shangrao").channel
        return exchange_pb2_grpc.ExchangeStub(channel).Status(
            exchange_pb2.StatusRequest(case_no=case_no), metadata=act_metadata(token)
        )

    reply = ask("jiaxing")
    assert reply.state and reply.deadline_ms > reply.now_ms
    with pytest.raises(Refusal) as refused:
        ask("pudong")
    assert refused.value.code == "CASE_NOT_FOUND"


def test_no_name_is_in_the_log_lines_of_any_node(federation, caplog):
    world = federation.world
    with caplog.at_level("INFO", logger="lantai"):
        case_no = file_and_review(world, zhou(), key="key-names-00001")
        federation.fulfil(case_no, "361100")
        federation.wait_for_state(case_no, "sealed")
    assert "delivered" in caplog.text
    for secret in ("周金水", "吴桂兰", "361199196211050313", "\\u5468"):
        assert secret not in caplog.text
