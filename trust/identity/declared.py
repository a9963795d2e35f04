"""Statements that hang from the trust list, verified against who may declare them.

A participant's sign key states its TLS and log keys and its endpoint; an archive's authority key
appoints officers and names QR and seal keys; both parties sign an agreement; the node that hosts
an archive declares its coverage; a registry member signs the directory head. The signature is
verified before the statement is read, then its signer is compared with what it says.
"""

import base64
import hashlib
import re
from datetime import datetime, timedelta, timezone

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from records.refusal import Reason, Refusal
from trust.envelope.dsse import Envelope
from trust.envelope.statement import Opened, S, open_statement
from trust.envelope.suites import PublicKey
from trust.identity import reasons
from trust.identity.keys import public_key_from_base64
from trust.identity.statements import Appointment, DirectoryHead, Endpoint, KeyStatement
from trust.identity.verified_list import CLOCK_SKEW, TrustView

PARTICIPANT_USES = frozenset({"tls", "log", "hpke", "witness"})
NODE_WIDE_USES = frozenset({"tls", "hpke", "witness"})
"""Stated for a participant, not for one of its archives."""
AUTHORITY_USES = frozenset({"qr", "seal"})
_OFFICER_ID = re.compile(r"[0-9]{6}/[0-9a-f]{16}\Z")
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")
# A pledge is dated by the calendar on the wall of the archive.
_CHINA = timezone(timedelta(hours=8))


def verify_key_statement(
    envelope: Envelope, view: TrustView, *, use: str, now: datetime
) -> Opened[KeyStatement]:
    """The statement of a key for `use` that is in force now.

    Raises:
        Refusal: refusals of `open_key_statement`; KEY_STATEMENT_INVALID.
    """
    opened = open_key_statement(envelope, view, now)
    check_key_in_force(opened.statement, use=use, now=now)
    return opened


def check_key_in_force(statement: KeyStatement, *, use: str, now: datetime) -> None:
    """Return only if the key is for `use` and in force now.

    Raises:
        Refusal: KEY_STATEMENT_INVALID.
    """
    if statement.use != use:
        raise Refusal(reasons.KEY_STATEMENT_INVALID, f"use is not {use}")
    # A key stated a moment ago by a clock ahead of ours counts already.
    if now < statement.not_before - CLOCK_SKEW or now >= statement.not_after:
        raise Refusal(reasons.KEY_STATEMENT_INVALID, "not in force")


def open_key_statement(envelope: Envelope, view: TrustView, now: datetime) -> Opened[KeyStatement]:
    """The statement, signed by who may state such a key; it may be past or future.

    Raises:
        Refusal: refusals of `open_statement`; KEY_STATEMENT_INVALID, ARCHIVE_UNKNOWN,
            MEMBER_UNKNOWN, MEMBER_NOT_ACTIVE, TRUST_LIST_EXPIRED.
    """
    return judge_key_statement(open_signed(envelope, KeyStatement, view, now), view, now)


def judge_key_statement(
    opened: Opened[KeyStatement], view: TrustView, now: datetime
) -> Opened[KeyStatement]:
    """The statement, if its signers may state such a key.

    Raises:
        Refusal: KEY_STATEMENT_INVALID, ARCHIVE_UNKNOWN, MEMBER_UNKNOWN, MEMBER_NOT_ACTIVE.
    """
    said = opened.statement
    _check_key_form(said)
    if said.use in AUTHORITY_USES:
        host, _archive = view.get_archive(said.archive_code)
        allowed = view.authority_keys(said.archive_code, now)
        right = host.participant_id == said.participant_id
    else:
        allowed = view.sign_keys(said.participant_id, now)
        right = not said.archive_code or _hosts(view, said.participant_id, said.archive_code)
    if not right or not allowed.keys() & set(opened.kids):
        raise Refusal(reasons.KEY_STATEMENT_INVALID, "signer may not state this key")
    return opened


