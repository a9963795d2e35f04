"""What is sought, about whom: the query of interfaces.md §4 as a value.

Refuses queries that could list many people (`TOO_BROAD`); says nothing about how to search.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class SoughtPerson:
    """A person as the citizen described them; empty strings mean "not said"."""

    name: str = ""
    """Name as given, 1-50 code points, kept untouched."""
    former_names: tuple[str, ...] = ()
    """Former names, nicknames, other spellings; at most 8."""
    sex: str = ""
    """男, 女 or empty."""
    birth: str = ""
    """Any date form of interfaces.md §3."""
    id_no: str = ""
    """15 or 18 characters, or empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """When it happened; each side any date form of interfaces.md §3, empty = open."""

    start: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordQuery:
    """One question to a catalogue.

    Only `category` is required by form; what must come with it is decided by the query rules.
    """

    category: str
    subject: SoughtPerson = field(default_factory=SoughtPerson)
    other_party: SoughtPerson = field(default_factory=SoughtPerson)
    place: str = ""
    period: Period = field(default_factory=Period)
    number: str = ""
    free: dict[str, str] = field(default_factory=dict)
    """Further clues by field code of the category, e.g. {"school": "红卫中学"}."""
    words: str = ""
    """The citizen's own words, at most 500 characters: read by the clerk, never searched."""
    limit: int = 5
    """How many candidates at most, 1-50."""
