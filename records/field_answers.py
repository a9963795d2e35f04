"""机关查档（不出证）: listed fields go to an authority as a signed answer, without a sealed paper.

Source: domain.md §3.2 D18 and E22: listed fields only, no PDF seal unless one was asked for. Two
officers sign the same words as for a certificate; what they signed is no order that a certificate
service would obey, and the values travel as a member of the answer's `extra`.
"""

import json
from collections.abc import Collection, Sequence

from records.characters import check_characters
from records.process_reasons import FIELDS_MALFORMED
from records.refusal import Refusal
from records.release import ExtractRow

FIELDS = "fields"
"""The output that asks for this; also the member of `extra` with the rows."""
ORDER = "fields_order"
"""Member of `extra`: envelope id of what the two officers signed, a leaf of the holder's log."""
TEMPLATE = "F1"
"""Of no certificate: certificate services refuse it."""
TITLE = "档案所列字段核对结果"
NO_SEAL = "NONE"
CLOSING = (
    "上列字段经与档案原件（或其数字副本）核对无误，供机关履行法定职责使用，不出具档案证明。",
)
MOST_ROWS = 40
MOST_SIGNS = 500
MOST_BYTES = 64 * 1024
_KEYS = ("field", "label", "value", "compared")
_COMPARED = ("same", "corrected", "not_recorded")


def opening_of(agency: str, letter_no: str, basis: str) -> str:
    """First paragraph: who asks, under which number, by which law."""
    return f"{agency}（公函或系统案号：{letter_no}）依据{basis}查询，经核对档案记载如下。"


def write_fields(rows: Sequence[ExtractRow]) -> str:
    """The rows as the answer carries them."""
    said = [{key: getattr(row, key) for key in _KEYS} for row in rows]
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def read_fields(text: str, asked: Collection[str]) -> tuple[ExtractRow, ...]:
    """The rows of an answer.

    Args:
        text: Member `fields` of the answer's `extra`.
        asked: Codes of the fields that were asked for; another one is refused.

    Raises:
        Refusal: FIELDS_MALFORMED, CODE_POINT_FORBIDDEN.
    """
    if len(text.encode()) > MOST_BYTES:
        raise Refusal(FIELDS_MALFORMED, "size")
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise Refusal(FIELDS_MALFORMED, "json") from None
    if not isinstance(said, list) or not 1 <= len(said) <= MOST_ROWS:
        raise Refusal(FIELDS_MALFORMED, "rows")
    rows = tuple(_row(one) for one in said)
    codes = [row.field for row in rows]
    if len(set(codes)) != len(codes) or not set(codes) <= set(asked):
        raise Refusal(FIELDS_MALFORMED, "fields that were not asked for")
    return rows


def _row(said: object) -> ExtractRow:
    if not isinstance(said, dict) or set(said) != set(_KEYS):
        raise Refusal(FIELDS_MALFORMED, "row")
    texts = [said[key] for key in _KEYS]
    if not all(isinstance(one, str) and 1 <= len(one) <= MOST_SIGNS for one in texts):
        raise Refusal(FIELDS_MALFORMED, "row")
    if said["compared"] not in _COMPARED:
        raise Refusal(FIELDS_MALFORMED, "row")
    for one in texts:
        check_characters(one)
    return ExtractRow(**said)