def log_key_of(statement: KeyStatement) -> PublicKey:
    """The Ed25519 key that a `log` (or Ed25519 `qr`) statement carries.

    Raises:
        Refusal: KEY_STATEMENT_INVALID, KEY_MALFORMED.
    """
    try:
        key = load_der_public_key(base64.b64decode(statement.public_key, validate=True))
    except ValueError as error:
        raise Refusal(reasons.KEY_STATEMENT_INVALID, "public key") from error
    if not isinstance(key, Ed25519PublicKey):
        raise Refusal(reasons.KEY_STATEMENT_INVALID, "not an Ed25519 key")
    return PublicKey.from_raw(key.public_bytes_raw())


def hpke_key_of(statement: KeyStatement) -> X25519PublicKey:
    """The X25519 key that an `hpke` statement carries.

    Raises:
        Refusal: KEY_STATEMENT_INVALID.
    """
    try:
        key = load_der_public_key(base64.b64decode(statement.public_key, validate=True))
    except ValueError as error:
        raise Refusal(reasons.KEY_STATEMENT_INVALID, "public key") from error
    if statement.use != "hpke" or not isinstance(key, X25519PublicKey):
        raise Refusal(reasons.KEY_STATEMENT_INVALID, "not an X25519 key for hpke")
    return key


def verify_appointment(envelope: Envelope, view: TrustView, now: datetime) -> Opened[Appointment]:
    """The appointment, in force now: not revoked, in its term, under a pledge.

    Raises:
        Refusal: refusals of `open_appointment`; APPOINTMENT_INVALID.
    """
    opened = open_appointment(envelope, view, now)
    check_appointment_in_force(opened.statement, now)
    return opened


def check_appointment_in_force(appointment: Appointment, now: datetime) -> None:
    """Return only if the officer may act now.

    Raises:
        Refusal: APPOINTMENT_INVALID (revoked, term, pledge).
    """
    if appointment.revoked:
        raise Refusal(reasons.APPOINTMENT_INVALID, "revoked")
    if not appointment.not_before <= now < appointment.not_after:
        raise Refusal(reasons.APPOINTMENT_INVALID, "term")
    today = now.astimezone(_CHINA).date()
    if not appointment.pledge_signed_on <= today <= appointment.pledge_expires_on:
        raise Refusal(reasons.APPOINTMENT_INVALID, "confidentiality pledge")


def open_appointment(envelope: Envelope, view: TrustView, now: datetime) -> Opened[Appointment]:
    """The appointment, signed by the archive's authority key; it may be past or revoked.

    Raises:
        Refusal: refusals of `open_statement`; APPOINTMENT_INVALID, ARCHIVE_UNKNOWN,
            MEMBER_NOT_ACTIVE, TRUST_LIST_EXPIRED.
    """
    return judge_appointment(open_signed(envelope, Appointment, view, now), view, now)


def judge_appointment(
    opened: Opened[Appointment], view: TrustView, now: datetime
) -> Opened[Appointment]:
    """The appointment, if the archive's authority signed it and its form is right.

    Raises:
        Refusal: APPOINTMENT_INVALID, ARCHIVE_UNKNOWN, MEMBER_NOT_ACTIVE.
    """
    said = opened.statement
    if not view.authority_keys(said.archive_code, now).keys() & set(opened.kids):
        raise Refusal(reasons.APPOINTMENT_INVALID, "signer is not the archive's authority")
    if not _OFFICER_ID.match(said.officer_id) or said.officer_id[:6] != said.archive_code:
        raise Refusal(reasons.APPOINTMENT_INVALID, "officer id")
    if not said.posts or not said.person_id:
        raise Refusal(reasons.APPOINTMENT_INVALID, "posts or person")
    if said.public_key or said.kid:
        officer_key(said)
    return opened


def officer_key(appointment: Appointment) -> PublicKey:
    """The officer's key.

    Raises:
        Refusal: APPOINTMENT_INVALID when the post has no key or the kid is another's.
    """
    if not appointment.public_key:
        raise Refusal(reasons.APPOINTMENT_INVALID, "this officer signs nothing")
    key = public_key_from_base64(appointment.public_key)
    if key.kid != appointment.kid:
        raise Refusal(reasons.APPOINTMENT_INVALID, "kid is not the key's")
    return key


