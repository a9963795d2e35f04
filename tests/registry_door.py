"""A serving registry and newcomers at its doors, for the registry's tests."""

from dataclasses import dataclass
from datetime import timedelta

import grpc
import pytest
from channel_world import to_pem
from registry_world import RegistryWorld, new_signer, wall_clock

from federation_registry.serving import Serving
from protos.lantai.v1 import directory_pb2, directory_pb2_grpc, enrolment_pb2, enrolment_pb2_grpc
from records.refusal import Refusal
from trust.channel.client import PartnerChannel, PartnerSettings
from trust.channel.credentials import IdentityHolder, TLSIdentity
from trust.channel.enrolment_client import EnrolmentChannel
from trust.channel.status import reasons_by_code
from trust.envelope.dsse import envelope_to_json
from trust.envelope.statement import sign_statement
from trust.identity.enrolment import create_signing_request, sign_proof_message
from trust.identity.keys import Ed25519Signer, new_p256
from trust.identity.participant import Participant
from trust.identity.statements import KeyStatement
from trust.wire import envelope_from_proto


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
            clock=wall_clock, known=reasons_by_code(), timeout=timedelta(seconds=60)
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


def code_of(call: object, *args: object) -> str:
    with pytest.raises(Refusal) as refused:
        call(*args)  # type: ignore[operator]
    return refused.value.code


def answer_to(call: object, *args: object) -> str:
    """The code of the refusal, or "OK"."""
    try:
        call(*args)  # type: ignore[operator]
    except Refusal as refusal:
        return refusal.code
    return "OK"


def head_of(channel: grpc.Channel):
    stub = directory_pb2_grpc.DirectoryStub(channel)
    return envelope_from_proto(stub.GetHead(directory_pb2.GetHeadRequest()))
