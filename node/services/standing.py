"""Who may work: an officer with an appointment in its term and a confidentiality pledge in force.

Judged by what the archive's authority signed and this node verified when it took it in; a pledge
that ends at midnight ends the open sessions too (domain.md C29: activation requires a pledge).
"""

from datetime import datetime

from node.domain.exchange_reasons import APPOINTMENT_MISSING
from node.domain.officers import Officer
from records.deadlines import BEIJING
from records.duties import verify_pledge
from records.refusal import Refusal
from trust.envelope.statement import decode
from trust.identity.statements import Appointment


def verify_standing(officer: Officer, now: datetime) -> None:
    """Return only if the officer is appointed and under a pledge today.

    Raises:
        Refusal: APPOINTMENT_MISSING (none, revoked, or out of its term), PLEDGE_NOT_VALID.
    """
    if officer.appointment is None:
        raise Refusal(APPOINTMENT_MISSING, officer.user)
    said = decode(officer.appointment.payload, Appointment)
    if said.revoked or not said.not_before <= now < said.not_after:
        raise Refusal(APPOINTMENT_MISSING, officer.user)
    today = now.astimezone(BEIJING).date()
    verify_pledge(said.pledge_signed_on, said.pledge_expires_on, today)
