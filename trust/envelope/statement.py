"""Statements: frozen dataclasses that are written as strict JSON and signed as DSSE envelopes.

A statement class carries `PAYLOAD_TYPE`. Signatures are verified before the payload is parsed;
the parse accepts exactly the members of the class, instants in UTC, and integers only. Whoever
reads one in 30 years needs SHA-256, Ed25519 and JSON, nothing of ours (docs/statements.md).
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import msgspec

from records.refusal import Refusal
from trust.envelope import reasons
from trust.envelope.dsse import Envelope, seal, verify_envelope
from trust.envelope.exact_json import reader_of
from trust.envelope.strict_json import parse_strict_json
from trust.envelope.suites import LT1, PublicKey, Signer

MAX_STATEMENT_BYTES = 1024 * 1024
"""Bound of a statement; a class that may be longer says so in `MAX_BYTES` (at most 8 MiB)."""


class Statement(Protocol):
    """A frozen dataclass with a media type of its own."""

    PAYLOAD_TYPE: ClassVar[str]
    __dataclass_fields__: ClassVar[dict[str, dataclasses.Field[Any]]]


T = TypeVar("T")
S = TypeVar("S", bound=Statement)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(Generic[T]):
    """A statement that was verified and then parsed."""

    statement: T
    envelope_id: str
    kids: tuple[str, ...]
    """Known keys that signed it."""
    payload: bytes
    """The bytes as carried."""


def encode(statement: Statement) -> bytes:
    """The JSON form that is signed; only what `decode` would accept is ever produced.

    Raises:
        Refusal: STATEMENT_MALFORMED, STATEMENT_TOO_LARGE.
    """
    try:
        payload = msgspec.json.encode(statement, order="deterministic")
    except (UnicodeEncodeError, TypeError, ValueError, RecursionError) as error:
        raise Refusal(reasons.STATEMENT_MALFORMED, type(statement).__name__) from error
    decode(payload, type(statement))
    return payload


def decode(payload: bytes, type_: type[T]) -> T:
    """The statement that `payload` spells, if it follows the class exactly.

    Raises:
        Refusal: STATEMENT_MALFORMED, STATEMENT_TOO_LARGE.
    """
    if len(payload) > getattr(type_, "MAX_BYTES", MAX_STATEMENT_BYTES):
        raise Refusal(reasons.STATEMENT_TOO_LARGE, type_.__name__)
    # Nearly all statements are spelled as our own writer spells them; the others, good or bad,
    # are read carefully.
    reader = reader_of(type_)
    exact = reader.read(payload) if reader is not None else None
    return exact if exact is not None else _decode_carefully(payload, type_)


def _decode_carefully(payload: bytes, type_: type[T]) -> T:
    raw = parse_strict_json(payload)
    try:
        statement = msgspec.convert(raw, type_, strict=True)
    except msgspec.ValidationError as error:
        # The library's message may quote the value; only its path is safe to repeat.
        place = str(error).rpartition(" - at ")[2] if " - at " in str(error) else "`$`"
        raise Refusal(reasons.STATEMENT_MALFORMED, f"{type_.__name__} {place}") from None
    except (ValueError, OverflowError) as error:
        raise Refusal(reasons.STATEMENT_MALFORMED, type_.__name__) from error
    _check_exact(raw, statement, type_.__name__)
    return statement


def _check_exact(raw: object, value: object, path: str) -> None:
    """Refuse members that the class does not have, and instants in any but their one form."""
    if dataclasses.is_dataclass(value) and isinstance(raw, dict):
        names = {field.name for field in dataclasses.fields(value)}
        if raw.keys() - names:
            raise Refusal(reasons.STATEMENT_MALFORMED, f"unknown member in {path}")
        for name, member in raw.items():
            _check_exact(member, getattr(value, name), f"{path}.{name}")
    elif isinstance(value, tuple) and isinstance(raw, list):
        for index, (member, item) in enumerate(zip(raw, value, strict=True)):
            _check_exact(member, item, f"{path}[{index}]")
    elif isinstance(value, datetime):
        _check_instant(raw, value, path)
    elif isinstance(value, date) and raw != value.isoformat():
        raise Refusal(reasons.STATEMENT_MALFORMED, f"date in {path}")


def _check_instant(raw: object, value: datetime, path: str) -> None:
    if value.utcoffset() != timedelta(0) or raw != value.isoformat().replace("+00:00", "Z"):
        raise Refusal(reasons.STATEMENT_MALFORMED, f"instant in {path} is not UTC with Z")


def sign_statement(statement: Statement, *signers: Signer) -> Envelope:
    """An envelope over the statement, signed by each of `signers`.

    Raises:
        Refusal: STATEMENT_MALFORMED, STATEMENT_TOO_LARGE, ENVELOPE_MALFORMED.
    """
    return seal(statement.PAYLOAD_TYPE, encode(statement), signers)


def open_statement(
    envelope: Envelope,
    type_: type[S],
    keys: Mapping[str, PublicKey],
    *,
    threshold: int = 1,
    suites: Sequence[str] = (LT1,),
) -> Opened[S]:
    """The statement inside, after its type and its signatures were checked, in that order.

    Raises:
        Refusal: PAYLOAD_TYPE_WRONG, STATEMENT_MALFORMED, STATEMENT_TOO_LARGE, and every refusal
            of `verify_envelope`.
    """
    if envelope.payload_type != type_.PAYLOAD_TYPE:
        raise Refusal(reasons.PAYLOAD_TYPE_WRONG, type_.__name__)
    verified = verify_envelope(envelope, keys, threshold=threshold, suites=suites)
    return Opened(
        statement=decode(verified.payload, type_),
        envelope_id=verified.envelope_id,
        kids=verified.kids,
        payload=verified.payload,
    )
