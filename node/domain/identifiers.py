"""Numbers and ids that the node gives out. Random bytes and instants are handed in."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

from node.domain.reasons import TEXT_MALFORMED
from records.deadlines import BEIJING
from records.refusal import Refusal

_CASE_NUMBER = re.compile(r"LT-[0-9]{6}-[0-9]{8}-[0-9]{4,12}")
_REASON_CODE = re.compile(r"[A-Z][A-Z0-9_]{1,39}")
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
    # Not by strftime, which looks up the machine's own time zone first: a tenth of a millisecond.
    day = now.astimezone(BEIJING)
    return f"{day.year:04d}{day.month:02d}{day.day:02d}"


def case_number(archive_code: str, now: datetime, running: int) -> str:
    """Case number as printed: LT-<archive>-<yyyymmdd>-<nnnn>, at least four digits."""
    return f"LT-{archive_code}-{day_text(now)}-{running:04d}"


def verify_case_number(text: str) -> str:
    """Return the text if it has the form of a case number.

    What another node names as a case stands in our log and our pages for good.

    Raises:
        Refusal: TEXT_MALFORMED.
    """
    if not _CASE_NUMBER.fullmatch(text):
        raise Refusal(TEXT_MALFORMED, "case_no")
    return text


def verify_reason_code(text: str) -> str:
    """Return the text if it is empty or has the form of a reason code: never words.

    Raises:
        Refusal: TEXT_MALFORMED.
    """
    if text and not _REASON_CODE.fullmatch(text):
        raise Refusal(TEXT_MALFORMED, "reason_code")
    return text
