"""gRPC door of the directory: head, lists, parts, publish."""

from collections.abc import Iterator

import grpc

from federation_registry.ports import PartStore
from federation_registry.services.publish_part import PublishPart
from federation_registry.services.sign_head import SignHead
from protos.lantai.v1 import directory_pb2, directory_pb2_grpc, envelope_pb2
from records.refusal import Refusal
from trust.channel.directory_doors import (
    pack_difference,
    pack_lists,
    pack_part,
    read_addresses,
)
from trust.channel.server import ServiceRegistration
from trust.envelope.dsse import Envelope
from trust.wire import envelope_from_proto, envelope_to_proto

_PER_QUERY = 50


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

    def GetLists(
        self, request: directory_pb2.GetListsRequest, context: grpc.ServicerContext
    ) -> Iterator[directory_pb2.ContentsList]:
        """The lists asked for, in order."""
        for batch in _batches(read_addresses(request.sha256)):
            yield from pack_lists(batch, self._store.get_lists(batch))

    def GetParts(
        self, request: directory_pb2.GetPartsRequest, context: grpc.ServicerContext
    ) -> Iterator[directory_pb2.Part]:
        """The parts asked for, in order; or one as its difference from an older version."""
        if request.base:
            yield pack_difference(request, self._find)
            return
        for batch in _batches(read_addresses(request.sha256)):
            for sha256, envelope in zip(batch, self._store.get(batch), strict=True):
                yield pack_part(sha256, envelope)

    def Publish(
        self, request: directory_pb2.PublishRequest, context: grpc.ServicerContext
    ) -> directory_pb2.PublishReply:
        """Take a part that its owner signed, or a trust list that the council signed."""
        sha256, version = self._publish.publish(envelope_from_proto(request.envelope))
        return directory_pb2.PublishReply(sha256=bytes.fromhex(sha256), head_version=version)

    def _find(self, sha256: str) -> Envelope | None:
        try:
            return self._store.get((sha256,))[0]
        except Refusal:
            return None


def _batches(addresses: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    return (addresses[start : start + _PER_QUERY] for start in range(0, len(addresses), _PER_QUERY))


def register_directory(servicer: DirectoryServicer) -> ServiceRegistration:
    """The service as a server takes it."""
    return ServiceRegistration(
        descriptor=directory_pb2.DESCRIPTOR.services_by_name["Directory"],
        add=directory_pb2_grpc.add_DirectoryServicer_to_server,
        servicer=servicer,
    )
