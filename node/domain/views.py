"""What a person sees of a case: values that pages and commands print.

Names are masked in lists (沈＊强) and clear only for the officer who works on the case.
"""

from dataclasses import dataclass
from datetime import datetime

from node.domain.application import Application
from node.domain.cases import Comparison, Event, Leg, RefusedRoute
from records.entries import CatalogueEntry, MatchReason
from records.exchange import AssistRequest, DeliveredFile, SearchedScope


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseClock:
    """A case's clock as the server sees it; pages count from `now`, never from their own."""

    now: datetime
    deadline: datetime | None
    """None = not started, or the working-day clock runs."""
    paused_reason: str = ""
    stopped: bool = False
    """True once the answer was given."""
    working_due: datetime | None = None
    """Last instant of a shelf search, the same at both archives; None = the minutes run."""
    extended: str = ""
    """Reason of an announced extension of the shelf search."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSummary:
    """One line of the window's list."""

    case_no: str
    archive_code: str
    state: str
    category: str
    purpose: str
    applicant_masked: str
    holders: tuple[str, ...]
    """Names of the archives that are asked."""
    submitted_at: datetime | None
    clock: CaseClock
    say: str = ""
    """What the clerk may tell the citizen who waits; empty = nothing yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One public stage: 提交申请, 登记审核, 馆际协办, 材料反馈."""

    code: str
    """submitted, registered, assisting or delivered."""
    label: str
    done: bool
    current: bool
    at: datetime | None
    who: str
    """Display name of our own officer, or the archive's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseProgress:
    """Everything the window's progress page shows (W4)."""

    summary: CaseSummary
    version: int
    applicant_name: str
    steps: tuple[Step, ...]
    legs: tuple[Leg, ...]
    refused_routes: tuple[RefusedRoute, ...]
    question: str
    choices: tuple[str, ...]
    referrals: tuple[str, ...]
    review_note: str
    filed_by: str
    """Display name."""
    reviewed_by: str
    certificates: tuple[DeliveredFile, ...]
    """Files that have arrived and can be opened."""
    events: tuple[Event, ...]
    application: Application | None = None
    """The form as filed, for the answer to a holder's question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutePreview:
    """Where a request would be asked (W2 block 3), and whether the applicant may ask at all."""

    legs: tuple[Leg, ...]
    refused_routes: tuple[RefusedRoute, ...]
    question: str
    """Set when the place is ambiguous: no archive is chosen then."""
    choices: tuple[str, ...]
    referrals: tuple[str, ...]
    eligibility_rule: str
    eligible: bool
    eligibility_code: str
    """Reason code when not eligible."""
    eligibility_why: str
    missing_papers: tuple[str, ...]
    """Document codes that the rule still wants."""
    directory: str
    """normal, degraded or expired."""
    closed: tuple[tuple[str, datetime | None], ...] = ()
    """Archives that are closed now, by code, and when they open next (None = not soon)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewView:
    """What the reviewer sees before deciding (R1): the form, the rule, the route."""

    case_no: str
    version: int
    state: str
    filed_by: str
    applicant_name: str
    applicant_id_masked: str
    category: str
    purpose: str
    purpose_text: str
    route: RoutePreview
    application: Application | None = None
    """The form as filed: what is sought, how identity was checked, which papers there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkSummary:
    """One line of the partner's queue (P1)."""

    case_no: str
    holder_archive: str
    window_name: str
    category: str
    purpose: str
    subject_masked: str
    state: str
    outcome: str
    claimed_by: str
    """Display name, empty = free."""
    mine: bool
    clock: CaseClock
    claimed_at: datetime | None = None
    idle: bool = False
    """A colleague may take it over."""
    handed_by: str = ""
    """Display name of who handed it to the claimant."""
    claim_note: str = ""
    reminders: int = 0
    reminded_at: datetime | None = None
    needs_leader: bool = False
    """The rule wants the leader's approval before anything is released."""
    leader_said: str = ""
    """approved, declined, or empty while nothing was decided."""
    leader_note: str = ""
    assigned_to: str = ""
    """Display name of the named person who was called to the case; empty = nobody was."""
    call_back: str = ""
    """State of the call-back: due, confirmed, denied, waived; empty = not drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateView:
    """One record that may be the one sought, with its page images."""

    entry: CatalogueEntry
    tier: str
    score: float
    reasons: tuple[MatchReason, ...]
    releasable: bool
    printable: tuple[tuple[str, str, str], ...]
    """(field code, label, index value) of the fields that the extract would print."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedRecord:
    """Another record of the same people: shown to the holder's staff, certified only if asked."""

    reference_code: str
    event_type: str
    """Code of the category's event type; empty where it has none."""
    event_date: str
    """As indexed."""
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkDetail:
    """One case on the partner's desk, for the officer who claimed it."""

    summary: WorkSummary
    version: int
    request: AssistRequest
    candidates: tuple[CandidateView, ...]
    scope: SearchedScope | None
    ask: str
    comparison: Comparison | None
    order_json: str
    """Release order as it will be signed, indented JSON; empty before release."""
    release_id: str
    dispatcher: str
    seal_keeper: str
    files: tuple[DeliveredFile, ...]
    events: tuple[Event, ...]
    related: tuple[RelatedRecord, ...] = ()
    """Other events of the same people, whatever period was asked for (domain.md §4.5, 5)."""
