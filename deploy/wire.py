"""A newcomer's conversation with the registry: token and request in, certificate out."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from deploy.reasons import STEP_FAILED
from protos.lantai.v1 import enrolment_pb2, enrolment_pb2_grpc
from records.refusal import Refusal
from trust.channel.client import PartnerSettings
from trust.channel.credentials import TLSIdentity
from trust.channel.enrolment_client import EnrolmentChannel
from trust.identity.enrolment import sign_proof_message
from trust.identity.keys import Ed25519Signer, new_p256
from trust.identity.participant import Participant


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryDoor:
    """Where the registry takes newcomers, and the roots that came with the invitation."""

    address: str
    registry: Participant
    roots_pem: bytes
    clock: Callable[[], datetime]


Approve = Callable[[str, str], None]
"""Called with (enrolment id, fingerprint read out): the second officer's part."""


def enrol(door: RegistryDoor, token: str, signer: Ed25519Signer, approve: Approve) -> TLSIdentity:
    """The certificate for a fresh key; `approve` is called between handing in and fetching.

    Raises:
        Refusal: as the registry answers; STEP_FAILED when the request was not approved.
    """
    key = new_p256()
    # Names in a request are ignored: the certificate carries those of the invitation.
    csr = x509.CertificateSigningRequestBuilder(x509.Name([])).sign(key, hashes.SHA256())
    settings = PartnerSettings(clock=door.clock)
    with EnrolmentChannel(door.address, door.registry, door.roots_pem, settings) as way:
        stub = enrolment_pb2_grpc.EnrolmentStub(way.channel)
        reply = stub.Enrol(
            enrolment_pb2.EnrolRequest(
                token=token,
                csr_pem=csr.public_bytes(serialization.Encoding.PEM).decode(),
                sign_public_key=signer.public_raw,
                sign_proof=signer.sign(sign_proof_message(key.public_key())),
            )
        )
        approve(reply.enrolment_id, reply.fingerprint)
        collected = _collect(stub, reply.enrolment_id)
    return TLSIdentity(
        chain_pem=collected.certificate_chain_pem.encode(),
        private_key_pem=key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
        roots_pem=collected.roots_pem.encode(),
    )


def _collect(
    stub: enrolment_pb2_grpc.EnrolmentStub, enrolment_id: str
) -> enrolment_pb2.CollectReply:
    for _ in range(5):
        reply = stub.Collect(enrolment_pb2.CollectRequest(enrolment_id=enrolment_id))
        if reply.state == "approved":
            return reply
        time.sleep(reply.retry_after_ms / 1000)
    raise Refusal(STEP_FAILED, f"enrolment {reply.state}")
