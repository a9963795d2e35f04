"""How often the right record is among the first, and how many strangers stand beside it.

A hit among candidates that nothing told apart counts as its chance: of seven tied namesakes each is
among the first five with 5/7. Strangers are what an absent person's query is shown.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from records.entries import Candidate, SearchResult
from records.queries import RecordQuery, SoughtPerson
from tests.bench.search.errors import ErrorKind
from tests.bench.search.people import Couple, Party

CATEGORY = "marriage_registration"
SHOWN = 50
"""Candidates asked for, so that ties are seen; what counts are the first one and five."""
Search = Callable[[RecordQuery], SearchResult]

YEAR, OTHER, BIRTH = "name+year", "name+year+other", "name+birth date"


@dataclass(frozen=True, slots=True)
class Asked:
    """One query and whose record it means; empty code: nobody's."""

    query: RecordQuery
    code: str


@dataclass(slots=True)
class Tally:
    """What came of one kind's queries."""

    queries: int = 0
    at_1: float = 0.0
    at_5: float = 0.0
    wrongly_releasable: int = 0
    scores: list[float] = field(default_factory=list)
    """Score of the right record where it was shown within the first five, 0 where not."""
    missed: list[str] = field(default_factory=list)
    """Query and truth; invented names, so they may be printed."""


@dataclass(slots=True)
class Strangers:
    """What absent people's queries were shown."""

    queries: int = 0
    by_tier: dict[str, int] = field(default_factory=dict)
    shown: int = 0
    """Within the first five: what a clerk sees."""
    releasable: int = 0
    scores: list[list[float]] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)


def query_of(party: Party, other: str = "", *, name: str = "", exact: bool = False) -> RecordQuery:
    """The question about that person, under a wrong name where one is given."""
    birth = party.birth.isoformat() if exact else str(party.birth.year)
    return RecordQuery(
        category=CATEGORY,
        subject=SoughtPerson(name=name or party.name, birth=birth),
        other_party=SoughtPerson(name=other),
        limit=SHOWN,
    )


def draw(
    kind: ErrorKind, couples: Sequence[Couple], count: int, seed: int
) -> Iterator[tuple[Couple, Party, Party, str]]:
    """`count` people with that error in their name: couple, person, other party, wrong name."""
    rng = Random(f"{seed}/{kind.name}")
    left = count
    for _ in range(count * 400):
        if not left:
            return
        couple = couples[int(rng.random() * len(couples))]
        party, other = (couple.a, couple.b) if rng.random() < 0.5 else (couple.b, couple.a)
        wrong = party.name if kind.name == "none" else kind.make(party.name, rng)
        if wrong and (wrong != party.name or kind.name == "none"):
            left -= 1
            yield couple, party, other, wrong


def questions(
    kind: ErrorKind, couples: Sequence[Couple], count: int, seed: int
) -> Mapping[str, list[Asked]]:
    """By clue: the erring name with the year, and with the other party too.

    With the other party, every second error befalls that party's name instead.
    """
    found: dict[str, list[Asked]] = {YEAR: [], OTHER: []}
    for place, (couple, party, other, wrong) in enumerate(draw(kind, couples, count, seed)):
        code = couple.reference_code
        found[YEAR].append(Asked(query_of(party, name=wrong), code))
        both = query_of(party, other.name, name=wrong)
        if place % 2:
            both = query_of(other, wrong)
        found[OTHER].append(Asked(both, code))
    return found


def ask(search: Search, asked: Sequence[Asked]) -> Tally:
    """The tally of those questions."""
    tally = Tally()
    for one in asked:
        candidates = search(one.query).candidates
        tally.queries += 1
        first, fifth = chance(candidates, one.code, 1), chance(candidates, one.code, 5)
        tally.at_1 += first
        tally.at_5 += fifth
        tally.wrongly_releasable += sum(
            c.releasable and c.reference_code != one.code for c in candidates
        )
        right = [c.score for c in candidates if c.reference_code == one.code]
        tally.scores.append(right[0] if right and fifth else 0.0)
        if fifth < 0.5:
            place = "tied or low" if right else "absent"
            about = f"{one.query.subject.name} {one.query.subject.birth}"
            other = f" & {one.query.other_party.name}" if one.query.other_party.name else ""
            tally.missed.append(f"{about}{other} -> {one.code} ({place})")
    return tally


def chance(candidates: Sequence[Candidate], code: str, within: int) -> float:
    """How likely the record is among the first `within`, ties drawn by lot."""
    there = [c for c in candidates if c.reference_code == code]
    if not there:
        return 0.0
    better = sum(c.score > there[0].score for c in candidates)
    tied = sum(c.score == there[0].score for c in candidates)
    return min(1.0, max(0.0, (within - better) / tied))


def absent_people(
    strangers: Iterator[Couple], present: frozenset[tuple[str, int]], count: int
) -> Iterator[tuple[Party, Party]]:
    """People of whom the index has no namesake born within a year of them, and their spouses."""
    left = count
    for couple in strangers:
        for party, other in ((couple.a, couple.b), (couple.b, couple.a)):
            years = range(party.birth.year - 1, party.birth.year + 2)
            if left and not any((party.name, year) in present for year in years):
                left -= 1
                yield party, other
        if not left:
            return


def ask_absent(search: Search, people: Sequence[tuple[Party, Party]]) -> Mapping[str, Strangers]:
    """By clue, what those people's queries were shown."""
    found = {clue: Strangers() for clue in (YEAR, OTHER, BIRTH)}
    for party, other in people:
        queries = {
            YEAR: query_of(party),
            OTHER: query_of(party, other.name),
            BIRTH: query_of(party, exact=True),
        }
        for clue, query in queries.items():
            _count(found[clue], query, search(query).candidates)
    return found


def _count(strangers: Strangers, query: RecordQuery, candidates: Sequence[Candidate]) -> None:
    strangers.queries += 1
    strangers.shown += min(5, len(candidates))
    strangers.releasable += sum(c.releasable for c in candidates)
    strangers.scores.append([c.score for c in candidates[:5]])
    for candidate in candidates[:5]:
        strangers.by_tier[candidate.tier] = strangers.by_tier.get(candidate.tier, 0) + 1
        how = " ".join(f"{r.queried}~{r.recorded}" for r in candidate.reasons)
        strangers.seen.append(f"{query.subject.name}: {candidate.tier} {how}")


def curve(
    tallies: Sequence[Tally], strangers: Strangers, cuts: Sequence[float]
) -> list[tuple[float, float, float]]:
    """For each least score: it, share of right records still shown, strangers per absent person."""
    scores = [score for tally in tallies for score in tally.scores]
    rows = []
    for cut in cuts:
        recall = sum(score > 0 and score >= cut for score in scores) / max(1, len(scores))
        beside = sum(score >= cut for one in strangers.scores for score in one)
        rows.append((cut, recall, beside / max(1, strangers.queries)))
    return rows
