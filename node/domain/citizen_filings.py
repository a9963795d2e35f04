"""What a citizen has begun or filed, as who has its code, or is the person, sees it opened."""

from dataclasses import dataclass
from datetime import datetime

from node.domain.citizens import CitizenView, SealedPaper


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenDraft:
    """An application as far as it is filled in; sealed under its code in the box."""

    fields: dict[str, tuple[str, ...]]
    papers: tuple[SealedPaper, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """One application of a citizen, opened."""

    filing_id: str
    code: str
    """Empty where it was opened by the code itself; the visitor has it."""
    filed_at: datetime
    view: CitizenView | None
    """None until the archive has opened the letter."""
    view_key: bytes
    received: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a lock opens of a filing."""

    view_key: bytes
    code: str = ""
    mobile_end: str = ""
