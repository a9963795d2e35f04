"""What a record's evidence amounts to: tier, score, and whether it identifies (domain.md §4.5).

A machine never vouches for a person (architecture.md 6): `Match.is_vouched` wants two independent
identifiers, one from the applicant's document and one that is not printed on it, nothing that
conflicts, and an expected number of namesakes of at most one in a thousand, computed from how
many people of the index bear the names. Name, birth and number are one identifier: all three
stand on the same card.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from records.comparing import NAME_PART, Agreement, NameChance
from records.entries import CatalogueEntry, MatchReason
from records.lunar import LunarTable
from records.name_likeness import TIERS, NameLikeness
from records.person_names import NameFolding
from records.place_evidence import PlaceEvidence

GREATEST_NAMESAKE_CHANCE = 1e-3
"""Architecture.md 6."""
MOST_STRANGERS = 600.0
"""Odds against a candidate that agrees only if somebody slipped, up to which it is shown: how
often chance among the people of the index would bring such a record, against how often a slip
would. The bench prints recall against strangers over this cut."""
FEW_STRANGERS = 60.0
"""The same where the other party or the whole date of birth is known: who is right agrees then."""
FEWEST_PEOPLE = 10_000
"""A small index is judged as if it were this large: its own frequencies say little."""

_EXACT_HOWS = frozenset({"equal", "surname"})
_SAFE_HOWS = frozenset({"equal", "variant", "second_round"})
_SLIPS = frozenset({"conflicts", "one_digit", "near"})
_DOUBTFUL_HOWS = _SLIPS | TIERS.keys() | {NAME_PART}
_TIERS = ("exact", "variant", "homophone", "dialect", "shape")


class Identifier(StrEnum):
    """What kind of identifier a field is."""

    DOCUMENT = "document"
    """Printed on the applicant's identity document: name, sex, birth, number."""
    OTHER = "other"
    """Known to the person and not printed there: spouse, certificate number, exact day."""
    HINT = "hint"
    """Narrows, identifies nobody: a year, a place, a sex."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One field's testimony."""

    identifier: Identifier
    reason: MatchReason
    agreement: Agreement

    @property
    def weight(self) -> float:
        """Decimal digits of evidence for the record; negative where it conflicts."""
        if self.agreement.conflicts:
            return -2.0
        return -math.log10(max(self.agreement.chance, 1e-9))


@dataclass(frozen=True, slots=True)
class Scales:
    """What weighing needs to know beside the query and the record."""

    folding: NameFolding
    calendar: LunarTable
    name_chance: NameChance
    people: int
    """People in the searched part of the index."""
    likeness: NameLikeness | None = None
    """Given: names that only sound or look alike are weighed too."""
    places: PlaceEvidence | None = None
    """Given: places agree through time, as routing understands them."""


@dataclass(frozen=True)
class Match:
    """One record seen as the one sought, with its evidence; what follows is computed once."""

    entry: CatalogueEntry
    role: str
    """In which role the sought person stands in it; empty for records about things."""
    evidence: tuple[Evidence, ...]
    people: int

    @cached_property
    def tier(self) -> str:
        """exact, variant where a name was respelt to fit, else the widest likeness needed.

        What agrees only if a digit was mistyped, or against some field, is of the last tier.
        """
        if any(e.agreement.how in _SLIPS for e in self.evidence):
            return _TIERS[-1]
        names = [e for e in self.evidence if e.reason.field.endswith("name")]
        hows = {e.agreement.how for e in names} - _EXACT_HOWS
        return max((TIERS.get(how, "variant") for how in hows), key=_TIERS.index, default="exact")

    @cached_property
    def score(self) -> float:
        """0-1, rising with the digits of evidence."""
        total = max(0.0, sum(one.weight for one in self.evidence))
        return round(total / (total + 3.0), 4)

    @cached_property
    def namesake_chance(self) -> float:
        """Expected number of other people in the index who would agree as well."""
        agreeing = (e.agreement.chance for e in self.evidence if not e.agreement.conflicts)
        return max(1, self.people) * math.prod(agreeing)

    def is_likely(self, most: float) -> bool:
        """The odds against it are at most `most`: enough to show what agrees only by a slip."""
        odds = self.namesake_chance * max(1.0, FEWEST_PEOPLE / max(1, self.people))
        return odds <= most

    @cached_property
    def is_identified(self) -> bool:
        """Two independent identifiers agree, one of the document and one not printed on it."""
        kinds = {e.identifier for e in self.evidence if not e.agreement.conflicts}
        both = {Identifier.DOCUMENT, Identifier.OTHER} <= kinds
        return both and self.namesake_chance <= GREATEST_NAMESAKE_CHANCE

    @cached_property
    def is_doubtful(self) -> bool:
        """Some field conflicts or agrees only if somebody slipped."""
        return any(e.agreement.how in _DOUBTFUL_HOWS for e in self.evidence)

    @property
    def is_vouched(self) -> bool:
        """Identified, and nothing speaks against it."""
        return self.is_identified and not self.is_doubtful

    @property
    def is_releasable(self) -> bool:
        """Policy might let a machine release it: vouched, and every name safely the same."""
        names = [e for e in self.evidence if e.reason.field.endswith("name")]
        return self.is_vouched and all(e.agreement.how in _SAFE_HOWS for e in names)

    def how(self, field: str) -> str:
        """How that field agreed; empty where it said nothing."""
        return next((e.agreement.how for e in self.evidence if e.reason.field == field), "")
