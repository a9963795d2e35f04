"""The registry over gRPC: directory, liveness. It is asked, never trusted."""

from collections.abc import Sequence
from dataclasses import dataclass

from protos.lantai.v1 import (
    directory_pb2,
    directory_pb2_grpc,
    enrolment_pb2,
    enrolment_pb2_grpc,
    liveness_pb2,
    liveness_pb2_grpc,
)
from trust.channel.client import PartnerChannel
from trust.envelope.dsse import Envelope
from trust.wire import envelope_from_proto, envelope_to_proto


@dataclass(frozen=True, slots=True)
class GrpcRegistry:
    """`Registry` over gRPC."""

    channel: PartnerChannel

    def get_head(self, have_version: int) -> Envelope:
        """The newest head. Raises Refusal: when the registry does not answer."""
        stub = directory_pb2_grpc.DirectoryStub(self.channel.channel)
        return envelope_from_proto(
            stub.GetHead(directory_pb2.GetHeadRequest(have_version=have_version))
        )

    def get_parts(self, sha256: Sequence[str]) -> Sequence[Envelope]:
        """Parts by hash, in the order asked."""
        stub = directory_pb2_grpc.DirectoryStub(self.channel.channel)
        request = directory_pb2.GetPartsRequest(sha256=[bytes.fromhex(one) for one in sha256])
        return [envelope_from_proto(part.envelope) for part in stub.GetParts(request)]

    def publish(self, envelope: Envelope) -> None:
        """The part is on record. Raises Refusal: as the registry answers."""
        stub = directory_pb2_grpc.DirectoryStub(self.channel.channel)
        stub.Publish(directory_pb2.PublishRequest(envelope=envelope_to_proto(envelope)))

    def beat(self, now_ms: int, in_work: int) -> int:
        """Head version that the registry has; tells it that we are awake."""
        stub = liveness_pb2_grpc.LivenessStub(self.channel.channel)
        reply = stub.Beat(liveness_pb2.BeatRequest(now_ms=now_ms, in_work=in_work))
        return int(reply.head_version)

    def renew(self, csr_pem: bytes) -> tuple[bytes, bytes]:
        """Chain and roots, PEM, for a key that was never certified. Raises Refusal: as answered."""
        stub = enrolment_pb2_grpc.EnrolmentStub(self.channel.channel)
        reply = stub.Renew(enrolment_pb2.RenewRequest(csr_pem=csr_pem.decode()))
        return reply.certificate_chain_pem.encode(), reply.roots_pem.encode()
