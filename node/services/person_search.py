"""Searches one shelf for a person: look up, weigh, and no further than needed.

Numbers first; then couples of the two names; then people of the name in its safe spellings, then
in its popular ones; then names that sound or look alike, beside the other party or by birth. A
step only runs while nobody is identified. Hidden records are weighed like all others and then left
out: the search goes on as if they were not there, and what was tried says nothing of them.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import replace

from node.catalogue_ports import CatalogueReader
from node.domain.catalogue import Judgement, judge
from node.domain.people_clues import PeopleClues, clues_of, slipped_days
from node.domain.shelves import PersonRow, Shelf, ShelvedEntry
from node.services.known_names import NO_BOUND, KnownNames
from node.services.name_counts import NameCounts
from records.matching import FEWEST_PEOPLE, MOST_STRANGERS, Match, Scales
from records.outcomes import Outcome
from records.reference_codes import stored_forms
from records.sought import QueryReader, Sought, Wanted
from records.weighing import weigh

MOST_PEOPLE = 2000
"""People of one name that are looked at; more is said aloud (TRUNCATED)."""
MOST_ENTRIES = 200
"""Records that are weighed in full where they may tell more than the index does."""
FEW_ENTRIES = 24
"""Records that are weighed in full where the index has said it all."""
MOST_BESIDE = 250
"""People of the other party's name whose partners are compared one by one."""
SAFE_TIERS = ("exact", "variant")
ALL_TIERS = (*SAFE_TIERS, "homophone", "dialect", "shape")

_MUCH_RARER = 4
"""A name so many times rarer than the other is looked up in its place."""
_BIRTH_SPAN_DAYS = 60 * 365.25
_HIDDEN_IN_ENTRY = 1e-3
"""What fields that the index does not hold may still add to a candidate."""

_Place = tuple[int, str]
"""Entry id and the role in which the sought person stands there."""


