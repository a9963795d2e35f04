"""Signed statements of a case as an archive keeps them: what evidence is made of (trust.md §4)."""

from dataclasses import dataclass
from datetime import datetime

from trust.envelope.dsse import Envelope, envelope_id

REQUEST, ANSWER, RECEIPT, WITHDRAWAL = "request", "answer", "receipt", "withdrawal"
ORDER, AGREEMENT, APPOINTMENT = "order", "agreement", "appointment"
PAPER, STATUS_ORDER, CORRECTION = "paper", "status_order", "correction"
REMINDER = "reminder"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptStatement:
    """One statement, sent or received, and the leaf that commits to it."""

    case_no: str
    name: str
    """One of the constants above."""
    envelope: Envelope | None
    """None once the body was erased by law; everything else stays."""
    payload_type: str
    envelope_id: str
    at: datetime
    in_log: bool = True
    """False for what only supports others: an agreement, an appointment."""
    index: int = -1
    """Of its leaf in the archive's log; -1 = none."""
    salt: bytes = b""
    """Opens the leaf's commitment; 16 bytes."""


def new_statement(
    case_no: str, name: str, envelope: Envelope, at: datetime, *, in_log: bool = True
) -> KeptStatement:
    """A statement that is about to be kept."""
    return KeptStatement(
        case_no=case_no,
        name=name,
        envelope=envelope,
        payload_type=envelope.payload_type,
        envelope_id=envelope_id(envelope),
        at=at,
        in_log=in_log,
    )
