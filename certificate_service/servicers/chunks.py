"""Files in pieces: strict about order, sizes and digests on the way in, plain on the way out."""

import hashlib
from collections.abc import Iterator

from certificate_service.domain.reasons import BODY_TOO_LARGE, IMAGE_DIFFERENT, STREAM_BROKEN
from certificate_service.domain.release_rules import MOST_PAGES
from protos.lantai.v1 import certificates_pb2, envelope_pb2
from records.refusal import Refusal

PIECE_BYTES = 64 * 1024
MOST_BYTES = 48 << 20
"""All page images of one release together."""


class ImageCollector:
    """Collects the page images of one Prepare call."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.images: list[bytes] = []
        self._current = bytearray()
        self._digest = b""
        self._total = 0

    def take(self, parts: Iterator[certificates_pb2.PreparePart]) -> certificates_pb2.PrepareHead:
        """The head; every image that followed it is whole and in `images`.

        Raises:
            Refusal: STREAM_BROKEN, BODY_TOO_LARGE, IMAGE_DIFFERENT.
        """
        first = next(parts, None)
        if first is None or first.WhichOneof("part") != "head":
            raise Refusal(STREAM_BROKEN, "head")
        for part in parts:
            if part.WhichOneof("part") != "page":
                raise Refusal(STREAM_BROKEN, "second head")
            self._add(part.page)
        if self._current or self._digest:
            raise Refusal(STREAM_BROKEN, "last piece is missing")
        return first.head

    def _add(self, piece: envelope_pb2.Chunk) -> None:
        if piece.offset != len(self._current) or len(piece.data) > PIECE_BYTES:
            raise Refusal(STREAM_BROKEN, "offset or size")
        if self._current and piece.file_sha256 != self._digest:
            raise Refusal(STREAM_BROKEN, "digest")
        self._total += len(piece.data)
        if self._total > MOST_BYTES or len(self.images) >= MOST_PAGES:
            raise Refusal(BODY_TOO_LARGE)
        self._digest = piece.file_sha256
        self._current += piece.data
        if piece.last:
            if hashlib.sha256(self._current).digest() != self._digest:
                raise Refusal(IMAGE_DIFFERENT, f"image {len(self.images) + 1}")
            self.images.append(bytes(self._current))
            self._current.clear()
            self._digest = b""


def to_chunks(data: bytes) -> Iterator[envelope_pb2.Chunk]:
    """The file in pieces of 64 KiB; the last one says so."""
    digest = hashlib.sha256(data).digest()
    for offset in range(0, max(len(data), 1), PIECE_BYTES):
        yield envelope_pb2.Chunk(
            data=data[offset : offset + PIECE_BYTES],
            offset=offset,
            file_sha256=digest,
            last=offset + PIECE_BYTES >= len(data),
        )
