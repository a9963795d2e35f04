"""The registry's Witness service over gRPC."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from node.witness_ports import Witnessed
from protos.lantai.v1 import witness_pb2, witness_pb2_grpc
from trust.channel.client import PartnerChannel
from trust.envelope.dsse import Envelope
from trust.transparency.checkpoint import Checkpoint
from trust.transparency.witness import Step
from trust.transparency.witness_wire import step_from_proto, step_to_proto
from trust.wire import envelope_from_proto, envelope_to_proto


@dataclass(frozen=True, slots=True)
class GrpcWitness:
    """`WitnessDesk` over gRPC."""

    channel: PartnerChannel

    def add(self, step: Step) -> int | None:
        """The size that it knows instead; None = taken. Raises Refusal: as the registry answers."""
        reply = self._stub().AddCheckpoint(step_to_proto(step))
        return int(reply.known_size) or None

    def tasks(self, known: Mapping[str, Checkpoint]) -> Iterator[tuple[str, Sequence[Step]]]:
        """Logs that we watch, each with the steps from what we know on."""
        request = witness_pb2.ListTasksRequest(
            known=[
                witness_pb2.KnownLog(origin=origin, size=one.size, root=one.root)
                for origin, one in known.items()
            ]
        )
        for task in self._stub().ListTasks(request):
            yield task.origin, [step_from_proto(step) for step in task.steps]

    def cosign(self, origin: str, size: int, line: str, witness_key: Envelope) -> None:
        """Hand in our cosignature. Raises Refusal: as the registry answers."""
        self._stub().Cosign(
            witness_pb2.CosignRequest(
                origin=origin,
                size=size,
                cosignature=line,
                witness_key=envelope_to_proto(witness_key),
            )
        )

    def report(self, origin: str, known: str, shown: str) -> None:
        """Hand in two notes that contradict each other."""
        self._stub().Cosign(witness_pb2.CosignRequest(origin=origin, contradiction=[known, shown]))

    def witnessed(self, origin: str, quorum: int) -> Witnessed:
        """What is known about a log."""
        request = witness_pb2.GetWitnessedRequest(origin=origin, quorum=quorum)
        reply = self._stub().GetWitnessed(request)
        notes = list(reply.contradictions)
        return Witnessed(
            note=reply.checkpoint,
            newest_size=int(reply.newest_size),
            contradictions=tuple(zip(notes[::2], notes[1::2], strict=False)),
            witness_keys=tuple(envelope_from_proto(one) for one in reply.witness_keys),
        )

    def _stub(self) -> witness_pb2_grpc.WitnessStub:
        return witness_pb2_grpc.WitnessStub(self.channel.channel)
