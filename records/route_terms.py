"""The words of routing: a question without a person, and which archives answer it.

The rules are in `records/routing.py`; the registry, asking nodes and their pages speak these.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from records.referrals import Referral

STATES: tuple[str, ...] = ("ready", "slow", "maintenance", "silent")
"""Liveness hints, best first: they order the archives and refuse none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteQuery:
    """What is sought, without the person."""

    category: str
    place: str = ""
    """As remembered, any name of any time."""
    year: int | None = None
    """Year of the event, or first year of the period in question."""
    year_to: int | None = None
    """Last year of the period; None = the same as `year`."""
    number: str = ""
    """Certificate number; a national one names its area and year by itself."""
    asking_node: str = ""
    """Empty = agreements are not evaluated."""
    purpose: str = ""
    requester: str = ""
    granularity: str = "extract"
    delivery: str = ""
    """How the answer shall reach the applicant; empty = not known yet."""
    other_places: tuple[str, ...] = ()
    """Further places of the same matter, each asked for by itself: where an educated youth was
    sent, beside where they came from (domain.md §2.3)."""
    event: str = ""
    """What happened, where the query says so: code or label of the category's event type."""
    issued_area: str = ""
    """First six digits of the identity number: offered as a choice where no place is said, never
    taken for the place by itself, because it says where the first card was issued (§4.6)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteCandidate:
    """An archive that may be asked."""

    node_id: str
    archive_code: str
    why: str
    agreement_id: str = ""
    agreement_version: int = 0
    seal_mode: str = ""
    state: str = "ready"
    notice: str = ""
    """What the node says of its maintenance: `with_notices`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteRefusal:
    """An archive that may hold it but may not be asked, or that says it does not hold it."""

    node_id: str
    archive_code: str
    code: str
    why: str
    rule: str = ""
    """The agreement's rule that decided; empty where coverage or membership did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteAsk:
    """A question to the citizen; no archive is chosen before it is answered."""

    code: str
    question: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteJurisdiction:
    """How the place was understood: one name of one code."""

    code: str
    name: str
    period: str
    """E.g. "1981-2000"; an open end is empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteAnswer:
    """Archives to ask, archives not to ask, and why."""

    nodes: tuple[RouteCandidate, ...] = ()
    """Own archive first, then the awake ones."""
    refused: tuple[RouteRefusal, ...] = ()
    ask: RouteAsk | None = None
    jurisdictions: tuple[RouteJurisdiction, ...] = ()
    referrals: tuple[Referral, ...] = ()


def with_notices(answer: RouteAnswer, notices: Mapping[str, str]) -> RouteAnswer:
    """The answer with what each node says of its maintenance; `notices` are by node."""
    nodes = tuple(replace(one, notice=notices.get(one.node_id, "")) for one in answer.nodes)
    return replace(answer, nodes=nodes)
