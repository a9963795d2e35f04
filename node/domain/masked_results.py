"""A result as it may be read without the case on the table: who is named stays hidden.

For searches in a batch (architecture.md 7): a clerk learns which 档号 to open, nothing about the
people in them.
"""

from dataclasses import replace

from records.entries import Candidate, MatchReason, SearchResult
from records.person_names import mask_name

_SHOWN = frozenset({"registration_office", "event_date", "event_type", "school", "graduation_date"})
"""Fields that name nobody."""


def mask_result(result: SearchResult) -> SearchResult:
    """The same result; recorded names are masked, other recorded values of people left out."""
    return replace(result, candidates=tuple(_mask(one) for one in result.candidates))


def _mask(candidate: Candidate) -> Candidate:
    return replace(candidate, reasons=tuple(_masked(reason) for reason in candidate.reasons))


def _masked(reason: MatchReason) -> MatchReason:
    if reason.field.endswith("name"):
        return replace(reason, recorded=mask_name(reason.recorded.replace("*", "")))
    return reason if reason.field in _SHOWN else replace(reason, recorded="")
