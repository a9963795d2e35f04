"""Taking a case's evidence out of the house: two officers, a reason, and two leaves that say so.

A pack holds the bodies of what was asked and answered, names and numbers included. Whoever takes
it out is an auditor or leader, and another one stands beside (architecture.md 12).
"""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from node.domain.identifiers import verify_case_number
from node.domain.officers import Actor
from node.domain.reasons import NOTHING_KEPT
from node.services.gather_evidence import GatherEvidence
from node.services.house import House, require_act
from records.duties import Act
from records.process_reasons import DUTY_CONFLICT
from records.refusal import Refusal


class ExportReason(StrEnum):
    """Why a pack leaves the house."""

    LAWSUIT = "lawsuit"
    COMPLAINT = "complaint"
    INQUIRY = "inquiry"
    AUDIT = "audit"
    PARTY = "party"


REASON_LABELS = MappingProxyType(
    {
        ExportReason.LAWSUIT: "诉讼、仲裁举证",
        ExportReason.COMPLAINT: "申诉、复议",
        ExportReason.INQUIRY: "有权机关调查",
        ExportReason.AUDIT: "监督检查、审计",
        ExportReason.PARTY: "当事人申请",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOrder:
    """Who takes out what, and why."""

    case_no: str
    archive_code: str
    reason: ExportReason
    officer: Actor
    witness: Actor
    """Another person, auditor or leader of the same archive."""


class ExportEvidence:
    """Packs for outside."""

    def __init__(self, house: House, gather: GatherEvidence) -> None:
        """Of what `gather` finds."""
        self._house = house
        self._gather = gather

    def export(self, order: ExportOrder) -> bytes:
        """The pack; its two leaves are durable before it is there.

        Raises:
            Refusal: DUTY_NOT_HELD, DUTY_CONFLICT (one person twice), CASE_NOT_FOUND (another
                archive's officer), TEXT_MALFORMED, NOTHING_KEPT.
        """
        archive, officer, witness = order.archive_code, order.officer, order.witness
        require_act(officer, archive, Act.EXPORT_EVIDENCE)
        require_act(witness, archive, Act.WITNESS_EXPORT)
        if officer.person_id == witness.person_id:
            raise Refusal(DUTY_CONFLICT, Act.WITNESS_EXPORT.value)
        now = self._house.clock()
        # Typed by a person, and a leaf forgets nothing: only what is a case of ours gets there.
        verify_case_number(order.case_no)
        with self._house.book.write() as book:
            if not book.list_statements(archive, order.case_no):
                raise Refusal(NOTHING_KEPT, order.case_no)
            kind = f"export_{order.reason.value}"
            book.note(archive, order.case_no, kind, officer.officer_id, now)
            book.note(archive, order.case_no, "export_witnessed", witness.officer_id, now)
        return self._gather.gather(order.case_no, archive, officer.officer_id)
