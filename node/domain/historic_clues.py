"""What history adds to a search: places through time, institutions under their other names."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from records.entries import SearchResult
from records.fields import FieldForm
from records.institutions import Lineages
from records.outcomes import HITS, Outcome
from records.place_evidence import PlaceEvidence
from records.sought import SUBJECT, Sought

LineagesOf = Callable[[str], Lineages]
"""Archive code → the institutions of its table, names in normal form."""

_CERTAIN = frozenset({Outcome.HIT_UNIQUE, Outcome.HIT_SAME_PERSON_MULTI, Outcome.HIT_PARTIAL})


@dataclass(frozen=True, slots=True)
class HistoricClues:
    """History as one node knows it; empty = texts agree by their letters only."""

    places: PlaceEvidence | None = None
    lineages_of: LineagesOf | None = None

    def add_names(self, archive_code: str, sought: Sought) -> Sought:
        """The query with the other names of the schools and works that it mentions."""
        if self.lineages_of is None or not sought.free:
            return sought
        columns = sought.kind.columns
        named = {
            code: text
            for code, text in sought.free.items()
            if code != SUBJECT and code in columns and columns[code].form is FieldForm.TEXT
        }
        if not named:
            return sought
        lineages = self.lineages_of(archive_code)
        forms = {code: lineages.other_names(text) for code, text in named.items()}
        return replace(sought, other_forms={code: names for code, names in forms.items() if names})

    def ask_for_place(self, sought: Sought, found: SearchResult) -> SearchResult:
        """Where the place fits several provinces and the hit is doubtful: asked about first."""
        if self.places is None or not sought.place or Outcome(found.outcome) not in HITS - _CERTAIN:
            return found
        year = sought.period.year if sought.period else None
        question = self.places.question(sought.place, year)
        return replace(found, ask=question) if question else found
