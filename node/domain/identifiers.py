"""Numbers and ids that the node gives out. Random bytes and instants are handed in."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from records.deadlines import BEIJING

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def new_uuid7(now: datetime, random: bytes) -> str:
    """A UUIDv7 (RFC 9562 §5.7): sorts by time, unguessable in its last 74 bits.

    `random` has 10 bytes.
    """
    milliseconds = (now - _EPOCH) // timedelta(milliseconds=1)
    raw = bytearray(milliseconds.to_bytes(6, "big") + random[:10])
    raw[6] = 0x70 | raw[6] & 0x0F
    raw[8] = 0x80 | raw[8] & 0x3F
    return str(UUID(bytes=bytes(raw)))


def day_text(now: datetime) -> str:
    """The day in China's one time zone, e.g. "20261121"."""
    return f"{now.astimezone(BEIJING):%Y%m%d}"


def case_number(archive_code: str, now: datetime, running: int) -> str:
    """Case number as printed: LT-<archive>-<yyyymmdd>-<nnnn>, at least four digits."""
    return f"LT-{archive_code}-{day_text(now)}-{running:04d}"
