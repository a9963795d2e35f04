"""Joining over real sockets: strangers at the enrolment door, two operators behind it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from registry_door import Running, code_of, head_of
from registry_world import RegistryWorld, new_signer, wall_clock

from federation_registry.serving import Serving
from protos.lantai.v1 import (
    enrolment_pb2,
    enrolment_pb2_grpc,
)
from records.refusal import Refusal
from trust.identity.enrolment import create_signing_request
from trust.identity.keys import new_p256


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    world = RegistryWorld(tmp_path, wall_clock)
    world.publish_list()
    serving = Serving(world.house)
    members, strangers = serving.start()
    yield Running(world, serving, members, strangers)
    serving.stop(0.2)


def test_a_certificate_without_membership_opens_nothing(running: Running) -> None:
    world = running.world
    node = running.newcomer("pudong")
    sent = world.house.enrol.invite(node.participant, invited_by="o1")
    reply = node.enrol(sent.token)
    assert node.collect(reply.enrolment_id).state == "pending"
    world.house.enrol.approve(
        reply.enrolment_id,
        officer="o2",
        fingerprint_heard=reply.fingerprint,
        issuing=world.house.issuing(),
    )
    node.take(node.collect(reply.enrolment_id))
    assert code_of(head_of, node.channel()) == "MEMBER_UNKNOWN"


def test_strangers_find_two_methods_and_nothing_else(running: Running) -> None:
    with running.enrolment() as channel:
        stub = enrolment_pb2_grpc.EnrolmentStub(channel.channel)
        renew = enrolment_pb2.RenewRequest(csr_pem="x")
        assert code_of(stub.Renew, renew) == "METHOD_DENIED"
        assert code_of(head_of, channel.channel) == "METHOD_UNKNOWN"
        wrong = enrolment_pb2.CollectRequest(enrolment_id="0" * 32)
        assert code_of(stub.Collect, wrong) == "ENROLMENT_UNKNOWN"


def test_members_do_not_enrol_through_their_own_door(running: Running) -> None:
    channel = running.newcomer("shangrao").join().channel()
    stub = enrolment_pb2_grpc.EnrolmentStub(channel)
    assert code_of(stub.Enrol, enrolment_pb2.EnrolRequest(token="t")) == "METHOD_DENIED"


def test_a_token_works_once_and_a_bad_request_spends_it(running: Running) -> None:
    world = running.world
    node, thief = running.newcomer("shangrao"), running.newcomer("shangrao")
    sent = world.house.enrol.invite(node.participant, invited_by="o1")
    first = node.enrol(sent.token)
    assert code_of(thief.enrol, sent.token) == "ENROLMENT_TOKEN"
    assert code_of(thief.enrol, "guess") == "ENROLMENT_TOKEN"
    assert node.collect(first.enrolment_id).state == "pending"
    other = world.house.enrol.invite(world.participant("pudong"), invited_by="o1")
    thief.signer = new_signer()
    with running.enrolment() as channel:
        stub = enrolment_pb2_grpc.EnrolmentStub(channel.channel)
        request = enrolment_pb2.EnrolRequest(token=other.token, csr_pem="not a request")
        assert code_of(stub.Enrol, request) == "CSR_MALFORMED"
    assert code_of(thief.enrol, other.token) == "ENROLMENT_TOKEN"


def test_two_officers_and_the_right_fingerprint_are_needed(running: Running) -> None:
    enrol, issuing = running.world.house.enrol, running.world.house.issuing()
    node = running.newcomer("shangrao")
    sent = enrol.invite(node.participant, invited_by="o1")
    with pytest.raises(Refusal) as early:
        enrol.approve(sent.enrolment_id, officer="o2", fingerprint_heard="", issuing=issuing)
    assert early.value.code == "ENROLMENT_UNKNOWN"
    reply = node.enrol(sent.token)

    def approve(officer: str, heard: str) -> str:
        with pytest.raises(Refusal) as refused:
            enrol.approve(
                reply.enrolment_id, officer=officer, fingerprint_heard=heard, issuing=issuing
            )
        return refused.value.code

    assert approve("o1", reply.fingerprint) == "ENROLMENT_SAME_PERSON"
    assert approve("o2", "00" * 32) == "ENROLMENT_FINGERPRINT"
    assert approve("o2", reply.fingerprint[:8]) == "ENROLMENT_FINGERPRINT"
    enrol.reject(reply.enrolment_id, officer="o2")
    assert approve("o2", reply.fingerprint) == "ENROLMENT_STATE"
    assert node.collect(reply.enrolment_id).state == "rejected"


def test_a_certificate_is_renewed_with_a_new_key_only(running: Running) -> None:
    node = running.newcomer("shangrao").join()
    stub = enrolment_pb2_grpc.EnrolmentStub(node.channel())

    def renew(csr: bytes) -> enrolment_pb2.CollectReply:
        return stub.Renew(enrolment_pb2.RenewRequest(csr_pem=csr.decode()))

    assert code_of(renew, create_signing_request(node.key)) == "KEY_REUSED"
    fresh = new_p256()
    renewed = renew(create_signing_request(fresh))
    assert code_of(renew, create_signing_request(fresh)) == "KEY_REUSED"
    node.key = fresh
    node.take(renewed)
    head_of(node.channel())
    running.world.house.book.revoke_certificates(node.participant)
    again = new_p256()
    assert code_of(renew, create_signing_request(again)) == "RENEWAL_REFUSED"


def test_the_invitation_names_the_participant_whatever_the_request_says(running: Running) -> None:
    node = running.newcomer("shangrao").join()
    assert node.holder is not None
    assert node.holder.current.participant == node.participant
    assert running.world.house.book.find_certificate(node.holder.current.certificate_sha256)
