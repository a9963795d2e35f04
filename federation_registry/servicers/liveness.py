"""gRPC door of liveness."""

import grpc

from federation_registry.services.hear_beat import HearBeat
from protos.lantai.v1 import liveness_pb2, liveness_pb2_grpc
from trust.channel.caller import current
from trust.channel.server import ServiceRegistration


class LivenessServicer(liveness_pb2_grpc.LivenessServicer):
    """Hears the caller, never somebody on behalf of another."""

    def __init__(self, beats: HearBeat) -> None:
        """Serve these."""
        self._beats = beats

    def Beat(
        self, request: liveness_pb2.BeatRequest, context: grpc.ServicerContext
    ) -> liveness_pb2.BeatReply:
        """Keep the beat; the gate has compared the clocks."""
        now, version = self._beats.hear(
            current(context).participant_id,
            in_work=request.in_work,
            maintenance_until_ms=request.maintenance_until_ms,
            message=request.message,
        )
        return liveness_pb2.BeatReply(now_ms=round(now.timestamp() * 1000), head_version=version)


def register_liveness(servicer: LivenessServicer) -> ServiceRegistration:
    """The service as a server takes it."""
    return ServiceRegistration(
        descriptor=liveness_pb2.DESCRIPTOR.services_by_name["Liveness"],
        add=liveness_pb2_grpc.add_LivenessServicer_to_server,
        servicer=servicer,
    )
