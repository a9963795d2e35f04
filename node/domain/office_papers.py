"""Office papers of a case: ordered and signed, drawn, printed; letters are posted and answered."""

from dataclasses import dataclass
from datetime import datetime

from trust.envelope.dsse import Envelope


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One line of the 寄送登记: what left the house, and how."""

    entry: str
    """Running number of archive and year, e.g. "2026-000012"."""
    at: datetime
    addressee: str
    carrier: str
    """registered_post, express, courier_of_archive or collected."""
    tracking: str = ""
    pages: int
    posted_by: str
    """officer_id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperAnswer:
    """What came back on paper, as entered at the window."""

    at: datetime
    outcome: str
    """Outcome code of domain.md §4.2."""
    pages: int
    reference: str = ""
    """文号 of the answer, as it stands on it."""
    note: str = ""
    entered_by: str
    """officer_id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePaper:
    """One office paper (records/papers.py) and what became of it."""

    paper_id: str
    case_no: str
    archive_code: str
    template: str
    title: str
    symbol: str
    envelope: Envelope
    """`OfficePaper`, signed by this node."""
    envelope_id: str
    ordered_by: str
    """officer_id."""
    ordered_at: datetime
    version: int = 1
    file_sha256: str = ""
    """Of the PDF; empty = waits to be drawn."""
    addressee: str = ""
    leg: str = ""
    """`holder_archive` of the leg that a letter opened; empty for other papers."""
    status_order: Envelope | None = None
    """T8: the order of two officers that must take effect before the notice is drawn."""
    posting: Posting | None = None
    answer: PaperAnswer | None = None
