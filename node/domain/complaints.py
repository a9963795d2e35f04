"""申诉: somebody disagrees with what was decided (档案法 Art. 28; console.md R5).

Registered with a number, given to a person who decided nothing in the case, answered in writing
within fifteen working days. Overturned means: done again by the rules, by somebody else; never
that a rule is passed over. Pure.
"""

from dataclasses import dataclass
from datetime import datetime

from node.domain.rights_reasons import COMPLAINT_STATE
from records.refusal import Refusal
from records.templates import DocumentText, Heading, addressed

TERM_WORKING_DAYS = 15
GROUNDS: dict[str, str] = {
    "refused": "对不予提供的决定有异议",
    "wrong": "对提供的内容有异议",
    "late": "对办理时限有异议",
    "conduct": "对工作人员的服务有异议",
    "misuse": "认为档案信息被不当查阅",
}
"""Ground code → words."""
REGISTERED, ASSIGNED, UPHELD, OVERTURNED = "registered", "assigned", "upheld", "overturned"
DECIDED = (UPHELD, OVERTURNED)
MOVES: dict[str, tuple[str, ...]] = {
    REGISTERED: (ASSIGNED,),
    ASSIGNED: (ASSIGNED, UPHELD, OVERTURNED),
    UPHELD: (),
    OVERTURNED: (),
}
"""State → where it may go; who is assigned may change until it is decided."""
OUTCOME_WORDS = {
    UPHELD: "经复核，维持原处理决定。",
    OVERTURNED: "经复核，撤销原处理决定，由其他工作人员重新办理。",
}
APPEAL_FURTHER = "对本答复仍有异议的，可以向档案主管部门投诉，或者依法申请行政复议、提起行政诉讼。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One complaint at one archive."""

    number: str
    """申诉编号, e.g. "SS-361100-2026-0001"."""
    archive_code: str
    case_no: str
    desk: str
    """window or holder: whose decision it is about."""
    ground: str
    """Code of `GROUNDS`."""
    words: str
    """The complainant's own, at most 1000 characters; sealed at rest."""
    state: str = REGISTERED
    version: int = 1
    filed_by: str
    """officer_id of who registered it, or "citizen"."""
    filed_at: datetime
    due_at: datetime
    assigned_to: str = ""
    """officer_id; decided nothing in the case."""
    decided_at: datetime | None = None
    reasons: str = ""
    """Of the decision; printed on the reply."""
    paper_id: str = ""
    """The reply letter; empty where the archive's window is not the case's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterCommand:
    """登记申诉."""

    case_no: str
    ground: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideCommand:
    """复核决定."""

    number: str
    overturn: bool
    reasons: str
    """Printed on the reply, 4-500 characters."""


def verify_move(complaint: Complaint, to: str) -> None:
    """Return only if the complaint may go there. Raises Refusal: COMPLAINT_STATE."""
    if to not in MOVES[complaint.state]:
        raise Refusal(COMPLAINT_STATE, f"{complaint.state} → {to}")


def complaint_number(archive_code: str, year: int, running: int) -> str:
    """Number as printed."""
    return f"SS-{archive_code}-{year}-{running:04d}"


def reply_text(heading: Heading, complaint: Complaint) -> DocumentText:
    """申诉答复书: what was decided, why, and where else to turn."""
    opening = (
        f"{addressed(heading)}，您于"
        f"{complaint.filed_at:%Y年%m月%d日}提出的申诉（编号{complaint.number}，"
        f"{GROUNDS[complaint.ground]}）已经复核。"
    )
    closing = (OUTCOME_WORDS[complaint.state], f"理由：{complaint.reasons}", APPEAL_FURTHER)
    return DocumentText(template="T5", title="申诉答复书", opening=opening, closing=closing)