class PersonSearch:
    """One search in progress."""

    def __init__(
        self,
        index: CatalogueReader,
        shelf: Shelf,
        sought: Sought,
        scales: Scales,
        reader: QueryReader,
        counts: NameCounts,
    ) -> None:
        """Search that shelf; `counts` says how common names are on it."""
        self._index, self._shelf, self._sought, self._reader = index, shelf, sought, reader
        self._names = KnownNames(index, shelf, reader.likeness, counts)
        self._matches: dict[int, Match] = {}
        self._weighed: set[_Place] = set()
        self._clues = clues_of(sought.subject.birth, sought.period, reader.calendar)
        self._scales = replace(scales, name_chance=self._names.chance, likeness=reader.likeness)
        self.truncated = False
        """More people came into question than were looked at."""
        self.hidden_hit = False
        """A record that may not show matched too."""
        self.tiers: tuple[str, ...] = SAFE_TIERS
        """Tiers that were tried."""

    def run(self) -> Judgement:
        """What was found, best first."""
        self._weigh(self._places_by_number())
        subject = self._sought.subject
        # A number leads to records that have one; older ones of the same person have none.
        known = any(match.is_vouched for match in self._matches.values())
        if not known and len(subject.name) > 1:
            people = (subject, self._sought.other)
            self._names.look_up_borne({one.normal for person in people for one in person.spellings})
            self._names.expect(one.spellings[0].normal for one in people if one.spellings)
            self._search_names()
        found = judge(list(self._matches.values()), self._sought, self._reader.folding)
        if found.outcome is Outcome.NO_RECORD_COVERED and self.truncated:
            # First: a cut search ends the same way whether or not a hidden record matched.
            return Judgement(outcome=Outcome.TRUNCATED, shown=())
        if found.outcome is Outcome.NO_RECORD_COVERED and self.hidden_hit:
            return Judgement(outcome=Outcome.PENDING_MANUAL, shown=())
        return found

    def _search_names(self) -> None:
        spellings = self._sought.subject.spellings
        safe = self._names.ids(one for one in spellings if one.how != "popular")
        self._weigh_couples(safe)
        if not self._is_settled():
            self._weigh_named(safe)
        popular = self._names.ids(one for one in spellings if one.how == "popular")
        if popular and not self._matches:
            self._weigh_couples(popular)
            self._weigh_named(popular)
        if not self._is_settled():
            self.tiers = ALL_TIERS
            self._weigh_near()

    def _is_settled(self) -> bool:
        """Somebody is identified, or has the very name and the very day of birth."""
        subject = self._sought.subject
        has_day = subject.birth is not None and subject.birth.day is not None
        return any(
            match.is_identified or (has_day and match.tier in SAFE_TIERS and self._is_of_day(match))
            for match in self._matches.values()
        )

    def _is_of_day(self, match: Match) -> bool:
        column = self._sought.kind.get_person(match.role).birth if match.role else ""
        return bool(column) and match.how(column) in ("equal", "lunar")

    # -- by number

    def _places_by_number(self) -> list[_Place]:
        """Records under the identity numbers, the certificate number and the 档号 of the query."""
        sought, places = self._sought, list[_Place]()
        for person, is_subject in ((sought.subject, True), (sought.other, False)):
            if person.id_number is None:
                continue
            number = person.id_number.normal
            for entry_id, role in self._index.find_by_id_number(self._shelf, number):
                places += [(entry_id, role)] if is_subject else self._roles(entry_id, role)
        if sought.number_key:
            for entry_id in self._index.find_by_number(self._shelf, sought.number_key):
                places += self._roles(entry_id, "")
        codes = stored_forms(sought.number) if sought.number else ()
        for entry_id in self._index.find_by_reference(self._shelf, codes) if codes else ():
            places += self._roles(entry_id, "")
        return places

    def _roles(self, entry_id: int, taken: str) -> list[_Place]:
        """Every role in which the subject may stand beside a person in the role `taken`."""
        people = self._sought.kind.people
        roles = [one.role for one in people if one.is_sought and one.role != taken]
        return [(entry_id, role) for role in roles or [""]]

    # -- by the names as they are spelled

    def _other_ids(self) -> list[int]:
        other = self._sought.other
        return [] if len(other.name) < 2 else self._names.ids(other.spellings)

    def _weigh_couples(self, ids: Sequence[int]) -> None:
        """Records of the name beside the other party's, from the side of the rarer name."""
        others, sought = self._other_ids(), self._sought
        if ids and others and sought.kind.is_of_pairs:
            own, their = (one.spellings[0].normal for one in (sought.subject, sought.other))
            if self._names.bearers(their) * _MUCH_RARER < self._names.bearers(own):
                self._weigh_partners(self._couples(others, ids))
                if self._matches:
                    return
        self._weigh_rows(self._couples(ids, others))

    def _weigh_partners(self, rows: Sequence[PersonRow]) -> None:
        """The records of these people, with the sought person beside them."""
        self._weigh([place for row in rows for place in self._roles(row.entry_id, row.role)])

    def _couples(self, ids: Sequence[int], others: Sequence[int]) -> Sequence[PersonRow]:
        if not ids or not others:
            return ()
        rows = self._index.find_couples(self._shelf, ids, others, MOST_PEOPLE)
        self._note_limit(rows, MOST_PEOPLE)
        return rows

    def _weigh_named(self, ids: Sequence[int]) -> None:
        """People of the name by birth and year; beside a known other party the near ones."""
        if not ids:
            return
        rows = self._people(ids, self._clues)
        born = self._sought.subject.birth
        if len(self._sought.other.name) > 1:
            beside = self._names.near_to(self._sought.other, {row.other_name_id for row in rows})
            exact = born.day.toordinal() if born and born.day else -1
            rows = [row for row in rows if row.other_name_id in beside or row.born == exact]
        self._weigh_rows(rows)
        if born and born.day and not self._matches:
            slips = PeopleClues(days=slipped_days(born.day), with_unknown=False)
            self._weigh_rows(self._people(ids, slips))

    def _people(self, ids: Collection[int], clues: PeopleClues) -> Sequence[PersonRow]:
        rows = self._index.find_people(self._shelf, ids, clues, MOST_PEOPLE)
        self._note_limit(rows, MOST_PEOPLE)
        return rows

    def _note_limit(self, rows: Sequence[PersonRow], most: int) -> None:
        self.truncated = self.truncated or len(rows) >= most

    # -- by names that are near

    def _weigh_near(self) -> None:
        subject, other = self._sought.subject, self._sought.other
        others = self._other_ids()
        if others:
            self._weigh_beside(others)
        if self._is_settled() or (others and self._matches):
            return
        surname = other.spellings[0].normal[:1] if other.spellings else ""
        near = self._near_ids(subject, surname)
        rows = self._people(near, replace(self._clues, with_unknown=False)) if near else ()
        ordered = sorted(rows, key=lambda row: -near[row.name_id])
        self._weigh_rows(ordered, cut=False)

    def _weigh_beside(self, others: Sequence[int]) -> None:
        """Records where the other party stands beside a name that is near to the one sought."""
        subject = self._sought.subject
        rows: Sequence[PersonRow] = ()
        is_common = self._names.bearers(self._sought.other.spellings[0].normal) >= MOST_BESIDE
        if not is_common:
            rows = self._index.find_people(self._shelf, others, PeopleClues(), MOST_BESIDE)
        if not is_common and len(rows) < MOST_BESIDE:
            near = self._names.near_to(subject, {row.other_name_id for row in rows})
            rows = [row for row in rows if row.other_name_id in near]
        else:
            ids = self._names.near_ids(subject, "", NO_BOUND)
            rows = self._couples(others, list(ids))
        self._weigh_partners(rows)

    def _near_ids(self, wanted: Wanted, surname: str) -> dict[int, float]:
        """Ids of names that may have been meant, as far as they can still become likely."""
        clues = self._clues
        span = (clues.born[1] - clues.born[0] + 1) if clues.born else _BIRTH_SPAN_DAYS
        chance = min(1.0, span / _BIRTH_SPAN_DAYS)
        if self._tells_more():
            chance *= _HIDDEN_IN_ENTRY
        people = max(FEWEST_PEOPLE, self._shelf.people)
        chance *= people * self._names.chance(wanted.spellings[0].normal)
        found = self._names.near_ids(wanted, surname, math.log10(chance / MOST_STRANGERS))
        self.truncated = self.truncated or self._names.truncated
        return found

    def _tells_more(self) -> bool:
        """The query has clues that only the whole entry can answer."""
        sought = self._sought
        return bool(
            sought.place
            or sought.number
            or sought.free
            or sought.period
            or sought.subject.id_number
            or sought.other.name
        )

    # -- weighing

    def _weigh_rows(self, rows: Sequence[PersonRow], *, cut: bool = True) -> None:
        subjects = {one.role for one in self._sought.kind.people if one.is_sought}
        self._weigh([(row.entry_id, row.role) for row in rows if row.role in subjects], cut=cut)

    def _weigh(self, places: Collection[_Place], *, cut: bool = True) -> None:
        """The best reading of each record that is not somebody else's is among the matches."""
        new = [place for place in dict.fromkeys(places) if place not in self._weighed]
        ids = list(dict.fromkeys(entry_id for entry_id, _ in new))
        most = MOST_ENTRIES if self._tells_more() else max(FEW_ENTRIES, self._sought.limit + 1)
        if len(ids) > most:
            self.truncated = self.truncated or cut
            ids = ids[:most]
        loaded = {one.entry_id: one for one in self._index.load(ids)} if ids else {}
        for entry_id, role in new:
            shelved = loaded.get(entry_id)
            if shelved is None:
                continue
            self._weighed.add((entry_id, role))
            match = self._read(shelved, role)
            known = self._matches.get(entry_id)
            if match and (known is None or known.score < match.score):
                self._matches[entry_id] = match

    def _read(self, shelved: ShelvedEntry, role: str) -> Match | None:
        match = weigh(self._sought, shelved.entry, role, self._scales)
        if match is not None and shelved.is_hidden:
            self.hidden_hit = True
            return None
        return match
