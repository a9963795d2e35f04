"""A node hands out the directory that it has, so that news spreads while the registry is away.

Whoever fetches here verifies every byte as if it came from the registry: we may be old, or lie.
"""

from collections.abc import Iterator

import grpc

from node.ports import DirectoryCache
from protos.lantai.v1 import directory_pb2, directory_pb2_grpc, envelope_pb2
from records.refusal import Refusal
from trust.channel.directory_doors import (
    pack_difference,
    pack_lists,
    pack_part,
    read_addresses,
)
from trust.channel.reasons import METHOD_UNKNOWN
from trust.envelope.dsse import Envelope
from trust.identity.directory_parts import part_sha256
from trust.identity.directory_tree import list_sha256
from trust.identity.reasons import DIRECTORY_INCOMPLETE
from trust.wire import envelope_to_proto


class DirectoryServicer(directory_pb2_grpc.DirectoryServicer):
    """`Directory` of a node: read only, and no more than it holds itself."""

    def __init__(self, kept: DirectoryCache, node_id: str) -> None:
        """Hand out what `kept` holds; our own section also as we declare it ourselves."""
        self._kept = kept
        self._node_id = node_id

    def GetHead(
        self, request: directory_pb2.GetHeadRequest, context: grpc.ServicerContext
    ) -> envelope_pb2.Envelope:
        """The newest head that anybody has shown us."""
        return envelope_to_proto(self._kept.current().heard.envelope)

    def GetLists(
        self, request: directory_pb2.GetListsRequest, context: grpc.ServicerContext
    ) -> Iterator[directory_pb2.ContentsList]:
        """Lists that we have read ourselves."""
        snapshot = self._kept.current()
        own = snapshot.declared_by(self._node_id)
        lists = {**snapshot.lists, list_sha256(own): own}
        for sha256 in read_addresses(request.sha256):
            if sha256 not in lists:
                raise Refusal(DIRECTORY_INCOMPLETE, "not kept here")
            yield from pack_lists((sha256,), (lists[sha256],))

    def GetParts(
        self, request: directory_pb2.GetPartsRequest, context: grpc.ServicerContext
    ) -> Iterator[directory_pb2.Part]:
        """Parts that we use ourselves, and the trust list."""
        if request.base:
            yield pack_difference(request, self._find)
            return
        for sha256 in read_addresses(request.sha256):
            envelope = self._find(sha256)
            if envelope is None:
                raise Refusal(DIRECTORY_INCOMPLETE, "not kept here")
            yield pack_part(sha256, envelope)

    def Publish(
        self, request: directory_pb2.PublishRequest, context: grpc.ServicerContext
    ) -> directory_pb2.PublishReply:
        """Nobody gets here: parts are handed to a registry."""
        raise Refusal(METHOD_UNKNOWN)

    def _find(self, sha256: str) -> Envelope | None:
        snapshot = self._kept.current()
        if sha256 == part_sha256(snapshot.trust_envelope):
            return snapshot.trust_envelope
        found = snapshot.find(sha256)
        return found.envelope if found is not None else None
