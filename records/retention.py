"""保管期限: how long personal data of a case is kept, and by which law it is erased before.

The archives' own holdings are kept for ever and are nobody's to erase; this is about the copies
that a query makes: the application, the answers, the papers. What proves that something was said,
by whom and when, stays (architecture.md 12).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType


class Keeping(StrEnum):
    """What is kept, each with a term of its own."""

    WINDOW_COPY = "window_copy"
    """The window's copy of a case that another archive answered."""
    HOLDER_CASE = "holder_case"
    """The keeper's own: application, proofs, release, certificate; also of cases at its window."""
    DRAFT = "draft"
    """An application that was never handed in."""
    MESSAGE = "message"
    """Sealed letters and their replies, on their way or delivered."""


TERMS: Mapping[Keeping, timedelta] = MappingProxyType(
    {
        Keeping.WINDOW_COPY: timedelta(days=90),
        Keeping.HOLDER_CASE: timedelta(days=3650),
        Keeping.DRAFT: timedelta(days=30),
        Keeping.MESSAGE: timedelta(days=90),
    }
)
"""Default terms, from the end of the case (architecture.md 12; trust.md §6)."""

SHORTEST: Mapping[Keeping, timedelta] = MappingProxyType(
    {
        # A complaint may come for sixty days (行政复议法 Art. 20): the window must still know.
        Keeping.WINDOW_COPY: timedelta(days=60),
        # Three years: the general limitation of actions (民法典 Art. 188).
        Keeping.HOLDER_CASE: timedelta(days=1095),
        Keeping.DRAFT: timedelta(days=1),
        # Longer than a message may travel, so that a late duplicate is known.
        Keeping.MESSAGE: timedelta(days=14),
    }
)
"""No setting goes below these."""


class Basis(StrEnum):
    """Why personal data is erased (个人信息保护法 Art. 47)."""

    PURPOSE_ACHIEVED = "purpose_achieved"
    """(1) The purpose is achieved, cannot be, or no longer needs the data."""
    TERM_EXPIRED = "term_expired"
    """(2) The retention period has expired."""
    CONSENT_WITHDRAWN = "consent_withdrawn"
    """(3) The person withdrew the consent."""
    UNLAWFUL = "unlawful"
    """(4) The data was handled against law or agreement."""
    OTHER_LAW = "other_law"
    """(5) Another law or regulation says so, or a court."""


BASIS_WORDS: Mapping[Basis, str] = MappingProxyType(
    {
        Basis.PURPOSE_ACHIEVED: "处理目的已实现或不再必要",
        Basis.TERM_EXPIRED: "保存期限已届满",
        Basis.CONSENT_WITHDRAWN: "个人撤回同意",
        Basis.UNLAWFUL: "违反法律、行政法规或者约定处理",
        Basis.OTHER_LAW: "法律、行政法规规定的其他情形",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A case that may not be erased for now: a complaint, a suit, an inquiry is open."""

    archive_code: str
    case_no: str
    why: str
    """complaint, lawsuit, inquiry or audit."""
    held_by: str
    """officer_id."""
    at: datetime


HOLDS: Mapping[str, str] = MappingProxyType(
    {"complaint": "申诉", "lawsuit": "诉讼", "inquiry": "调查", "audit": "审计"}
)
"""Why a case is held."""


def keeping_of(*, at_window: bool, own_case: bool, is_draft: bool) -> Keeping:
    """Which term a copy of a case is under; `own_case`: the window's archive answered itself."""
    if is_draft:
        return Keeping.DRAFT
    return Keeping.WINDOW_COPY if at_window and not own_case else Keeping.HOLDER_CASE
