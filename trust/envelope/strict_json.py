"""JSON with one meaning: what two careful readers would read differently is refused.

Refuses repeated members, NaN and infinities, fractions, integers that JavaScript would round,
lone surrogates, depth over 16, trailing data, and anything that is not UTF-8 (RFC 8259, RFC 7493).
"""

import json
import re
from typing import NoReturn

from records.refusal import Refusal
from trust.envelope import reasons

MAX_DEPTH = 16
_MAX_INTEGER = 2**53 - 1
_SURROGATE = re.compile("[\ud800-\udfff]")


def parse_strict_json(data: bytes) -> object:
    """The value that `data` spells, if it has only one meaning.

    Raises:
        Refusal: STATEMENT_MALFORMED, STATEMENT_TOO_LARGE (depth).
    """
    try:
        text = data.decode("utf-8")
        value: object = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
            parse_int=_bounded,
        )
    except RecursionError as error:
        raise Refusal(reasons.STATEMENT_TOO_LARGE, "depth") from error
    except ValueError as error:
        raise Refusal(reasons.STATEMENT_MALFORMED, "not JSON in UTF-8") from error
    _check(value, 1)
    return value


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Refusal(reasons.STATEMENT_MALFORMED, "repeated member")
    return members


def _refuse_number(_text: str) -> NoReturn:
    raise Refusal(reasons.STATEMENT_MALFORMED, "number is not an integer")


def _bounded(text: str) -> int:
    if len(text) > len(str(_MAX_INTEGER)) + 1 or abs(int(text)) > _MAX_INTEGER or text == "-0":
        raise Refusal(reasons.STATEMENT_MALFORMED, "integer out of range")
    return int(text)


def _check(value: object, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise Refusal(reasons.STATEMENT_TOO_LARGE, "depth")
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, dict):
        for name, member in value.items():
            _check_text(name)
            _check(member, depth + 1)
    elif isinstance(value, list):
        for member in value:
            _check(member, depth + 1)


def _check_text(text: str) -> None:
    if _SURROGATE.search(text):
        raise Refusal(reasons.STATEMENT_MALFORMED, "lone surrogate")
