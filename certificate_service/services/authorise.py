"""Gathers and verifies everything that stands behind a release order, in numbered steps.

The service believes nothing that it was told: trust list, appointments, request, agreement and
log proof are verified again here, from the trust list's keys down (architecture.md 2).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from certificate_service.domain.officers import Officers, open_release_order
from certificate_service.domain.order_reasons import (
    AGREEMENT_PARTIES,
    LOG_KEY,
    LOG_PROOF,
    REQUEST_MISMATCH,
)
from certificate_service.domain.release_rules import (
    Asked,
    check_agreement,
    check_caller,
    check_order,
    check_release_leaf,
    check_request,
)
from records.agreements import Agreement
from records.exchange import AssistRequest
from records.refusal import Refusal
from records.release import ReleaseOrder
from trust.envelope.dsse import Envelope
from trust.envelope.statement import open_statement
from trust.envelope.suites import PublicKey
from trust.identity.declared import log_key_of, open_appointment, verify_key_statement
from trust.identity.statements import Appointment
from trust.identity.trust_view import TrustView
from trust.transparency.checkpoint import log_origin
from trust.transparency.leaf import Leaf, decode_leaf
from trust.transparency.proof import ProofEvidence, verify_proof

_CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasePapers:
    """What a node hands over to have a certificate made."""

    order: Envelope
    appointments: tuple[Envelope, ...]
    request: Envelope | None
    agreement: Envelope | None
    release_proof: str
    log_key: Envelope
    leaf_index: int
    """Index that the certificate's leaf will have."""
    serial: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorisedRelease:
    """Evidence that this order may be sealed."""

    order: ReleaseOrder
    order_id: str
    officers: Officers
    appointments: tuple[Appointment, ...]
    log_key: PublicKey
    log_origin: str
    papers: ReleasePapers


def authorise_release(
    papers: ReleasePapers, view: TrustView, caller: str, now: datetime
) -> AuthorisedRelease:
    """Evidence that the holder's two officers ordered this release, and that it may be made.

    Raises:
        Refusal: the first step that fails, each with a code of its own.
    """
    # 1. The trust list is in force.
    view.check_fresh(now)
    # 2. The archives' own authority keys appointed these officers.
    appointments = open_appointments(papers.appointments, view, now)
    # 3. Two officers of the holder signed this order, in their posts, two different people.
    opened, officers = open_release_order(papers.order, appointments, now)
    order = opened.statement
    # 4. The order is whole and of today.
    check_order(order, now)
    # 5. The caller hosts the archive, and the archive's member is active.
    host, _archive = view.get_archive(order.holder_archive)
    view.get_member(host.participant_id, now)
    check_caller(host.participant_id, caller)
    # 6. It answers exactly the request that the window signed.
    asked = _open_request(papers.request, view, now)
    check_request(order, asked, host=host.participant_id)
    if asked is not None:
        _check_window(asked, view)
    # 7. The agreement that both parties signed covers it.
    agreement = _open_agreement(papers.agreement, asked, host.participant_id, view, now)
    today = now.astimezone(_CHINA).date()
    check_agreement(order, asked, agreement, host=host.participant_id, today=today)
    # 8. The release is in the holder's log, under a key that the node stated.
    log_key = open_log_key(papers.log_key, order.holder_archive, view, now)
    origin = log_origin(view.trust_domain, order.holder_archive)
    leaf, _evidence = open_proof(papers.release_proof, origin, log_key)
    check_release_leaf(leaf, order, opened.envelope_id)
    return AuthorisedRelease(
        order=order,
        order_id=opened.envelope_id,
        officers=officers,
        appointments=appointments,
        log_key=log_key,
        log_origin=origin,
        papers=papers,
    )


def open_appointments(
    envelopes: Sequence[Envelope], view: TrustView, now: datetime
) -> tuple[Appointment, ...]:
    """Those that an archive's present authority key signed; others appoint nobody."""
    found: list[Appointment] = []
    for envelope in envelopes:
        try:
            found.append(open_appointment(envelope, view, now).statement)
        except Refusal:
            continue
    return tuple(found)


def open_log_key(
    envelope: Envelope, archive_code: str, view: TrustView, now: datetime
) -> PublicKey:
    """The log key of the archive, stated by the node that hosts it, in force now.

    Raises:
        Refusal: LOG_KEY, and refusals of `verify_key_statement`.
    """
    stated = verify_key_statement(envelope, view, use="log", now=now).statement
    if stated.archive_code != archive_code:
        raise Refusal(LOG_KEY, "another archive's")
    return log_key_of(stated)


def open_proof(text: str, origin: str, log_key: PublicKey) -> tuple[Leaf, ProofEvidence]:
    """The leaf that the proof carries, and evidence that it is in the log.

    Raises:
        Refusal: LOG_PROOF.
    """
    try:
        evidence = verify_proof(text, origin=origin, log_key=log_key)
        return decode_leaf(evidence.leaf), evidence
    except Refusal as refusal:
        raise Refusal(LOG_PROOF, refusal.code) from refusal


def _open_request(envelope: Envelope | None, view: TrustView, now: datetime) -> Asked | None:
    if envelope is None:
        return None
    keys = view.keys_among((signature.kid for signature in envelope.signatures), now)
    opened = open_statement(envelope, AssistRequest, keys, suites=view.suites)
    owner = view.find_owner(opened.kids[0])
    # An archive's authority key appoints; it does not ask.
    node = owner.participant_id if owner is not None and not owner.archive_code else ""
    return Asked(request=opened.statement, envelope_id=opened.envelope_id, node=node)


def _check_window(asked: Asked, view: TrustView) -> None:
    window, _archive = view.get_archive(asked.request.window_archive)
    if window.participant_id != asked.node:
        raise Refusal(REQUEST_MISMATCH, "window")


def _open_agreement(
    envelope: Envelope | None, asked: Asked | None, host: str, view: TrustView, now: datetime
) -> Agreement | None:
    if envelope is None or asked is None:
        return None
    parties = (asked.node, host)
    keys = {kid: key for one in parties for kid, key in view.sign_keys(one, now).items()}
    opened = open_statement(envelope, Agreement, keys, suites=view.suites)
    if not all(_signed_by(opened.kids, party, view, now) for party in parties):
        raise Refusal(AGREEMENT_PARTIES)
    return opened.statement


def _signed_by(kids: Sequence[str], party: str, view: TrustView, now: datetime) -> bool:
    return bool(view.sign_keys(party, now).keys() & set(kids))
