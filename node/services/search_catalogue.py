"""Searches one archive's index for the record sought: look up, weigh, judge.

The numbers first, then the name in its safe spellings, then in its popular ones, then names that
sound or look alike, and no further than needed: each step only runs where the one before found
nobody. Hidden records are weighed like all others and then left out: the search goes on as if they
were not there, and what was tried says nothing of them.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from node.catalogue_ports import CatalogueIndex, CatalogueReader
from node.domain.catalogue import Judgement, candidate_of, judge
from node.domain.historic_clues import HistoricClues
from node.domain.shelves import PersonRow, Shelf, ShelvedEntry
from node.services.search_subjects import SubjectSearch
from records.comparing import compare_births
from records.entries import CatalogueEntry, SearchResult
from records.matching import Match, Scales
from records.name_keys import heard_keys
from records.name_likeness import nearness
from records.outcomes import Outcome
from records.person_names import Spelling
from records.queries import RecordQuery
from records.sought import QueryReader, Sought, Wanted
from records.weighing import weigh

MOST_PEOPLE = 5000
"""People of one name that are looked at; more is said aloud (TRUNCATED)."""
MOST_ENTRIES = 200
"""Records that are weighed in full."""
SAFE_TIERS = ("exact", "variant")
ALL_TIERS = (*SAFE_TIERS, "homophone", "dialect", "shape")
"""Tried only where the safe ones found nobody."""

FEW_PEOPLE = 16
"""So few are weighed without looking at their births in the index first."""

_Place = tuple[int, str]
"""Entry id and the role in which the sought person stands there."""


class SearchCatalogue:
    """The node's catalogue as its desks see it."""

    def __init__(
        self, index: CatalogueIndex, reader: QueryReader, clues: HistoricClues | None = None
    ) -> None:
        """Search `index`, reading queries with the tables in `reader`, history with `clues`."""
        self._index = index
        self._reader = reader
        self._clues = clues or HistoricClues()

    def search(self, archive_code: str, query: RecordQuery) -> SearchResult:
        """Candidates of one archive, best first.

        Whether a miss lies inside the declared coverage is the caller's question; here an archive
        that has nothing of the category answers `NOT_COVERED`.

        Raises:
            Refusal: CATEGORY_UNKNOWN, QUERY_MALFORMED, TOO_BROAD, and the refusals of names,
                dates and numbers.
        """
        sought = self._clues.add_names(archive_code, self._reader.read(query))
        with self._index.reading() as index:
            shelf = index.find_shelf(archive_code, query.category)
            if shelf is None:
                return _result(sought, Judgement(outcome=Outcome.NOT_COVERED, shown=()), None)
            if not sought.kind.people:
                search = SubjectSearch(index, shelf, sought, self._scales(shelf))
                found = _result(sought, search.run(), shelf, truncated=search.truncated)
                return replace(found, variants=0, hidden_hit=search.hidden_hit)
            found = _Search(index, shelf, sought, self._scales(shelf), self._reader).run()
            return self._clues.ask_for_place(sought, found)

    def _scales(self, shelf: Shelf) -> Scales:
        reader, people = self._reader, max(1, shelf.people)
        return Scales(
            reader.folding, reader.calendar, lambda _: 1.0, people, places=self._clues.places
        )

    def find_shelf(self, archive_code: str, category: str) -> Shelf | None:
        """What the index holds of that category, for the statement of coverage."""
        with self._index.reading() as index:
            return index.find_shelf(archive_code, category)

    def get_entry(self, archive_code: str, reference_code: str) -> CatalogueEntry:
        """The entry with that 档号. Raises Refusal: ENTRY_NOT_FOUND."""
        with self._index.reading() as index:
            return index.get_entry(archive_code, reference_code)


