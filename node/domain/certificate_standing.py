"""Whether a certificate still stands, and how far two officers are with ending it."""

from dataclasses import dataclass
from datetime import datetime

VALID, ORDERED, ENDED = "valid", "ordered", "ended"
"""Nobody ordered anything; one officer signed and another has to; it stands no longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateStanding:
    """One certificate of the archive."""

    number: str
    case_no: str
    file_sha256: str
    state: str = VALID
    """One of the constants above."""
    reason_class: str = ""
    """Key of `WHY` (services/withdraw_certificate.py); empty while it is valid."""
    replaced_by: str = ""
    dispatcher: str = ""
    """Name of who signed first."""
    keeper: str = ""
    """Name of who has to sign too."""
    mine: bool = False
    """The officer who asks is that keeper."""
    at: datetime | None = None
    """When the order was signed."""
    notice: str = ""
    """paper_id of T8; empty = there is none yet."""
    notice_drawn: bool = False
