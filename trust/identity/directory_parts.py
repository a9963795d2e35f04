"""Parts of the directory: which statement, whose, how new. Verified one by one.

The registry collects and publishes parts; it cannot make one. A part that its signer had no right
to declare is set aside with its reason and the rest stays usable: one member's expired key must
not silence the federation.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from records.agreement_rules import is_named_after_parties
from records.agreements import Agreement
from records.coverage import HoldingsCoverage
from records.refusal import Refusal
from trust.envelope.dsse import Envelope, envelope_to_json
from trust.envelope.statement import Opened, open_statement
from trust.identity import reasons
from trust.identity.declared import (
    open_appointment,
    open_endpoint,
    open_key_statement,
    require_signer,
)
from trust.identity.statements import Appointment, Endpoint, KeyStatement
from trust.identity.trust_list import TrustList
from trust.identity.verified_list import TrustView

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared(Generic[T_co]):
    """A verified part, with the envelope that proves it to others."""

    statement: T_co
    envelope: Envelope
    envelope_id: str
    sha256: str
    """Address of the part in the directory: `part_sha256(envelope)`."""
    kind: str
    """agreement, coverage, endpoint, key or appointment."""
    subject: str
    """What a newer part of the same kind replaces."""
    sequence: int
    owner: str
    """Participant id, or agreement id."""


def part_sha256(envelope: Envelope) -> str:
    """Address of a part: SHA-256 over the JSON form of its envelope, hex."""
    return hashlib.sha256(envelope_to_json(envelope)).hexdigest()


def kind_of(envelope: Envelope) -> str:
    """Kind under which the directory head lists such an envelope.

    Raises:
        Refusal: DIRECTORY_PART_INVALID when the directory carries no such statement.
    """
    if envelope.payload_type == TrustList.PAYLOAD_TYPE:
        return "trust_list"
    return _reader(envelope).kind


def open_part(envelope: Envelope, view: TrustView, now: datetime) -> Declared[Any]:
    """The part, signed by whoever may declare it.

    Raises:
        Refusal: refusals of `open_statement`, and DIRECTORY_PART_INVALID, KEY_STATEMENT_INVALID,
            APPOINTMENT_INVALID, ARCHIVE_UNKNOWN, MEMBER_UNKNOWN, MEMBER_NOT_ACTIVE,
            TRUST_LIST_EXPIRED.
    """
    reader = _reader(envelope)
    opened = reader.open(envelope, view, now)
    subject, sequence, owner = reader.describe(opened.statement)
    return Declared(
        statement=opened.statement,
        envelope=envelope,
        envelope_id=opened.envelope_id,
        sha256=part_sha256(envelope),
        kind=reader.kind,
        subject=subject,
        sequence=sequence,
        owner=owner,
    )


def open_agreement(envelope: Envelope, view: TrustView, now: datetime) -> Opened[Agreement]:
    """The agreement, signed by every node that asks or answers under it.

    Raises:
        Refusal: refusals of `open_statement`; DIRECTORY_PART_INVALID, MEMBER_UNKNOWN,
            MEMBER_NOT_ACTIVE, TRUST_LIST_EXPIRED.
    """
    view.check_fresh(now)
    keys = view.keys_among((signature.kid for signature in envelope.signatures), now)
    opened = open_statement(envelope, Agreement, keys, suites=view.suites)
    parties = {*opened.statement.asking_nodes, *opened.statement.holding_nodes}
    if not opened.statement.asking_nodes or not opened.statement.holding_nodes:
        raise Refusal(reasons.DIRECTORY_PART_INVALID, "agreement without a party")
    for party in sorted(parties):
        require_signer(opened, view, party, now)
    if not is_named_after_parties(opened.statement):
        raise Refusal(reasons.DIRECTORY_PART_INVALID, "agreement id does not name its parties")
    return opened


def open_coverage(envelope: Envelope, view: TrustView, now: datetime) -> Opened[HoldingsCoverage]:
    """The coverage, signed by the node that hosts the archive.

    Raises:
        Refusal: refusals of `open_statement`; DIRECTORY_PART_INVALID, ARCHIVE_UNKNOWN,
            MEMBER_NOT_ACTIVE, TRUST_LIST_EXPIRED.
    """
    view.check_fresh(now)
    keys = view.keys_among((signature.kid for signature in envelope.signatures), now)
    opened = open_statement(envelope, HoldingsCoverage, keys, suites=view.suites)
    host, _archive = view.get_archive(opened.statement.archive_code)
    if host.participant_id != opened.statement.node_id:
        raise Refusal(reasons.DIRECTORY_PART_INVALID, "archive is hosted by another node")
    require_signer(opened, view, host.participant_id, now)
    return opened


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """How to verify one kind of part, and how to name it."""

    kind: str
    open: Callable[[Envelope, TrustView, datetime], Opened[Any]]
    describe: Callable[[Any], tuple[str, int, str]]
    """(subject, sequence, owner) of the statement."""


def _reader(envelope: Envelope) -> _Reader:
    reader = _READERS.get(envelope.payload_type)
    if reader is None:
        raise Refusal(reasons.DIRECTORY_PART_INVALID, "no kind of part")
    return reader


def _describe_agreement(said: Agreement) -> tuple[str, int, str]:
    return said.agreement_id, said.version, said.agreement_id


def _describe_coverage(said: HoldingsCoverage) -> tuple[str, int, str]:
    return f"{said.archive_code}/{said.category}", said.sequence, said.node_id


def _describe_endpoint(said: Endpoint) -> tuple[str, int, str]:
    return said.participant_id, said.sequence, said.participant_id


def _describe_key(said: KeyStatement) -> tuple[str, int, str]:
    subject = f"{said.participant_id}/{said.use}/{said.archive_code}"
    return subject, said.sequence, said.participant_id


def _describe_appointment(said: Appointment) -> tuple[str, int, str]:
    return said.officer_id, said.sequence, said.archive_code


_READERS: Mapping[str, _Reader] = {
    Agreement.PAYLOAD_TYPE: _Reader(
        kind="agreement", open=open_agreement, describe=_describe_agreement
    ),
    HoldingsCoverage.PAYLOAD_TYPE: _Reader(
        kind="coverage", open=open_coverage, describe=_describe_coverage
    ),
    Endpoint.PAYLOAD_TYPE: _Reader(
        kind="endpoint", open=open_endpoint, describe=_describe_endpoint
    ),
    KeyStatement.PAYLOAD_TYPE: _Reader(kind="key", open=open_key_statement, describe=_describe_key),
    Appointment.PAYLOAD_TYPE: _Reader(
        kind="appointment", open=open_appointment, describe=_describe_appointment
    ),
}