class _Search:
    """One search in progress."""

    def __init__(
        self,
        index: CatalogueReader,
        shelf: Shelf,
        sought: Sought,
        scales: Scales,
        reader: QueryReader,
    ) -> None:
        self._index, self._shelf, self._sought, self._reader = index, shelf, sought, reader
        self._bearers: dict[str, float] = {}
        self._truncated = False
        self._hidden_hit = False
        self._near = False
        self._scales = replace(scales, name_chance=self._name_chance)

    def run(self) -> SearchResult:
        subject = self._sought.subject
        matches = self._weigh(self._places_by_number())
        safe = [s for s in subject.spellings if s.how != "popular"]
        if not matches and not subject.is_surname_only:
            matches = self._weigh(self._places_by_name(safe))
        popular = [s for s in subject.spellings if s.how == "popular"]
        if not matches and popular and not subject.is_surname_only:
            matches = self._weigh(self._places_by_name(popular))
        if not matches and len(subject.name) > 1:
            matches = self._weigh_near()
        found = judge(matches, self._sought, self._reader.folding)
        if found.outcome is Outcome.NO_RECORD_COVERED and self._truncated:
            # First: a cut search ends the same way whether or not a hidden record matched.
            found = Judgement(outcome=Outcome.TRUNCATED, shown=())
        elif found.outcome is Outcome.NO_RECORD_COVERED and self._hidden_hit:
            found = Judgement(outcome=Outcome.PENDING_MANUAL, shown=())
        tiers = ALL_TIERS if self._near else SAFE_TIERS
        result = _result(self._sought, found, self._shelf, tiers=tiers, truncated=self._truncated)
        return replace(result, hidden_hit=self._hidden_hit)

    def _places_by_number(self) -> list[_Place]:
        """Records under the identity numbers and the certificate number of the query."""
        sought, places = self._sought, list[_Place]()
        for person, is_subject in ((sought.subject, True), (sought.other, False)):
            if person.id_number is None:
                continue
            for entry_id, role in self._index.find_by_id_number(
                self._shelf, person.id_number.normal
            ):
                places += [(entry_id, role)] if is_subject else self._roles(entry_id, role)
        if sought.number_key:
            for entry_id in self._index.find_by_number(self._shelf, sought.number_key):
                places += self._roles(entry_id, "")
        return places

    def _roles(self, entry_id: int, taken: str) -> list[_Place]:
        """Every role in which the subject may stand beside a person in the role `taken`."""
        people = self._sought.kind.people
        roles = [one.role for one in people if one.is_sought and one.role != taken]
        return [(entry_id, role) for role in roles or [""]]

    def _places_by_name(self, spellings: Sequence[Spelling]) -> list[_Place]:
        names = self._index.find_names([one.normal for one in spellings])
        rows = self._index.find_people(self._shelf, names.values(), MOST_PEOPLE)
        self._truncated = self._truncated or len(rows) >= MOST_PEOPLE
        subjects = {one.role for one in self._sought.kind.people if one.is_sought}
        kept = [row for row in rows if row.role in subjects]
        if len(kept) > FEW_PEOPLE:
            beside = self._beside_other()
            kept = [row for row in kept if row.other_name_id in beside or self._may_be_born(row)]
        return [(row.entry_id, row.role) for row in kept]

    def _beside_other(self) -> frozenset[int]:
        """Names under which the other party of the query may stand in the dictionary."""
        spellings = [one.normal for one in self._sought.other.spellings]
        return frozenset(self._index.find_names(spellings).values())

    def _may_be_born(self, row: PersonRow) -> bool:
        birth = self._sought.subject.birth
        recorded = row.birth
        if birth is None or recorded is None:
            return True
        return not compare_births(birth, recorded, self._reader.calendar).conflicts

    def _weigh_near(self) -> list[Match]:
        """Records under names that sound or look alike: beside the other party, or by sound."""
        self._near = True
        sounds = self._reader.sounds
        self._scales = replace(self._scales, sounds=sounds)
        safe = [one for one in self._sought.subject.spellings if one.how != "popular"]
        places = self._places_by_name(safe) + self._places_beside_other(safe)
        keys = {key for one in safe for key in heard_keys(one.normal, sounds)}
        names = self._index.find_sounding(keys, MOST_ENTRIES) if keys else {}
        rows = self._index.find_people(self._shelf, names, MOST_PEOPLE)
        places += [(row.entry_id, row.role) for row in rows if self._may_be_born(row)]
        subjects = {one.role for one in self._sought.kind.people if one.is_sought}
        return self._weigh([place for place in places if place[1] in subjects])

    def _places_beside_other(self, spellings: Sequence[Spelling]) -> list[_Place]:
        """Where the other party stands beside a name that is near to the one sought."""
        rows = self._index.find_people(self._shelf, self._beside_other(), MOST_PEOPLE)
        names = self._index.name_texts({row.other_name_id for row in rows})
        near = {
            name_id
            for name_id, text in names.items()
            if any(nearness(one.normal, text, self._reader.sounds) for one in spellings)
        }
        return [
            place
            for row in rows
            if row.other_name_id in near
            for place in self._roles(row.entry_id, row.role)
        ]

    def _weigh(self, places: Collection[_Place]) -> list[Match]:
        """The best reading of each record that is not somebody else's."""
        ids = list(dict.fromkeys(entry_id for entry_id, _ in places))
        if len(ids) > MOST_ENTRIES:
            self._truncated = True
        loaded = {one.entry_id: one for one in self._index.load(ids[:MOST_ENTRIES])}
        best: dict[int, Match] = {}
        for entry_id, role in dict.fromkeys(places):
            shelved = loaded.get(entry_id)
            match = self._read(shelved, role) if shelved else None
            if match and (entry_id not in best or best[entry_id].score < match.score):
                best[entry_id] = match
        return list(best.values())

    def _read(self, shelved: ShelvedEntry, role: str) -> Match | None:
        match = weigh(self._sought, shelved.entry, role, self._scales)
        if match is not None and shelved.is_hidden:
            self._hidden_hit = True
            return None
        return match

    def _name_chance(self, normal: str) -> float:
        """Share of the shelf's people who bear the name; small samples are not trusted."""
        if normal not in self._bearers:
            name_id = self._index.find_names([normal]).get(normal, 0)
            bearers = self._index.count_bearers(self._shelf, name_id) if name_id else 0
            self._bearers[normal] = (bearers + 1) / (self._shelf.people + 10_000)
        return self._bearers[normal]


def _result(
    sought: Sought,
    found: Judgement,
    shelf: Shelf | None,
    *,
    tiers: tuple[str, ...] = SAFE_TIERS,
    truncated: bool = False,
) -> SearchResult:
    spellings = _spellings(sought.subject) + _spellings(sought.other)
    return SearchResult(
        outcome=found.outcome.value,
        candidates=tuple(candidate_of(match) for match in found.shown[: sought.limit]),
        tiers=tiers,
        variants=spellings,
        truncated=truncated or len(found.shown) > sought.limit,
        ask=found.ask,
        index_version=shelf.index_version if shelf else 0,
    )


def _spellings(person: Wanted) -> int:
    return len(person.spellings)