def open_endpoint(envelope: Envelope, view: TrustView, now: datetime) -> Opened[Endpoint]:
    """The endpoint, signed by the participant that listens there.

    Raises:
        Refusal: refusals of `open_statement`; DIRECTORY_PART_INVALID, MEMBER_UNKNOWN,
            MEMBER_NOT_ACTIVE, TRUST_LIST_EXPIRED.
    """
    return judge_endpoint(open_signed(envelope, Endpoint, view, now), view, now)


def judge_endpoint(opened: Opened[Endpoint], view: TrustView, now: datetime) -> Opened[Endpoint]:
    """The endpoint, if the participant itself signed it.

    Raises:
        Refusal: DIRECTORY_PART_INVALID, MEMBER_UNKNOWN, MEMBER_NOT_ACTIVE.
    """
    require_signer(opened, view, opened.statement.participant_id, now)
    return opened


def open_head(envelope: Envelope, view: TrustView, now: datetime) -> Opened[DirectoryHead]:
    """The directory head, signed by the registry member that it names.

    Raises:
        Refusal: refusals of `open_statement`; DIRECTORY_PART_INVALID, MEMBER_UNKNOWN,
            MEMBER_NOT_ACTIVE, TRUST_LIST_EXPIRED.
    """
    opened = open_signed(envelope, DirectoryHead, view, now)
    registry_id = opened.statement.registry_id
    if view.get_member(registry_id, now).kind != "registry":
        raise Refusal(reasons.DIRECTORY_PART_INVALID, f"{registry_id} is no registry")
    require_signer(opened, view, registry_id, now)
    return opened


def require_signer(
    opened: Opened[S],
    view: TrustView,
    participant_id: str,
    now: datetime,
    reason: Reason = reasons.DIRECTORY_PART_INVALID,
) -> None:
    """Return only if a sign key of that member, in force now, is among the signers.

    Raises:
        Refusal: `reason`, MEMBER_UNKNOWN, MEMBER_NOT_ACTIVE, TRUST_LIST_EXPIRED.
    """
    if not view.sign_keys(participant_id, now).keys() & set(opened.kids):
        raise Refusal(reason, f"not signed by {participant_id}")


def open_signed(envelope: Envelope, type_: type[S], view: TrustView, now: datetime) -> Opened[S]:
    """The statement under whichever listed keys signed it; `judge_*` compares who they are.

    Raises:
        Refusal: refusals of `open_statement`, TRUST_LIST_EXPIRED.
    """
    view.check_fresh(now)
    keys = view.keys_among((signature.kid for signature in envelope.signatures), now)
    return open_statement(envelope, type_, keys, suites=view.suites)


def _hosts(view: TrustView, participant_id: str, archive_code: str) -> bool:
    host, _archive = view.get_archive(archive_code)
    return host.participant_id == participant_id


def _check_key_form(said: KeyStatement) -> None:
    if said.use not in PARTICIPANT_USES | AUTHORITY_USES:
        raise Refusal(reasons.KEY_STATEMENT_INVALID, "use is unknown")
    if (said.use in NODE_WIDE_USES) != (not said.archive_code):
        raise Refusal(reasons.KEY_STATEMENT_INVALID, "archive code and use")
    if said.not_before >= said.not_after or not _SHA256.match(said.spki_sha256):
        raise Refusal(reasons.KEY_STATEMENT_INVALID, "dates or digest")
    if said.use != "tls" or said.public_key:
        try:
            der = base64.b64decode(said.public_key, validate=True)
        except ValueError as error:
            raise Refusal(reasons.KEY_STATEMENT_INVALID, "public key") from error
        if hashlib.sha256(der).hexdigest() != said.spki_sha256:
            raise Refusal(reasons.KEY_STATEMENT_INVALID, "digest is not the key's")
