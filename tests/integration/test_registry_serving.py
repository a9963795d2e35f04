"""The running registry: real sockets, real TLS, strangers and members at its two doors."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import grpc
import pytest
from registry_world import MARRIAGE, RegistryWorld, new_signer, wall_clock

from federation_registry.ports import Denial
from federation_registry.serving import Serving
from protos.lantai.v1 import (
    directory_pb2,
    directory_pb2_grpc,
    enrolment_pb2,
    enrolment_pb2_grpc,
    liveness_pb2,
    liveness_pb2_grpc,
    routing_pb2,
    routing_pb2_grpc,
)
from records.refusal import Refusal
from trust.channel.client import PartnerChannel, PartnerSettings
from trust.channel.credentials import IdentityHolder, TLSIdentity
from trust.channel.enrolment_client import EnrolmentChannel
from trust.channel.status import reasons_by_code
from trust.envelope.dsse import envelope_to_json
from trust.envelope.statement import decode, sign_statement
from trust.identity.directory import build_snapshot
from trust.identity.enrolment import create_signing_request, sign_proof_message
from trust.identity.keys import Ed25519Signer, new_p256
from trust.identity.participant import Participant
from trust.identity.statements import DirectoryHead, KeyStatement
from trust.wire import envelope_from_proto, envelope_to_proto


@dataclass
class Running:
    """A serving registry and the way to it."""

    world: RegistryWorld
    serving: Serving
    members: str
    strangers: str

    @property
    def settings(self) -> PartnerSettings:
        return PartnerSettings(
            clock=wall_clock, known=reasons_by_code(), timeout=timedelta(seconds=5)
        )

    def enrolment(self) -> EnrolmentChannel:
        house = self.world.house
        return EnrolmentChannel(
            self.strangers, house.participant, house.keys.roots_pem(), self.settings
        )

    def newcomer(self, slug: str) -> "Newcomer":
        return Newcomer(self, self.world.participant(slug))


class Newcomer:
    """Walks through enrolment as `lantai-node enrol` does."""

    def __init__(self, running: Running, participant: Participant) -> None:
        self.running = running
        self.participant = participant
        self.key = new_p256()
        self.signer: Ed25519Signer = new_signer()
        self.holder: IdentityHolder | None = None
        self.statement = b""

    def enrol(self, token: str) -> enrolment_pb2.EnrolReply:
        proof = self.signer.sign(sign_proof_message(self.key.public_key()))
        with self.running.enrolment() as channel:
            return enrolment_pb2_grpc.EnrolmentStub(channel.channel).Enrol(
                enrolment_pb2.EnrolRequest(
                    token=token,
                    csr_pem=create_signing_request(self.key).decode(),
                    sign_public_key=self.signer.public_raw,
                    sign_proof=proof,
                )
            )

    def collect(self, enrolment_id: str) -> enrolment_pb2.CollectReply:
        with self.running.enrolment() as channel:
            return enrolment_pb2_grpc.EnrolmentStub(channel.channel).Collect(
                enrolment_pb2.CollectRequest(enrolment_id=enrolment_id)
            )

    def join(self) -> "Newcomer":
        """Invited, enrolled, approved by a second officer and listed by the council."""
        world = self.running.world
        sent = world.house.enrol.invite(self.participant, invited_by="o1")
        reply = self.enrol(sent.token)
        world.house.enrol.approve(
            reply.enrolment_id,
            officer="o2",
            fingerprint_heard=reply.fingerprint,
            issuing=world.house.issuing(),
        )
        collected = self.collect(reply.enrolment_id)
        assert collected.state == "approved"
        self.take(collected)
        world.list_member(self.participant.slug, self.signer)
        world.publish_list()
        return self

    def take(self, collected: enrolment_pb2.CollectReply) -> None:
        from channel_world import to_pem

        identity = TLSIdentity(
            chain_pem=collected.certificate_chain_pem.encode(),
            private_key_pem=to_pem(self.key),
            roots_pem=collected.roots_pem.encode(),
        )
        self.holder = IdentityHolder(identity)
        leaf = identity.leaf
        statement = KeyStatement(
            participant_id=self.participant.slug,
            use="tls",
            sequence=1,
            spki_sha256=identity.spki_sha256,
            not_before=leaf.not_valid_before_utc,
            not_after=leaf.not_valid_after_utc,
        )
        self.statement = envelope_to_json(sign_statement(statement, self.signer))

    def channel(self) -> grpc.Channel:
        assert self.holder is not None
        return PartnerChannel(
            self.running.members,
            self.running.world.house.participant,
            self.holder,
            lambda: self.statement,
            self.running.settings,
        ).channel


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    world = RegistryWorld(tmp_path, wall_clock)
    world.publish_list()
    serving = Serving(world.house)
    members, strangers = serving.start()
    yield Running(world, serving, members, strangers)
    serving.stop(0.2)


def code_of(call: object, *args: object) -> str:
    with pytest.raises(Refusal) as refused:
        call(*args)  # type: ignore[operator]
    return refused.value.code


def head_of(channel: grpc.Channel):  # noqa: ANN201
    stub = directory_pb2_grpc.DirectoryStub(channel)
    return envelope_from_proto(stub.GetHead(directory_pb2.GetHeadRequest()))


def test_a_newcomer_becomes_a_member_and_reads_the_directory(running: Running) -> None:
    node = running.newcomer("shangrao").join()
    channel = node.channel()
    world = running.world
    stub = directory_pb2_grpc.DirectoryStub(channel)
    declared = sign_statement(world.coverage("shangrao"), node.signer)
    reply = stub.Publish(directory_pb2.PublishRequest(envelope=envelope_to_proto(declared)))
    head = head_of(channel)
    said = decode(head.payload, DirectoryHead)
    assert said.version >= reply.head_version
    wanted = [bytes.fromhex(part.sha256) for part in said.parts]
    parts = list(stub.GetParts(directory_pb2.GetPartsRequest(sha256=wanted)))
    assert [part.sha256 for part in parts] == wanted
    assert reply.sha256 in wanted
    envelopes = [envelope_from_proto(part.envelope) for part in parts]
    snapshot = build_snapshot(head, envelopes, world.house.council(), None, wall_clock())
    assert snapshot.rejected == ()
    assert snapshot.coverage[0].statement.archive_code == "361100"


def test_the_registry_states_its_own_key_and_endpoint(running: Running) -> None:
    channel = running.newcomer("shangrao").join().channel()
    stub = directory_pb2_grpc.DirectoryStub(channel)
    kinds: set[str] = set()
    for _ in range(40):
        kinds = {part.kind for part in decode(head_of(channel).payload, DirectoryHead).parts}
        if {"key", "endpoint"} <= kinds:
            break
        threading.Event().wait(0.1)
    assert {"trust_list", "key", "endpoint"} <= kinds
    parts = [one.sha256 for one in running.world.house.store.listed() if one.kind == "endpoint"]
    raw = [bytes.fromhex(sha256) for sha256 in parts]
    (part,) = stub.GetParts(directory_pb2.GetPartsRequest(sha256=raw))
    assert running.members.encode() in part.envelope.payload


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


def test_a_denied_member_is_refused_on_its_open_connection(running: Running) -> None:
    node = running.newcomer("shangrao").join()
    channel = node.channel()
    head_of(channel)
    denial = Denial(
        participant_id="shangrao", reason="退出", ordered_by="o1", ordered_at=wall_clock()
    )
    running.world.house.store.deny(denial)
    threading.Event().wait(0.7)
    assert code_of(head_of, channel) == "MEMBER_DENIED"
    running.world.house.store.allow("shangrao", "o1", wall_clock())
    threading.Event().wait(0.7)
    head_of(channel)


def test_a_member_that_left_is_refused_on_its_open_connection(running: Running) -> None:
    channel = running.newcomer("shangrao").join().channel()
    head_of(channel)
    running.world.set_state("shangrao", "left")
    running.world.publish_list()
    threading.Event().wait(0.7)
    assert code_of(head_of, channel) == "MEMBER_NOT_ACTIVE"


def test_routes_and_beats(running: Running) -> None:
    node = running.newcomer("shangrao").join()
    channel = node.channel()
    node.running.world.publish(node.running.world.coverage("shangrao"), "shangrao")
    routes = routing_pb2_grpc.RoutingStub(channel)
    request = routing_pb2.RouteRequest(category=MARRIAGE, place="上饶县", year=1985)
    threading.Event().wait(0.7)
    answer = routes.Route(request)
    assert [(one.node_id, one.archive_code) for one in answer.nodes] == [("shangrao", "361100")]
    assert [one.name for one in answer.jurisdictions] == ["上饶县", "广信区"]
    assert not answer.HasField("ask")
    request.place = "上饶"
    assert routes.Route(request).ask.choices
    request.asking_node = "jiaxing"
    assert code_of(routes.Route, request) == "ROUTE_MALFORMED"
    beats = liveness_pb2_grpc.LivenessStub(channel)
    beat = liveness_pb2.BeatRequest(now_ms=1, in_work=2)
    assert beats.Beat(beat).head_version == running.world.house.store.version()
    assert running.serving.head.states() == {"shangrao": "ready"}
    beat.message = "x" * 201
    assert code_of(beats.Beat, beat) == "BEAT_MALFORMED"
    beat.message, beat.maintenance_until_ms = "", 2**63
    assert code_of(beats.Beat, beat) == "BEAT_MALFORMED"


@pytest.mark.parametrize("count", [0, 1001])
def test_parts_are_asked_in_bounded_numbers(running: Running, count: int) -> None:
    stub = directory_pb2_grpc.DirectoryStub(running.newcomer("shangrao").join().channel())
    request = directory_pb2.GetPartsRequest(sha256=[bytes(32)] * count)
    assert code_of(list, stub.GetParts(request)) == "TOO_MANY_PARTS"
    odd = directory_pb2.GetPartsRequest(sha256=[b"short"])
    assert code_of(list, stub.GetParts(odd)) == "TOO_MANY_PARTS"
    absent = directory_pb2.GetPartsRequest(sha256=[bytes(32)])
    assert code_of(list, stub.GetParts(absent)) == "PART_UNKNOWN"


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


def test_the_registry_renews_its_own_certificate_without_a_lost_call(running: Running) -> None:
    channel = running.newcomer("shangrao").join().channel()
    before = running.serving._holder.current.spki_sha256
    faults: list[str] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            try:
                head_of(channel)
            except Refusal as refusal:
                faults.append(refusal.code)

    asker = threading.Thread(target=ask)
    asker.start()
    for _ in range(5):
        running.serving.renew_identity()
        stop.wait(0.1)
    stop.set()
    asker.join()
    assert faults == []
    assert running.serving._holder.current.spki_sha256 != before
    head_of(running.newcomer("pudong").join().channel())


def test_the_invitation_names_the_participant_whatever_the_request_says(running: Running) -> None:
    node = running.newcomer("shangrao").join()
    assert node.holder is not None
    assert node.holder.current.participant == node.participant
    assert running.world.house.book.find_certificate(node.holder.current.certificate_sha256)
