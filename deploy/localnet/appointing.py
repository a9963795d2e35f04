"""Leaders appoint the officers whom their nodes took on.

The node makes officers' keys but cannot make officers: what they sign counts only with the
appointment that the authority key signs (architecture.md, "Decided").
"""

from collections.abc import Mapping
from datetime import datetime

from deploy.ceremony import Appointee, ArchiveAuthority
from node.services.office import Office
from records.deadlines import BEIJING


def appoint_all(
    offices: Mapping[str, Office], authorities: Mapping[str, ArchiveAuthority], now: datetime
) -> int:
    """Every officer of every archive has an appointment; returns how many there are.

    Needs the directory: a node takes no appointment that it cannot verify.

    Raises:
        Refusal: DIRECTORY_MISSING, APPOINTMENT_MISMATCH and the trust reasons.
    """
    count = 0
    pledged = now.astimezone(BEIJING).date()
    for code, authority in authorities.items():
        staff = offices[authority.node_id].staff
        for officer in staff.list_officers(code):
            appointee = Appointee(
                officer_id=officer.officer_id,
                person_id=officer.person_id,
                posts=officer.posts,
                kid=officer.kid,
                public_key=officer.public_key,
            )
            staff.store_appointment(authority.appoint(appointee, now, pledged))
            count += 1
    return count
