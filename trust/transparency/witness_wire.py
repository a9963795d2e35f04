"""Steps as protobuf, both ways."""

from protos.lantai.v1 import witness_pb2
from trust.transparency.witness import Step
from trust.wire import envelope_from_proto, envelope_to_proto


def step_to_proto(step: Step) -> witness_pb2.AddCheckpointRequest:
    """The step as it travels."""
    return witness_pb2.AddCheckpointRequest(
        old_size=step.old_size,
        consistency_proof=step.proof,
        checkpoint=step.note,
        log_key=envelope_to_proto(step.log_key),
    )


def step_from_proto(message: witness_pb2.AddCheckpointRequest) -> Step:
    """The step as it came; nothing in it is believed yet."""
    return Step(
        old_size=message.old_size,
        proof=tuple(message.consistency_proof),
        note=message.checkpoint,
        log_key=envelope_from_proto(message.log_key),
    )
