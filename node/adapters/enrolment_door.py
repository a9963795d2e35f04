"""Joining the federation: token and request in, fingerprint out, certificate when approved.

The private key never leaves this machine; the roots came with the invitation, over another way.
"""

from dataclasses import dataclass

from node.adapters.node_folder import to_pem
from node.ports import Clock
from protos.lantai.v1 import enrolment_pb2, enrolment_pb2_grpc
from trust.channel.client import PartnerSettings
from trust.channel.enrolment_client import EnrolmentChannel
from trust.envelope.suites import Signer
from trust.identity.enrolment import create_signing_request, sign_proof_message
from trust.identity.keys import new_p256
from trust.identity.participant import Participant


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request that waits for a person's approval."""

    enrolment_id: str
    fingerprint: str
    """64 hex digits, to be read to the registry by telephone."""
    private_key_pem: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What the registry answered."""

    state: str
    """pending, approved or rejected."""
    chain_pem: bytes
    roots_pem: bytes
    retry_seconds: float


class EnrolmentDoor:
    """The registry's enrolment listener; close it after use."""

    def __init__(self, address: str, registry: Participant, roots_pem: bytes, clock: Clock) -> None:
        """Where the registry takes newcomers, and the roots that came with the invitation."""
        settings = PartnerSettings(clock=clock)
        self._way = EnrolmentChannel(address, registry, roots_pem, settings)
        self._stub = enrolment_pb2_grpc.EnrolmentStub(self._way.channel)

    def ask(self, token: str, signer: Signer) -> Asked:
        """The request is with the registry. Raises Refusal: ENROLMENT_TOKEN and others."""
        key = new_p256()
        reply = self._stub.Enrol(
            enrolment_pb2.EnrolRequest(
                token=token,
                csr_pem=create_signing_request(key).decode(),
                sign_public_key=signer.public_raw,
                sign_proof=signer.sign(sign_proof_message(key.public_key())),
            )
        )
        return Asked(
            enrolment_id=reply.enrolment_id,
            fingerprint=reply.fingerprint,
            private_key_pem=to_pem(key),
        )

    def collect(self, enrolment_id: str) -> Collected:
        """Whether it was approved, and the certificate when it was."""
        reply = self._stub.Collect(enrolment_pb2.CollectRequest(enrolment_id=enrolment_id))
        return Collected(
            state=reply.state,
            chain_pem=reply.certificate_chain_pem.encode(),
            roots_pem=reply.roots_pem.encode(),
            retry_seconds=reply.retry_after_ms / 1000,
        )

    def close(self) -> None:
        """No new calls."""
        self._way.close()
