"""Files in pieces that fit into sealed messages."""

import base64
import binascii
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from records.post import PostItem
from records.refusal import Refusal
from trust.post.reasons import ITEM_MALFORMED

PIECE_BYTES = 256 * 1024
MOST_FILE_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of a file."""

    offset: int
    data: str
    """Base64."""
    last: bool


def split_file(content: bytes) -> Iterator[Piece]:
    """The file in pieces of 256 KiB; an empty file is one empty piece."""
    for offset in range(0, max(len(content), 1), PIECE_BYTES):
        piece = content[offset : offset + PIECE_BYTES]
        yield Piece(
            offset=offset,
            data=base64.b64encode(piece).decode(),
            last=offset + len(piece) >= len(content),
        )


def join_pieces(pieces: Sequence[PostItem], sha256: str) -> bytes | None:
    """The file once every piece is here, whatever order they came in; None while some are missing.

    Raises:
        Refusal: ITEM_MALFORMED where the pieces are whole and are not that file.
    """
    content = bytearray()
    for piece in sorted(pieces, key=lambda one: one.offset):
        if piece.offset != len(content) or piece.file_sha256 != sha256:
            return None
        try:
            content += base64.b64decode(piece.data, validate=True)
        except binascii.Error as fault:
            raise Refusal(ITEM_MALFORMED, "piece") from fault
        if len(content) > MOST_FILE_BYTES:
            raise Refusal(ITEM_MALFORMED, "file too large")
        if piece.last:
            break
    else:
        return None
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Refusal(ITEM_MALFORMED, "file")
    return bytes(content)
