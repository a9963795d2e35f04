"""People of the sample federation: taken on by their node, appointed by their archive's leader.

The node makes officers' keys but cannot make officers: what they sign counts only with the
appointment that the authority key signs (architecture.md, "Decided").
"""

import secrets
from collections.abc import Mapping
from datetime import datetime

from deploy.ceremony import Appointee, ArchiveAuthority
from deploy.localnet.document import Login
from deploy.localnet.layout import Layout
from deploy.localnet.plan import OfficerPlan, node_of, officers
from node.bootstrap import open_office
from node.domain.commands import AddOfficerCommand
from node.services.office import Staff
from records.deadlines import BEIJING

_PASSWORD_BYTES = 12


def take_on(layout: Layout) -> tuple[Login, ...]:
    """Every planned officer is on the staff of their node; returns their demo logins.

    Raises:
        Refusal: OFFICER_EXISTS and others of the node.
    """
    offices = {
        node_id: open_office(layout.node(node_id))
        for node_id in {node_of(plan.archive_code).node_id for plan in officers()}
    }
    return tuple(
        _take_on(plan, offices[node_of(plan.archive_code).node_id].staff) for plan in officers()
    )


def _take_on(plan: OfficerPlan, staff: Staff) -> Login:
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    command = AddOfficerCommand(
        archive_code=plan.archive_code,
        user=plan.user,
        display_name=plan.display_name,
        posts=plan.posts,
        password=password,
        person=f"{plan.archive_code}-{plan.user}",
    )
    _, totp_uri = staff.add_officer(command)
    return Login(
        role=plan.posts[0],
        archive_code=plan.archive_code,
        user=plan.user,
        password=password,
        totp_uri=totp_uri,
    )


def appoint(layout: Layout, authorities: Mapping[str, ArchiveAuthority], now: datetime) -> int:
    """Every officer of every archive has an appointment; returns how many there are.

    Needs the directory: a node takes no appointment that it cannot verify.

    Raises:
        Refusal: DIRECTORY_MISSING, APPOINTMENT_MISMATCH and the trust reasons.
    """
    count = 0
    pledged = now.astimezone(BEIJING).date()
    for code, authority in authorities.items():
        staff = open_office(layout.node(authority.node_id)).staff
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
