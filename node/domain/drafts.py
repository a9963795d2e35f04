"""What an officer has typed and not yet sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from node.domain.devices import CardRead
from records.exchange import Proof

FILING = "draft-"
"""Ids of applications that are not yet a case begin with it; random hex follows."""
LIFETIME = timedelta(days=7)
"""A draft that nobody touched for so long is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One form as far as it is filled in; it is its officer's own."""

    draft_id: str
    """Unique for the officer: "draft-<24 hex>", or a name that says nothing of what it is about."""
    officer_id: str
    fields: Mapping[str, tuple[str, ...]]
    papers: tuple[Proof, ...] = ()
    """Papers presented, one for each kind."""
    saved_at: datetime
    amends: str = ""
    """Case that the reviewer returned and that this form corrects; empty = a new case."""
    card: CardRead | None = None
    """The card that a reader read for this form; None = everything was typed."""
    scanned: tuple[str, ...] = ()
    """SHA-256 of papers that a paired camera took."""
