"""gRPC door of joining. Enrol and Collect are open to strangers, Renew to members."""

import grpc

from federation_registry.domain.reasons import ENROLMENT_UNKNOWN
from federation_registry.services.enrol_member import RETRY_AFTER, EnrolMember
from federation_registry.services.renew_certificate import RenewCertificate
from protos.lantai.v1 import enrolment_pb2, enrolment_pb2_grpc
from records.refusal import Refusal
from trust.channel.caller import current
from trust.channel.server import ServiceRegistration
from trust.identity.enrolment import EnrolmentState

_ID_DIGITS = 32
_WAITING = frozenset({EnrolmentState.OPEN, EnrolmentState.PENDING})


class EnrolmentServicer(enrolment_pb2_grpc.EnrolmentServicer):
    """Hands requests to the use cases; the access tables decide who reaches which method."""

    def __init__(self, enrol: EnrolMember, renew: RenewCertificate) -> None:
        """Serve these."""
        self._enrol = enrol
        self._renew = renew

    def Enrol(
        self, request: enrolment_pb2.EnrolRequest, context: grpc.ServicerContext
    ) -> enrolment_pb2.EnrolReply:
        """Take token and signing request."""
        pending = self._enrol.enrol(
            request.token,
            request.csr_pem.encode(),
            request.sign_public_key,
            request.sign_proof,
        )
        return enrolment_pb2.EnrolReply(
            enrolment_id=pending.enrolment_id, fingerprint=pending.invitation.fingerprint
        )

    def Collect(
        self, request: enrolment_pb2.CollectRequest, context: grpc.ServicerContext
    ) -> enrolment_pb2.CollectReply:
        """Say how the enrolment stands; give the certificate once approved."""
        if len(request.enrolment_id) != _ID_DIGITS:
            raise Refusal(ENROLMENT_UNKNOWN)
        found = self._enrol.collect(request.enrolment_id)
        state = found.invitation.state
        if state in _WAITING:
            retry_ms = round(RETRY_AFTER.total_seconds() * 1000)
            return enrolment_pb2.CollectReply(state="pending", retry_after_ms=retry_ms)
        if state is EnrolmentState.REJECTED:
            return enrolment_pb2.CollectReply(state="rejected")
        return self._approved(found.chain_pem)

    def Renew(
        self, request: enrolment_pb2.RenewRequest, context: grpc.ServicerContext
    ) -> enrolment_pb2.CollectReply:
        """Replace the certificate of this very connection."""
        caller = current(context)
        chain_pem = self._renew.renew(
            caller.participant, caller.certificate_sha256, request.csr_pem.encode()
        )
        return self._approved(chain_pem)

    def _approved(self, chain_pem: bytes) -> enrolment_pb2.CollectReply:
        return enrolment_pb2.CollectReply(
            state="approved",
            certificate_chain_pem=chain_pem.decode(),
            roots_pem=self._renew.roots_pem.decode(),
        )


def register_enrolment(servicer: EnrolmentServicer) -> ServiceRegistration:
    """The service as a server takes it."""
    return ServiceRegistration(
        descriptor=enrolment_pb2.DESCRIPTOR.services_by_name["Enrolment"],
        add=enrolment_pb2_grpc.add_EnrolmentServicer_to_server,
        servicer=servicer,
    )
