"""Erasing what a case says about people: what goes, what stays, who decided.

What goes: application, query, answers, orders, papers and files of one archive's copy of the case.
What stays: number, states, times, codes, receipts, agreements, and the log with what opens its
leaves, so that every proof holds and a pack made afterwards says "erased" (trust.md §5, §6).
"""

from dataclasses import dataclass
from datetime import datetime

from node.domain.kept_statements import ANSWER, ORDER, PAPER, REQUEST

PERSONAL = (REQUEST, ANSWER, ORDER, PAPER)
"""Statements that name people; receipts, agreements and status orders name none."""
SYSTEM = "system"
"""Who erases when a term has expired: nobody decided, the table did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One archive's copy of one case: what is erased at once."""

    archive_code: str
    case_no: str
    desk: str
    """window or holder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseOrder:
    """Why a copy is erased and who answers for it."""

    basis: str
    """A code of records/retention.py."""
    words: str = ""
    """The case's own reason, as typed; kept sealed, never in the log."""
    ordered_by: str
    """officer_id, or `SYSTEM`."""
    approved_by: str = ""
    """officer_id of another person; empty when a term has expired."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What is left of a copy."""

    copy: Copy
    order: EraseOrder
    state: str
    """The state in which the case ended."""
    category: str
    outcome: str
    statements: int
    """Signed statements whose bodies are gone; their leaves stay."""
    files: int
    """Files that are deleted, or were already."""
    leaf: int
    """Index of the leaf that says so."""
