"""Request against record, field by field: one row for each fact said or printed."""

from dataclasses import dataclass

from node.domain.views import CandidateView, WorkDetail
from records.entries import MatchReason
from records.kinds import KINDS
from webui.form import Form
from webui.words import Words

_SAME = frozenset({"equal", "within", "same", "exact"})
_DIFFERENT = frozenset({"conflicts", "different"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareRow:
    """One line of the comparison."""

    field: str
    label: str
    asked: str
    """What the applicant said; empty = nothing."""
    recorded: str
    """What the index says, in its own characters."""
    level: str
    """same, near, different or unsaid."""
    how: str
    """Why, in words."""
    is_printed: bool
    """The extract would print it, so it must be compared with the image."""
    mark: str
    """same, corrected, not_recorded or empty: as typed, else as confirmed before."""
    value: str
    """Wording of the page where it was corrected."""


def compare_rows(
    detail: WorkDetail, candidate: CandidateView, typed: Form, words: Words
) -> tuple[CompareRow, ...]:
    """Rows of the printed fields in print order, then what else was compared."""
    reasons = {reason.field: reason for reason in candidate.reasons}
    printed = {field: (label, value) for field, label, value in candidate.printable}
    rows = [
        _row(field, label, value, reasons.get(field), words)
        for field, (label, value) in printed.items()
    ]
    rows += [
        _row(field, _label(detail, field), reason.recorded, reason, words, is_printed=False)
        for field, reason in reasons.items()
        if field not in printed
    ]
    return tuple(_with_mark(row, detail, candidate, typed) for row in rows)


def _row(
    field: str,
    label: str,
    recorded: str,
    reason: MatchReason | None,
    words: Words,
    *,
    is_printed: bool = True,
) -> CompareRow:
    return CompareRow(
        field=field,
        label=label,
        asked=reason.queried if reason else "",
        recorded=recorded,
        level=_level(reason),
        how=words.find(f"how.{reason.how}", reason.how) if reason else "",
        is_printed=is_printed,
        mark="",
        value=recorded,
    )


def _level(reason: MatchReason | None) -> str:
    if reason is None or not reason.queried:
        return "unsaid"
    if reason.how in _SAME:
        return "same"
    return "different" if reason.how in _DIFFERENT else "near"


def _label(detail: WorkDetail, field: str) -> str:
    kind = KINDS.get(detail.request.query.category)
    spec = kind.columns.get(field) if kind else None
    return spec.label if spec else field


def _with_mark(
    row: CompareRow, detail: WorkDetail, candidate: CandidateView, typed: Form
) -> CompareRow:
    # What was typed beside another record says nothing about this one.
    is_this = typed.text("reference_code") == candidate.entry.reference_code
    mark = typed.text(f"mark.{row.field}") if is_this else ""
    value = typed.text(f"value.{row.field}", row.value) if is_this else row.value
    done = detail.comparison
    if not mark and done and done.reference_code == candidate.entry.reference_code:
        for field in done.fields:
            if field.field == row.field:
                mark, value = field.compared, field.value
    return CompareRow(
        field=row.field,
        label=row.label,
        asked=row.asked,
        recorded=row.recorded,
        level=row.level,
        how=row.how,
        is_printed=row.is_printed,
        mark=mark,
        value=value,
    )
