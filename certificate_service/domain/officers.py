"""Two people of the holder ordered this: the rules that no seal is made without.

The same rules run in the service and again inside the seal signer's own process, so that a thief
of the service's process still cannot have anything sealed (architecture.md 2).
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from certificate_service.domain.order_reasons import (
    ORDER_APPOINTMENT_ENDED,
    ORDER_OFFICER_ARCHIVE,
    ORDER_OFFICER_UNKNOWN,
    ORDER_ONE_PERSON,
    ORDER_PLEDGE,
    ORDER_POST,
    ORDER_SIGNATURES,
)
from records.refusal import Refusal
from records.release import ReleaseOrder, StatusOrder
from trust.envelope.dsse import Envelope
from trust.envelope.statement import Opened, open_statement
from trust.envelope.suites import PublicKey
from trust.identity.statements import Appointment

DISPATCHER_POST = "release_dispatcher"
KEEPER_POST = "seal_keeper"
_CHINA = timezone(timedelta(hours=8))
"""A pledge is dated by the calendar on the wall of the archive."""

Order = ReleaseOrder | StatusOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class Officers:
    """Evidence that two people in their posts signed one order."""

    dispatcher: Appointment
    keeper: Appointment


def officer_keys(appointments: Sequence[Appointment]) -> Mapping[str, PublicKey]:
    """Keys of all appointed officers, by kid; posts without a key sign nothing."""
    keys = (
        PublicKey.from_raw(base64.b64decode(one.public_key))
        for one in appointments
        if one.public_key
    )
    return {key.kid: key for key in keys}


def open_release_order(
    envelope: Envelope, appointments: Sequence[Appointment], now: datetime
) -> tuple[Opened[ReleaseOrder], Officers]:
    """The order, and evidence that both officers may sign it.

    Raises:
        Refusal: refusals of `open_statement`; ORDER_*.
    """
    opened = open_statement(envelope, ReleaseOrder, officer_keys(appointments), threshold=2)
    return opened, verify_officers(opened.statement, opened.kids, appointments, now)


def open_status_order(
    envelope: Envelope, appointments: Sequence[Appointment], now: datetime
) -> tuple[Opened[StatusOrder], Officers]:
    """As `open_release_order`, for an order that revokes or supersedes.

    Raises:
        Refusal: refusals of `open_statement`; ORDER_*.
    """
    opened = open_statement(envelope, StatusOrder, officer_keys(appointments), threshold=2)
    return opened, verify_officers(opened.statement, opened.kids, appointments, now)


def verify_officers(
    order: Order, kids: Sequence[str], appointments: Sequence[Appointment], now: datetime
) -> Officers:
    """Evidence that the signers are the two officers named, in their posts, and two people.

    Raises:
        Refusal: ORDER_OFFICER_UNKNOWN, ORDER_OFFICER_ARCHIVE, ORDER_POST,
            ORDER_APPOINTMENT_ENDED, ORDER_PLEDGE, ORDER_ONE_PERSON, ORDER_SIGNATURES.
    """
    dispatcher = _newest(order.dispatcher, appointments)
    keeper = _newest(order.seal_keeper, appointments)
    for officer, post in ((dispatcher, DISPATCHER_POST), (keeper, KEEPER_POST)):
        # 1. The officer is one of the archive whose seal is asked for.
        if officer.archive_code != order.holder_archive:
            raise Refusal(ORDER_OFFICER_ARCHIVE, post)
        # 2. The officer holds the post that this signature needs.
        if post not in officer.posts:
            raise Refusal(ORDER_POST, post)
        # 3. The appointment is in force.
        if officer.revoked or not officer.not_before <= now < officer.not_after:
            raise Refusal(ORDER_APPOINTMENT_ENDED, post)
        # 4. The officer is under a confidentiality pledge today.
        today = now.astimezone(_CHINA).date()
        if not officer.pledge_signed_on <= today <= officer.pledge_expires_on:
            raise Refusal(ORDER_PLEDGE, post)
    # 5. Two people: one person who holds both posts, or both keys, is one person.
    if dispatcher.person_id == keeper.person_id or dispatcher.kid == keeper.kid:
        raise Refusal(ORDER_ONE_PERSON)
    # 6. Both of them signed these bytes.
    if not {dispatcher.kid, keeper.kid} <= set(kids):
        raise Refusal(ORDER_SIGNATURES)
    return Officers(dispatcher=dispatcher, keeper=keeper)


def _newest(officer_id: str, appointments: Sequence[Appointment]) -> Appointment:
    """The appointment with the highest sequence: an older one cannot be replayed over it."""
    found = [one for one in appointments if one.officer_id == officer_id]
    if not found:
        raise Refusal(ORDER_OFFICER_UNKNOWN)
    return max(found, key=lambda one: one.sequence)
