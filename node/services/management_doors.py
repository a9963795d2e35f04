"""What the pages of management use beside the office: agreements (M4) and intake batches (M6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from node.domain.agreement_pages import (
    AgreementEffect,
    AgreementSheet,
    ProposeAgreementCommand,
    RetireAgreementCommand,
    SignAgreementCommand,
)
from node.domain.intake_batches import (
    BatchPaper,
    DecideBatchCommand,
    IntakeBatch,
    IntakeBoard,
    SendBatchCommand,
)
from node.domain.officers import Actor
from records.agreements import Agreement


class AgreementDesk(Protocol):
    """合作协议 (services/sign_agreements.py)."""

    def list(self, actor: Actor) -> tuple[AgreementSheet, ...]:
        """Agreements and open proposals of the node."""
        ...

    def effect(self, terms: Agreement, actor: Actor) -> AgreementEffect:
        """What the newest requests would have met under these terms."""
        ...

    def propose(self, command: ProposeAgreementCommand, actor: Actor) -> Agreement:
        """The text is signed by leader and node, and will be published as a proposal."""
        ...

    def sign(self, command: SignAgreementCommand, actor: Actor) -> Agreement:
        """Our two signatures stand under the text that the other side proposed."""
        ...

    def retire(self, command: RetireAgreementCommand, actor: Actor) -> date:
        """The end is announced; the last day that counts."""
        ...


class IntakeDesk(Protocol):
    """索引汇交 (services/take_batches.py)."""

    def board(self, actor: Actor) -> IntakeBoard:
        """Shelves with their coverage and index versions, and batches, newest first."""
        ...

    def get(self, batch_id: str, actor: Actor) -> IntakeBatch:
        """One batch. Raises Refusal: BATCH_NOT_FOUND."""
        ...

    def send(self, command: SendBatchCommand, actor: Actor) -> IntakeBatch:
        """The file was checked and waits for another person; nothing is in the index."""
        ...

    def accept(self, command: DecideBatchCommand, actor: Actor) -> IntakeBatch:
        """Every row is in the index, in one transaction with its leaf."""
        ...

    def decline(self, command: DecideBatchCommand, actor: Actor) -> IntakeBatch:
        """退回: the batch goes back with a reason."""
        ...

    def report(self, batch_id: str, actor: Actor) -> Sequence[BatchPaper]:
        """Findings of the four-properties check, as they stand in the report."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagementDoors:
    """Both, wired by management_wiring.py."""

    agreements: AgreementDesk
    batches: IntakeDesk
