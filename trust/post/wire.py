"""Sealed messages as protobuf, both ways."""

from protos.lantai.v1 import relay_pb2
from trust.post.sealing import Address, Sealed


def sealed_to_proto(sealed: Sealed) -> relay_pb2.SealedMessage:
    """The message as it travels."""
    return relay_pb2.SealedMessage(
        message_id=sealed.address.message_id,
        sender=sealed.address.sender,
        to=sealed.address.recipient,
        suite=sealed.suite,
        kid=sealed.kid,
        ciphertext=sealed.ciphertext,
    )


def sealed_from_proto(message: relay_pb2.SealedMessage) -> Sealed:
    """The message as it came; nothing in it is believed yet."""
    return Sealed(
        address=Address(message_id=message.message_id, sender=message.sender, recipient=message.to),
        suite=message.suite,
        kid=message.kid,
        ciphertext=message.ciphertext,
    )
