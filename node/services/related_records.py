"""Other events of the people in a case: a divorce beside the marriage that was asked for.

The holder's staff see them, so that nobody certifies a marriage as if nothing came after it; only
what was asked for is certified (domain.md §4.5, 5).
"""

from collections.abc import Collection
from dataclasses import replace

from node.domain.views import RelatedRecord
from node.ports import Catalogue
from records.entries import CatalogueEntry
from records.id_numbers import find_id_number
from records.kinds import get_kind
from records.outcomes import Outcome
from records.queries import Period, RecordQuery, SoughtPerson
from records.refusal import Refusal

_CERTAIN = frozenset({Outcome.HIT_UNIQUE, Outcome.HIT_SAME_PERSON_MULTI, Outcome.HIT_PARTIAL})
_MOST = 20


def find_related(
    catalogue: Catalogue,
    archive_code: str,
    query: RecordQuery,
    shown: Collection[CatalogueEntry],
) -> tuple[RelatedRecord, ...]:
    """Records of the same people under no particular time, number or event; `shown` left out.

    Where the search cannot tell people apart, only records with the same names as a shown one.
    """
    wide = replace(query, period=Period(), number="", place="", free={}, limit=_MOST)
    # Under the number stand the records that have one; the older ones are found by name.
    by_name = replace(wide, subject=_without_number(wide.subject))
    names = {_names(entry) for entry in shown}
    codes = {entry.reference_code for entry in shown}
    found: dict[str, RelatedRecord] = {}
    for question in dict.fromkeys((wide.subject, by_name.subject)):
        for entry in _search(catalogue, archive_code, replace(wide, subject=question), names):
            if entry.reference_code not in codes:
                found.setdefault(entry.reference_code, _related(entry))
    return tuple(sorted(found.values(), key=lambda one: one.event_date))


def _search(
    catalogue: Catalogue, archive_code: str, query: RecordQuery, names: Collection[frozenset[str]]
) -> list[CatalogueEntry]:
    try:
        found = catalogue.search(archive_code, query)
    except Refusal:
        return []
    entries = [catalogue.get_entry(archive_code, one.reference_code) for one in found.candidates]
    is_certain = Outcome(found.outcome) in _CERTAIN
    return [entry for entry in entries if is_certain or _names(entry) in names]


def _without_number(person: SoughtPerson) -> SoughtPerson:
    """The person by name and the birth that the number says."""
    number = find_id_number(person.id_no)
    born = number.birth.isoformat() if number and number.birth else ""
    return replace(person, id_no="", birth=person.birth or born)


def _names(entry: CatalogueEntry) -> frozenset[str]:
    people = get_kind(entry.category).people
    return frozenset(entry.values.get(person.name, "") for person in people if person.is_subject)


def _related(entry: CatalogueEntry) -> RelatedRecord:
    kind = get_kind(entry.category)
    dates = (entry.values.get(code, "") for code in kind.event_dates)
    return RelatedRecord(
        reference_code=entry.reference_code,
        event_type=entry.values.get("event_type", ""),
        event_date=next((text for text in dates if text), str(entry.year or "")),
        title=entry.title,
    )
