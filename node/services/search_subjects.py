"""Searches records about things by subject and place: forest papers, published documents.

No person stands in them, so several documents are an answer and not a doubt (domain.md §7, E23).
The words are looked up together first; where no record has all of them, the place alone, so that
a wrong second word hides nothing. Hidden records are weighed and left out like everywhere.
"""

from collections.abc import Sequence

from node.catalogue_ports import CatalogueReader
from node.domain.catalogue import Judgement, next_question
from node.domain.shelves import Shelf
from records.matching import Match, Scales
from records.outcomes import Outcome
from records.reference_codes import stored_forms
from records.sought import Sought
from records.subject_words import query_words
from records.weighing import weigh

MOST_ENTRIES = 200
"""Records that are weighed; more is said aloud (TRUNCATED)."""


class SubjectSearch:
    """One search for records about things."""

    def __init__(
        self, index: CatalogueReader, shelf: Shelf, sought: Sought, scales: Scales
    ) -> None:
        """Search that shelf; `scales` carry the folding and the places."""
        self._index, self._shelf, self._sought, self._scales = index, shelf, sought, scales
        self.truncated = False
        """More records have the words than were weighed."""
        self.hidden_hit = False
        """A record that may not show matched too."""

    def run(self) -> Judgement:
        """What was found, best first.

        A miss waits for a person: the wording of a title is not the citizen's, so the machine's
        "nothing" proves nothing here.
        """
        matches = self._weigh(self._numbered())
        phrases = self._phrases()
        for wanted in (phrases, phrases[:1]):
            if not matches and wanted:
                matches = self._weigh(self._find(wanted))
        shown = tuple(sorted(matches, key=lambda match: (match.is_doubtful, -match.score)))
        if not shown:
            return Judgement(outcome=Outcome.PENDING_MANUAL, shown=())
        ask = next_question(self._sought, shown) if len(shown) > self._sought.limit else ""
        return Judgement(outcome=_outcome(shown), shown=shown, ask=ask)

    def _numbered(self) -> list[int]:
        """Records under the number, or under the 档号 that it may be."""
        sought, shelf = self._sought, self._shelf
        found = list(self._index.find_by_number(shelf, sought.number_key))
        codes = stored_forms(sought.number)
        found += self._index.find_by_reference(shelf, codes) if codes else ()
        return list(dict.fromkeys(found))

    def _phrases(self) -> list[str]:
        """What must stand in the record, the place first."""
        place, places = self._sought.place, self._scales.places
        # The county stands on the cover of the volume, not in the title of each paper.
        local = (places.local_name(place) or place) if places else place
        texts = [local, *self._sought.free.values()]
        return [phrase for text in texts for phrase in text.split(" ") if phrase]

    def _find(self, phrases: Sequence[str]) -> Sequence[int]:
        words = list(dict.fromkeys(word for one in phrases for word in query_words(one)))
        if not words:
            return ()
        found = self._index.find_by_words(self._shelf, words, MOST_ENTRIES + 1)
        self.truncated = self.truncated or len(found) > MOST_ENTRIES
        return found[:MOST_ENTRIES]

    def _weigh(self, entry_ids: Sequence[int]) -> list[Match]:
        found: list[Match] = []
        for shelved in self._index.load(entry_ids) if entry_ids else ():
            match = weigh(self._sought, shelved.entry, "", self._scales)
            if match is None or not _agrees(match):
                continue
            if shelved.is_hidden:
                self.hidden_hit = True
                continue
            found.append(match)
        return found


def _agrees(match: Match) -> bool:
    """Place or words agree, and the time does not exclude it."""
    agreeing = any(not one.agreement.conflicts for one in match.evidence)
    too_far = any(
        one.agreement.conflicts and one.reason.field.endswith("date") for one in match.evidence
    )
    return agreeing and not too_far


def _outcome(shown: Sequence[Match]) -> Outcome:
    if len(shown) > 1:
        return Outcome.HIT_SAME_PERSON_MULTI
    return Outcome.HIT_PARTIAL if shown[0].entry.damage else Outcome.HIT_UNIQUE
