"""Asking several archives at once on behalf of one case: what was asked, and what each said."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from records.coverage import Gap

ASKING, ANSWERED = "asking", "answered"
LEASE = timedelta(seconds=30)
"""A question that a process took and did not answer by then is asked again: that process died."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerSaid:
    """One routed archive's word, or its silence. Never about a person: counts are masked."""

    node_id: str
    archive_code: str
    name: str
    outcome: str
    """Code of records/outcomes.py; NODE_UNAVAILABLE for silence, REFUSED with `code`."""
    code: str = ""
    """Why not, where it was refused or did not come."""
    count: int = 0
    """Candidates, masked at three."""
    tier: str = ""
    covered_from: int = 0
    covered_to: int = 0
    """Years that it declares for the category; 0 = it said nothing."""
    gaps: tuple[Gap, ...] = ()
    truncated: bool = False
    index_version: int = 0
    answer_id: str = ""
    """Envelope id of what it signed; empty where it signed nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnersAsked:
    """The newest question of a case."""

    case_no: str
    archive_code: str
    """Of the window that asks."""
    officer_id: str
    asked_at: datetime
    state: str = ASKING
    """asking or answered."""
    answered_at: datetime | None = None
    code: str = ""
    """Why nobody was asked after all; empty = they were."""
    outcomes: tuple[PartnerSaid, ...] = ()
    """Every routed archive exactly once, those that were asked first; empty while it is asked."""
