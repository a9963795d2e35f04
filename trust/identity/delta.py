"""A new version of a long text as its difference from one that the reader holds.

A trust list of 4,000 members has three megabytes and changes in one member. The difference is not
believed: the reader puts the text together and then verifies hash and signatures as ever.

    zlib( { u32 start, u32 length of a piece of the base; u32 n, n new bytes }* )
"""

import struct
import zlib

from records.refusal import Refusal
from trust.identity.reasons import DIRECTORY_PART_INVALID

MOST_BYTES = 16 * 1024 * 1024
"""Bound of a text put together, and of what is unpacked."""

_STEP = struct.Struct(">III")
_BREAK = b"},{"


def make_delta(base: bytes, text: bytes) -> bytes:
    """What turns `base` into `text`; an empty base gives the packed text itself."""
    places: dict[bytes, int] = {}
    for start, chunk in _chunks(base):
        places.setdefault(chunk, start)
    steps: list[tuple[int, int, bytearray]] = [(0, 0, bytearray())]
    for _, chunk in _chunks(text):
        start, length, fresh = steps[-1]
        place = places.get(chunk)
        if place is None:
            fresh += chunk
        elif not fresh and length and start + length == place:
            steps[-1] = (start, length + len(chunk), fresh)
        else:
            steps.append((place, len(chunk), bytearray()))
    packed = b"".join(
        _STEP.pack(start, length, len(fresh)) + bytes(fresh) for start, length, fresh in steps
    )
    return zlib.compress(packed, 6)


def apply_delta(base: bytes, delta: bytes) -> bytes:
    """The text that `make_delta` was given; of at most 16 MiB.

    Raises:
        Refusal: DIRECTORY_PART_INVALID.
    """
    packed = inflate(delta)
    found, at = bytearray(), 0
    while at < len(packed):
        if len(packed) - at < _STEP.size:
            raise Refusal(DIRECTORY_PART_INVALID, "delta is cut short")
        start, length, fresh = _STEP.unpack_from(packed, at)
        at += _STEP.size
        good = start + length <= len(base) and at + fresh <= len(packed)
        if not good or len(found) + length + fresh > MOST_BYTES:
            raise Refusal(DIRECTORY_PART_INVALID, "delta points outside")
        found += base[start : start + length]
        found += packed[at : at + fresh]
        at += fresh
    return bytes(found)


def inflate(data: bytes, most: int = MOST_BYTES) -> bytes:
    """The unpacked bytes, at most `most` of them.

    Raises:
        Refusal: DIRECTORY_PART_INVALID.
    """
    unpacking = zlib.decompressobj()
    try:
        found = unpacking.decompress(data, most)
    except zlib.error as fault:
        raise Refusal(DIRECTORY_PART_INVALID, "not packed as agreed") from fault
    if not unpacking.eof or unpacking.unused_data:
        raise Refusal(DIRECTORY_PART_INVALID, "packed bytes are too many or cut short")
    return found


def _chunks(text: bytes) -> list[tuple[int, bytes]]:
    """Pieces that end where one object of a JSON array does, with their starts."""
    found, start = [], 0
    while start < len(text):
        at = text.find(_BREAK, start)
        end = len(text) if at < 0 else at + len(_BREAK)
        found.append((start, text[start:end]))
        start = end
    return found
