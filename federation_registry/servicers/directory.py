"""gRPC door of the directory: head, parts, publish."""

from collections.abc import Iterator

import grpc

from federation_registry.domain.reasons import TOO_MANY_PARTS
from federation_registry.ports import PartStore
from federation_registry.services.publish_part import PublishPart
from federation_registry.services.sign_head import SignHead
from protos.lantai.v1 import directory_pb2, directory_pb2_grpc, envelope_pb2
from records.refusal import Refusal
from trust.channel.server import ServiceRegistration
from trust.wire import envelope_from_proto, envelope_to_proto

MOST_PARTS = 1000
_PER_QUERY = 50
_HASH_BYTES = 32


class DirectoryServicer(directory_pb2_grpc.DirectoryServicer):
    """Collects and publishes; it signs the head and nothing else."""

    def __init__(self, head: SignHead, store: PartStore, publish: PublishPart) -> None:
        """Serve these."""
        self._head = head
        self._store = store
        self._publish = publish

    def GetHead(
        self, request: directory_pb2.GetHeadRequest, context: grpc.ServicerContext
    ) -> envelope_pb2.Envelope:
        """The freshness stamp."""
        return envelope_to_proto(self._head.head().envelope)

    def GetParts(
        self, request: directory_pb2.GetPartsRequest, context: grpc.ServicerContext
    ) -> Iterator[directory_pb2.Part]:
        """The parts asked for, in order."""
        if not 1 <= len(request.sha256) <= MOST_PARTS:
            raise Refusal(TOO_MANY_PARTS)
        wanted = [_hash(raw) for raw in request.sha256]
        for start in range(0, len(wanted), _PER_QUERY):
            batch = tuple(wanted[start : start + _PER_QUERY])
            for sha256, envelope in zip(batch, self._store.get(batch), strict=True):
                yield directory_pb2.Part(
                    sha256=bytes.fromhex(sha256), envelope=envelope_to_proto(envelope)
                )

    def Publish(
        self, request: directory_pb2.PublishRequest, context: grpc.ServicerContext
    ) -> directory_pb2.PublishReply:
        """Take a part that its owner signed."""
        sha256, version = self._publish.publish(envelope_from_proto(request.envelope))
        return directory_pb2.PublishReply(sha256=bytes.fromhex(sha256), head_version=version)


def _hash(raw: bytes) -> str:
    if len(raw) != _HASH_BYTES:
        raise Refusal(TOO_MANY_PARTS, "a hash has 32 bytes")
    return raw.hex()


def register_directory(servicer: DirectoryServicer) -> ServiceRegistration:
    """The service as a server takes it."""
    return ServiceRegistration(
        descriptor=directory_pb2.DESCRIPTOR.services_by_name["Directory"],
        add=directory_pb2_grpc.add_DirectoryServicer_to_server,
        servicer=servicer,
    )
