"""The rows of an answer without a paper: exactly what was asked for, bounded, or nothing."""

import json

import pytest

from records.field_answers import MOST_ROWS, read_fields, write_fields
from records.refusal import Refusal
from records.release import ExtractRow

ROW = ExtractRow(field="name", label="姓名", value="徐阿大", compared="same")
GOOD = {"field": "name", "label": "姓名", "value": "徐阿大", "compared": "same"}


def test_what_is_written_is_read_again():
    wide = ExtractRow(field="birth", label="出生", value="民国　卅年", compared="corrected")
    assert read_fields(write_fields([ROW, wide]), ("name", "birth")) == (ROW, wide)


@pytest.mark.parametrize(
    "said",
    [
        [],
        {},
        "name",
        [1],
        [GOOD, GOOD],
        [GOOD | {"field": "birth"}],
        [GOOD | {"more": "x"}],
        [{key: GOOD[key] for key in ("field", "label", "value")}],
        [GOOD | {"value": 7}],
        [GOOD | {"value": ""}],
        [GOOD | {"value": "x" * 501}],
        [GOOD | {"label": "a\nb"}],
        [GOOD | {"value": "\u202e"}],
        [GOOD | {"compared": "guessed"}],
        [GOOD | {"field": f"f{n}"} for n in range(MOST_ROWS + 1)],
    ],
)
def test_anything_else_is_refused(said):
    with pytest.raises(Refusal, match=r"FIELDS_MALFORMED|CODE_POINT_FORBIDDEN"):
        read_fields(json.dumps(said, ensure_ascii=False), ("name", *(f"f{n}" for n in range(50))))


@pytest.mark.parametrize("text", ["", "nonsense", "[" * 50_000, '["' + "x" * 70_000 + '"]'])
def test_what_is_no_json_or_too_long_is_refused(text):
    with pytest.raises(Refusal, match="FIELDS_MALFORMED"):
        read_fields(text, ("name",))
