"""gRPC door of the relay."""

from collections.abc import Iterator

import grpc

from federation_registry.services.carry_messages import CarryMessages
from protos.lantai.v1 import relay_pb2, relay_pb2_grpc
from trust.channel.caller import current
from trust.post.wire import sealed_from_proto, sealed_to_proto


class RelayServicer(relay_pb2_grpc.RelayServicer):
    """Takes from a sender, gives to a recipient; both are the caller of the connection."""

    def __init__(self, carry: CarryMessages) -> None:
        """Serve this."""
        self._carry = carry

    def Send(
        self, request: relay_pb2.SealedMessage, context: grpc.ServicerContext
    ) -> relay_pb2.SendReply:
        """Leave a sealed message for another node."""
        taken = self._carry.leave(current(context).participant_id, sealed_from_proto(request))
        return relay_pb2.SendReply(verdict="ACCEPTED" if taken else "DUPLICATE")

    def Fetch(
        self, request: relay_pb2.FetchRequest, context: grpc.ServicerContext
    ) -> Iterator[relay_pb2.SealedMessage]:
        """What waits for the calling node."""
        caller = current(context).participant_id
        for sealed in self._carry.fetch(caller, request.acknowledged):
            yield sealed_to_proto(sealed)
