"""Both ends of `Directory.GetLists` and `GetParts`: a registry hands out, and so does a partner.

Whoever hands out is not believed: what arrives is hashed and verified by the reader.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeVar

from protos.lantai.v1 import directory_pb2, directory_pb2_grpc
from records.refusal import Refusal
from trust.channel.client import PartnerChannel
from trust.channel.reasons import TOO_MANY_PARTS
from trust.envelope.dsse import Envelope
from trust.identity.delta import apply_delta, inflate, make_delta
from trust.identity.directory_parts import part_sha256
from trust.identity.reasons import DIRECTORY_INCOMPLETE
from trust.wire import envelope_from_proto, envelope_to_proto

M = TypeVar("M")
MOST_AT_ONCE = 1000
_HASH_BYTES = 32
_NO_BASE = bytes(_HASH_BYTES)
_WORTH_PACKING = 1024
_LARGEST_LIST = 8 * 1024 * 1024


def read_addresses(raw: Sequence[bytes]) -> tuple[str, ...]:
    """The hashes asked for, hex.

    Raises:
        Refusal: TOO_MANY_PARTS.
    """
    if not 1 <= len(raw) <= MOST_AT_ONCE or any(len(one) != _HASH_BYTES for one in raw):
        raise Refusal(TOO_MANY_PARTS)
    return tuple(one.hex() for one in raw)


def pack_lists(
    sha256s: Iterable[str], lists: Iterable[bytes]
) -> Iterator[directory_pb2.ContentsList]:
    """The lists as they are sent."""
    for sha256, data in zip(sha256s, lists, strict=True):
        yield directory_pb2.ContentsList(sha256=bytes.fromhex(sha256), packed=zlib.compress(data))


def pack_part(sha256: str, envelope: Envelope) -> directory_pb2.Part:
    """A part as it is sent; a long one is packed."""
    if len(envelope.payload) < _WORTH_PACKING:
        message = envelope_to_proto(envelope)
        return directory_pb2.Part(sha256=bytes.fromhex(sha256), envelope=message)
    return directory_pb2.Part(
        sha256=bytes.fromhex(sha256),
        envelope=envelope_to_proto(replace(envelope, payload=b"")),
        delta=make_delta(b"", envelope.payload),
    )


def unpack_part(part: directory_pb2.Part) -> Envelope:
    """The envelope of a part that came whole or packed; nothing of it is verified.

    Raises:
        Refusal: ENVELOPE_MALFORMED, ENVELOPE_TOO_LARGE, DIRECTORY_PART_INVALID.
    """
    envelope = envelope_from_proto(part.envelope)
    return replace(envelope, payload=apply_delta(b"", part.delta)) if part.delta else envelope


def pack_difference(
    request: directory_pb2.GetPartsRequest, get: Callable[[str], Envelope | None]
) -> directory_pb2.Part:
    """One part as its difference from the base that the caller holds.

    Raises:
        Refusal: TOO_MANY_PARTS, DIRECTORY_INCOMPLETE.
    """
    addresses = read_addresses(request.sha256)
    if len(addresses) != 1 or len(request.base) != _HASH_BYTES:
        raise Refusal(TOO_MANY_PARTS)
    envelope = get(addresses[0])
    if envelope is None:
        raise Refusal(DIRECTORY_INCOMPLETE, "not kept here")
    base = None if request.base == _NO_BASE else get(request.base.hex())
    return directory_pb2.Part(
        sha256=request.sha256[0],
        envelope=envelope_to_proto(replace(envelope, payload=b"")),
        # A base that is not kept here any more: the packed text itself, told by its first step.
        delta=make_delta(base.payload if base is not None else b"", envelope.payload),
    )


@dataclass(frozen=True, slots=True)
class GrpcDirectory:
    """`DirectorySource` over gRPC, with head and publishing."""

    channel: PartnerChannel

    def get_head(self, have_version: int) -> Envelope:
        """The newest head. Raises Refusal: when nobody answers."""
        request = directory_pb2.GetHeadRequest(have_version=have_version)
        return envelope_from_proto(self._stub().GetHead(request))

    def get_lists(self, sha256s: Sequence[str]) -> Sequence[bytes]:
        """Lists by hash, in the order asked. Raises Refusal: as answered."""
        request = directory_pb2.GetListsRequest(sha256=[bytes.fromhex(one) for one in sha256s])
        sent = _exactly(len(sha256s), self._stub().GetLists(request))
        return [inflate(one.packed, _LARGEST_LIST) for one in sent]

    def get_parts(self, sha256s: Sequence[str]) -> Sequence[Envelope]:
        """Parts by address, in the order asked. Raises Refusal: as answered."""
        request = directory_pb2.GetPartsRequest(sha256=[bytes.fromhex(one) for one in sha256s])
        sent = _exactly(len(sha256s), self._stub().GetParts(request))
        return [unpack_part(part) for part in sent]

    def get_trust_list(self, sha256: str, held: Envelope | None) -> Envelope:
        """The trust list of that address, put together from the difference to the one held.

        Raises:
            Refusal: as answered; DIRECTORY_INCOMPLETE when another one came.
        """
        base = bytes.fromhex(part_sha256(held)) if held is not None else _NO_BASE
        request = directory_pb2.GetPartsRequest(sha256=[bytes.fromhex(sha256)], base=base)
        (part,) = _exactly(1, self._stub().GetParts(request))
        sent = envelope_from_proto(part.envelope)
        for text in (held.payload if held is not None else b"", b""):
            found = _put_together(sent, text, part.delta)
            if found is not None and part_sha256(found) == sha256:
                return found
        raise Refusal(DIRECTORY_INCOMPLETE, "another trust list was sent")

    def publish(self, envelope: Envelope) -> None:
        """The part is on record. Raises Refusal: as the registry answers."""
        request = directory_pb2.PublishRequest(envelope=envelope_to_proto(envelope))
        self._stub().Publish(request)

    def _stub(self) -> directory_pb2_grpc.DirectoryStub:
        return directory_pb2_grpc.DirectoryStub(self.channel.channel)


def _exactly(count: int, stream: Iterable[M]) -> list[M]:
    """As many messages as were asked for; whoever sends more is not listened to."""
    found = list(islice(stream, count))
    if len(found) != count:
        raise Refusal(DIRECTORY_INCOMPLETE, "fewer were sent")
    return found


def _put_together(sent: Envelope, base: bytes, delta: bytes) -> Envelope | None:
    """The envelope with its payload; None where the difference is from another base."""
    try:
        return replace(sent, payload=apply_delta(base, delta))
    except Refusal:
        return None
