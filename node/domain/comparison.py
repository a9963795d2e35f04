"""The holder's comparison: what the index says, what the page says, what will be printed.

Transcription and index value are kept apart; a corrected field never changes the index here
(that takes a proposal and another person's approval).
"""

from datetime import datetime

from node.domain.cases import ComparedField, Comparison
from node.domain.commands import ConfirmCommand, FieldMark
from node.domain.disclosure import printable_fields
from node.domain.exchange_reasons import IMAGE_NOT_OF_RECORD, MARK_MALFORMED, MARKS_INCOMPLETE
from records import templates
from records.characters import check_characters
from records.entries import CatalogueEntry
from records.exchange import AssistRequest
from records.fields import FieldSpec
from records.refusal import Refusal

SAME = "same"
CORRECTED = "corrected"
NOT_RECORDED = "not_recorded"


def compare_fields(
    request: AssistRequest,
    entry: CatalogueEntry,
    command: ConfirmCommand,
    officer_id: str,
    now: datetime,
) -> Comparison:
    """The comparison of every field that the extract prints.

    Raises:
        Refusal: IMAGE_NOT_OF_RECORD, MARKS_INCOMPLETE, MARK_MALFORMED, and the reasons of
            `printable_fields`.
    """
    own = {page.sha256 for page in entry.images}
    if not command.images or set(command.images) - own:
        raise Refusal(IMAGE_NOT_OF_RECORD)
    specs = {spec.code: spec for spec in printable_fields(request, entry)}
    marks = {mark.field: mark for mark in command.marks}
    if len(marks) != len(command.marks) or marks.keys() != specs.keys():
        wrong = sorted(marks.keys() ^ specs.keys())
        raise Refusal(MARKS_INCOMPLETE, ", ".join(wrong)[:200] or "a field is marked twice")
    return Comparison(
        reference_code=entry.reference_code,
        index_version=entry.index_version,
        fields=tuple(
            _compare(spec, marks[code], entry.values.get(code, "")) for code, spec in specs.items()
        ),
        images=command.images,
        confirmed_by=officer_id,
        confirmed_at=now,
    )


def _compare(spec: FieldSpec, mark: FieldMark, index_value: str) -> ComparedField:
    return ComparedField(
        field=spec.code,
        label=spec.label,
        index_value=index_value,
        value=_printed(spec, mark, index_value),
        compared=mark.compared,
    )


def _printed(spec: FieldSpec, mark: FieldMark, index_value: str) -> str:
    if mark.compared == SAME:
        # "Same" as nothing would print an empty line: the record is silent, so say so.
        if not index_value:
            raise Refusal(MARK_MALFORMED, f"{spec.code}: not_recorded")
        return index_value
    if mark.compared == NOT_RECORDED:
        return templates.NOT_RECORDED
    if mark.compared != CORRECTED or not 1 <= len(mark.value) <= spec.most_characters:
        raise Refusal(MARK_MALFORMED, spec.code)
    check_characters(mark.value)
    return mark.value
