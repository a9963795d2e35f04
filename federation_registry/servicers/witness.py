"""gRPC door of witnessing."""

from collections.abc import Iterator

import grpc

from federation_registry.domain.relay_reasons import RELAY_REQUEST
from federation_registry.services.carry_checkpoints import CarryCheckpoints
from protos.lantai.v1 import witness_pb2, witness_pb2_grpc
from records.refusal import Refusal
from trust.channel.caller import current
from trust.transparency.witness_wire import step_from_proto, step_to_proto
from trust.wire import envelope_from_proto, envelope_to_proto

_MOST_LOGS = 10_000
_PAIR = 2


class WitnessServicer(witness_pb2_grpc.WitnessServicer):
    """Translates; the rules are `CarryCheckpoints` and `trust.transparency.witness`."""

    def __init__(self, carry: CarryCheckpoints) -> None:
        """Serve this."""
        self._carry = carry

    def AddCheckpoint(
        self, request: witness_pb2.AddCheckpointRequest, context: grpc.ServicerContext
    ) -> witness_pb2.AddCheckpointReply:
        """Take a checkpoint of the caller's own log."""
        caller = current(context).participant_id
        lines, known = self._carry.add(caller, step_from_proto(request))
        return witness_pb2.AddCheckpointReply(cosignature=lines, known_size=known or 0)

    def ListTasks(
        self, request: witness_pb2.ListTasksRequest, context: grpc.ServicerContext
    ) -> Iterator[witness_pb2.WitnessTask]:
        """What the caller has to look at."""
        if len(request.known) > _MOST_LOGS:
            raise Refusal(RELAY_REQUEST, "known")
        known = {one.origin: (one.size, one.root) for one in request.known}
        for origin, steps in self._carry.tasks(current(context).participant_id, known):
            yield witness_pb2.WitnessTask(
                origin=origin, steps=[step_to_proto(step) for step in steps]
            )

    def Cosign(
        self, request: witness_pb2.CosignRequest, context: grpc.ServicerContext
    ) -> witness_pb2.CosignReply:
        """Take a cosignature, or a report."""
        caller = current(context).participant_id
        if request.contradiction:
            if len(request.contradiction) != _PAIR:
                raise Refusal(RELAY_REQUEST, "contradiction")
            known, other = request.contradiction
            self._carry.report(caller, (known, other))
            return witness_pb2.CosignReply(verdict="REPORTED")
        taken = self._carry.cosign(
            caller,
            request.origin,
            request.size,
            request.cosignature,
            envelope_from_proto(request.witness_key),
        )
        return witness_pb2.CosignReply(verdict="ACCEPTED" if taken else "DUPLICATE")

    def GetWitnessed(
        self, request: witness_pb2.GetWitnessedRequest, context: grpc.ServicerContext
    ) -> witness_pb2.Witnessed:
        """What is known about a log."""
        log = self._carry.witnessed(request.origin, request.quorum)
        received = round(log.received_at.timestamp() * 1000) if log.received_at else 0
        return witness_pb2.Witnessed(
            checkpoint=log.note,
            received_ms=received,
            newest_size=log.newest_size,
            contradictions=[note for pair in log.contradictions for note in pair],
            witness_keys=[envelope_to_proto(one) for one in log.witness_keys],
        )
