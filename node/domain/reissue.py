"""批量重新出证: many certificates that are replaced for one cause, e.g. a fault in the layout."""

from dataclasses import dataclass, field
from datetime import datetime

from node.domain.corrections import Affected

CAUSES = ("error_in_extract", "error_in_record", "leaked")
"""Reason classes under which a batch may be ordered; T8 prints their words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanReissue:
    """Names the certificates that are to be replaced; changes none of them."""

    archive_code: str
    numbers: tuple[str, ...] = ()
    """Certificate numbers; empty = all that still stand."""
    cause: str
    note: str
    """Why, 4-200 characters; for the archive's own people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReissueStep:
    """One officer's part, for every certificate of the batch whose turn it is."""

    archive_code: str
    batch_id: str
    password: str = field(repr=False)
    seal_keeper: str = ""
    """officer_id; empty = the archive's only other seal keeper. For the dispatcher's steps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReissueBatch:
    """What is to be replaced, as planned; how far it is, the cases show."""

    batch_id: str
    """e.g. "CF-361100-2026-000001"."""
    archive_code: str
    cause: str
    note: str
    planned_by: str
    planned_at: datetime
    certificates: tuple[Affected, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a step did to one certificate."""

    number: str
    step: str
    """open, reissuing, issued, ordered or replaced, afterwards."""
    code: str = ""
    """Why nothing was done; empty = done, or another officer's turn."""
    place: int
    of: int
