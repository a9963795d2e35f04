"""The quick way to read a statement: what it spells is written again and must be the same bytes.

The careful way (`strict_json.py`, then member by member) costs ten times as much and is needed
only where it can refuse. A payload that our own writer would write byte for byte has no repeated
or unknown member, no second spelling of a number or an instant, no lone surrogate. What is left,
instants without "Z" and integers that JavaScript would round, is looked for before (decision 1055).
"""

import re
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import inspect

T = TypeVar("T")
MOST_DEPTH = 16
_DOUBTFUL = re.compile(
    rb"[:,\[]-?[0-9]{16,}"  # an integer that may pass 2^53 (or digits in a text: no harm)
    rb"|T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?[^Z.0-9]"  # an instant that does not end in Z
)
_PLAIN = (
    inspect.StrType,
    inspect.IntType,
    inspect.BoolType,
    inspect.NoneType,
    inspect.DateTimeType,
    inspect.DateType,
)


class ExactReader(Generic[T]):
    """Reads the one spelling that our own writer gives to statements of one class."""

    def __init__(self, type_: type[T]) -> None:
        """Built once per class; see `reader_of`."""
        self._decoder = msgspec.json.Decoder(type_, strict=True)
        self._encoder = msgspec.json.Encoder(order="deterministic")

    def read(self, payload: bytes) -> T | None:
        """The statement; None where the payload has to be read the careful way."""
        if _DOUBTFUL.search(payload):
            return None
        try:
            statement = self._decoder.decode(payload)
            same = self._encoder.encode(statement) == payload
        except (ValueError, TypeError, OverflowError, RecursionError):
            return None
        return statement if same else None


_READERS: dict[type[Any], ExactReader[Any] | None] = {}
"""By class. Two threads that build the same one at once do no harm."""


def reader_of(type_: type[T]) -> ExactReader[T] | None:
    """The reader of that class; None for classes with members of any other kind."""
    if type_ not in _READERS:
        _READERS[type_] = ExactReader(type_) if _is_exact(type_) else None
    return _READERS[type_]


def _is_exact(type_: type[Any]) -> bool:
    try:
        known = inspect.type_info(type_)
    except TypeError:
        return False
    return isinstance(known, inspect.DataclassType) and _is_plain(known, 1)


def _is_plain(kind: inspect.Type, depth: int) -> bool:
    """Whether values of that kind are texts, integers, truths, days and instants throughout.

    Anything else (fractions, any value at all) may be spelled as we would and still be refused;
    so may what is nested deeper than the careful way goes.
    """
    if depth > MOST_DEPTH:
        return False
    if isinstance(kind, _PLAIN):
        return True
    if isinstance(kind, inspect.UnionType):
        return all(_is_plain(one, depth) for one in kind.types)
    if isinstance(kind, inspect.VarTupleType):
        return _is_plain(kind.item_type, depth + 1)
    if isinstance(kind, inspect.DictType):
        named = isinstance(kind.key_type, inspect.StrType)
        return named and _is_plain(kind.value_type, depth + 1)
    if isinstance(kind, inspect.DataclassType):
        return all(_is_plain(field.type, depth + 1) for field in kind.fields)
    return False
