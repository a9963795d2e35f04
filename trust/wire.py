"""Envelopes to and from protobuf. Only this module of trust knows the messages."""

from protos.lantai.v1 import envelope_pb2
from trust.envelope.dsse import Envelope, Signature, check_form


def envelope_to_proto(envelope: Envelope) -> envelope_pb2.Envelope:
    """The same envelope as a message; the payload bytes are carried, not rewritten."""
    return envelope_pb2.Envelope(
        payload_type=envelope.payload_type,
        payload=envelope.payload,
        signatures=[
            envelope_pb2.Signature(kid=signature.kid, suite=signature.suite, value=signature.value)
            for signature in envelope.signatures
        ],
    )


def envelope_from_proto(message: envelope_pb2.Envelope) -> Envelope:
    """The envelope inside the message, well formed; its signatures are not checked here.

    Fields that this version does not know are dropped: nothing of the wrapper is signed or kept.

    Raises:
        Refusal: ENVELOPE_MALFORMED, ENVELOPE_TOO_LARGE.
    """
    envelope = Envelope(
        payload_type=message.payload_type,
        payload=message.payload,
        signatures=tuple(
            Signature(kid=entry.kid, suite=entry.suite, value=entry.value)
            for entry in message.signatures
        ),
    )
    check_form(envelope)
    return envelope
