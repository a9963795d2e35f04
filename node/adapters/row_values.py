"""How times and values of the domain lie in a row."""

from datetime import UTC, datetime, timedelta
from typing import TypeVar

import msgspec

T = TypeVar("T")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def to_ms(moment: datetime | None) -> int:
    """Milliseconds since 1970; None = 0."""
    return 0 if moment is None else (moment - _EPOCH) // _MILLISECOND


def from_ms(value: int) -> datetime:
    """The instant, aware, UTC."""
    return _EPOCH + value * _MILLISECOND


def write_body(value: object) -> bytes:
    """A domain value as JSON bytes."""
    return msgspec.json.encode(value)


def read_body(data: bytes, type_: type[T]) -> T:
    """The domain value that `write_body` wrote."""
    return msgspec.json.decode(data, type=type_)
