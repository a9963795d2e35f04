"""Files in pieces on the wire: 64 KiB each, with offset and the digest of the whole."""

import hashlib
from collections.abc import Iterable, Iterator

from node.domain.exchange_reasons import FILE_DAMAGED
from protos.lantai.v1 import envelope_pb2
from records.refusal import Refusal

CHUNK_BYTES = 64 * 1024


def to_chunks(data: bytes) -> Iterator[envelope_pb2.Chunk]:
    """The file in pieces, each with offset and the digest of the whole."""
    digest = hashlib.sha256(data).digest()
    for offset in range(0, max(len(data), 1), CHUNK_BYTES):
        piece = data[offset : offset + CHUNK_BYTES]
        yield envelope_pb2.Chunk(
            data=piece,
            offset=offset,
            file_sha256=digest,
            last=offset + len(piece) >= len(data),
        )


def join_chunks(stream: Iterable[envelope_pb2.Chunk]) -> Iterator[bytes]:
    """The pieces in order; the whole is compared with the digest that every piece names.

    Raises:
        Refusal: FILE_DAMAGED on a gap, an overlap, a missing end or another digest.
    """
    digest = hashlib.sha256()
    offset, named, ended = 0, b"", False
    for chunk in stream:
        named = named or chunk.file_sha256
        if ended or chunk.offset != offset or chunk.file_sha256 != named:
            raise Refusal(FILE_DAMAGED, "order of pieces")
        offset += len(chunk.data)
        digest.update(chunk.data)
        ended = chunk.last
        yield chunk.data
    if not ended or digest.digest() != named:
        raise Refusal(FILE_DAMAGED, "incomplete")
