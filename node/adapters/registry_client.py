"""The registry over gRPC: directory, liveness. It is asked, never trusted."""

from dataclasses import dataclass

from protos.lantai.v1 import (
    enrolment_pb2,
    enrolment_pb2_grpc,
    liveness_pb2,
    liveness_pb2_grpc,
)
from trust.channel.directory_doors import GrpcDirectory


@dataclass(frozen=True, slots=True)
class GrpcRegistry(GrpcDirectory):
    """`Registry` over gRPC: the directory, and what only a registry does."""

    def beat(self, now_ms: int, in_work: int, away_until_ms: int = 0, message: str = "") -> int:
        """Head version that the registry has; tells it that we are awake, or away till when."""
        stub = liveness_pb2_grpc.LivenessStub(self.channel.channel)
        beat = liveness_pb2.BeatRequest(
            now_ms=now_ms, in_work=in_work, maintenance_until_ms=away_until_ms, message=message
        )
        reply = stub.Beat(beat)
        return int(reply.head_version)

    def renew(self, csr_pem: bytes) -> tuple[bytes, bytes]:
        """Chain and roots, PEM, for a key that was never certified. Raises Refusal: as answered."""
        stub = enrolment_pb2_grpc.EnrolmentStub(self.channel.channel)
        reply = stub.Renew(enrolment_pb2.RenewRequest(csr_pem=csr_pem.decode()))
        return reply.certificate_chain_pem.encode(), reply.roots_pem.encode()
