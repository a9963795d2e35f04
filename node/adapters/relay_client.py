"""The registry's relay over gRPC."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from protos.lantai.v1 import relay_pb2, relay_pb2_grpc
from trust.channel.client import PartnerChannel
from trust.post.sealing import Sealed
from trust.post.wire import sealed_from_proto, sealed_to_proto


@dataclass(frozen=True, slots=True)
class GrpcRelay:
    """`Carrier` over gRPC."""

    channel: PartnerChannel

    def send(self, sealed: Sealed) -> None:
        """The relay keeps the message. Raises Refusal: as the relay answers."""
        relay_pb2_grpc.RelayStub(self.channel.channel).Send(sealed_to_proto(sealed))

    def fetch(self, acknowledged: Sequence[str]) -> Iterator[Sealed]:
        """What waits for us; what we acknowledge is let go."""
        request = relay_pb2.FetchRequest(acknowledged=acknowledged)
        for message in relay_pb2_grpc.RelayStub(self.channel.channel).Fetch(request):
            yield sealed_from_proto(message)
