"""Parts of the directory: which statement, whose, how new. Verified one by one.

The registry collects and publishes parts; it cannot make one. A part that its signer had no right
to declare is set aside with its reason and the rest stays usable: one member's expired key must
not silence the federation.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from records.agreements import Agreement, AgreementRetirement
from records.coverage import ArchiveCoverage, HoldingsCoverage
from records.refusal import Refusal
from records.service_hours import ServiceHours
from trust.envelope.dsse import Envelope, envelope_to_json
from trust.envelope.statement import Opened, Statement, decode, open_statement
from trust.envelope.suites import PublicKey
from trust.identity import reasons
from trust.identity.agreed import (
    judge_agreement,
    judge_archive_coverage,
    judge_coverage,
    judge_hours,
    judge_retirement,
    parties_of,
)
from trust.identity.declared import judge_appointment, judge_endpoint, judge_key_statement
from trust.identity.directory_tree import ListedPart, Tree, grow_tree
from trust.identity.statements import Appointment, Endpoint, KeyStatement
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
    """agreement, proposal, retirement, coverage, hours, endpoint, key or appointment."""
    subject: str
    """What a newer part of the same kind replaces."""
    sequence: int
    owner: str
    """Participant id, archive code, or agreement id."""
    sections: tuple[str, ...]
    """Sections of the directory in which it is listed."""
    keys: Mapping[str, PublicKey] = field(repr=False)
    """Listed keys under which its signatures were verified."""

    def listing(self) -> ListedPart:
        """How a section lists it."""
        return ListedPart(sha256=self.sha256, kind=self.kind, owner=self.owner)


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What a statement says of itself; nothing of it is verified."""

    kind: str
    subject: str
    sequence: int
    owner: str
    sections: tuple[str, ...]


def part_sha256(envelope: Envelope) -> str:
    """Address of a part: SHA-256 over the JSON form of its envelope, hex."""
    return hashlib.sha256(envelope_to_json(envelope)).hexdigest()


def read_label(envelope: Envelope) -> Label:
    """Where the directory would list such an envelope, by its own words.

    Raises:
        Refusal: DIRECTORY_PART_INVALID when the directory carries no such statement;
            STATEMENT_MALFORMED.
    """
    reader = _reader(envelope)
    return reader.label(decode(envelope.payload, reader.type), _kids(envelope), "")


def contents_of(parts: Iterable[Envelope]) -> Tree:
    """The table of contents that lists each part where it says that it belongs.

    Not verified: whoever has a whole directory in files compares its root with the head's.

    Raises:
        Refusal: as `read_label`.
    """
    sections: dict[str, list[ListedPart]] = defaultdict(list)
    for part in parts:
        label = read_label(part)
        entry = ListedPart(sha256=part_sha256(part), kind=label.kind, owner=label.owner)
        for section in label.sections:
            sections[section].append(entry)
    return grow_tree(sections)


def open_part(
    envelope: Envelope, view: TrustView, now: datetime, known: Declared[Any] | None = None
) -> Declared[Any]:
    """The part, signed by whoever may declare it.

    `known` is the same envelope as it was opened before: its signatures are not computed again
    while the same keys are listed for them. Who may sign what is judged every time.

    Raises:
        Refusal: refusals of `open_statement`, and DIRECTORY_PART_INVALID, KEY_STATEMENT_INVALID,
            APPOINTMENT_INVALID, ARCHIVE_UNKNOWN, MEMBER_UNKNOWN, MEMBER_NOT_ACTIVE,
            TRUST_LIST_EXPIRED.
    """
    reader = _reader(envelope)
    view.check_fresh(now)
    keys = view.keys_among(_kids(envelope), now)
    if known is not None and known.envelope is envelope and known.keys == keys:
        kids = tuple(keys)
        opened = Opened(
            statement=known.statement,
            envelope_id=known.envelope_id,
            kids=kids,
            payload=envelope.payload,
        )
    else:
        opened = open_statement(envelope, reader.type, keys, suites=view.suites)
        known = None
    kind = reader.judge(opened, view, now)
    if known is not None and known.kind == kind:
        return known
    label = reader.label(opened.statement, opened.kids, kind)
    return Declared(
        statement=opened.statement,
        envelope=envelope,
        envelope_id=opened.envelope_id,
        sha256=part_sha256(envelope),
        kind=kind,
        subject=label.subject,
        sequence=label.sequence,
        owner=label.owner,
        sections=label.sections,
        keys=keys,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """How to judge one kind of statement, and how to name it."""

    type: type[Statement]
    judge: Callable[[Opened[Any], TrustView, datetime], str]
    """Kind of the part, if those who signed it may declare it."""
    label: Callable[[Any, tuple[str, ...], str], Label]
    """Label of a statement that these keys signed, judged to be of that kind (empty = not yet)."""


def _reader(envelope: Envelope) -> _Reader:
    reader = _READERS.get(envelope.payload_type)
    if reader is None:
        raise Refusal(reasons.DIRECTORY_PART_INVALID, "no kind of part")
    return reader


def _kids(envelope: Envelope) -> tuple[str, ...]:
    return tuple(signature.kid for signature in envelope.signatures)


def _always(
    kind: str, judge: Callable[[Opened[Any], TrustView, datetime], object]
) -> Callable[[Opened[Any], TrustView, datetime], str]:
    def judged(opened: Opened[Any], view: TrustView, now: datetime) -> str:
        judge(opened, view, now)
        return kind

    return judged


def _label_agreement(said: Agreement, kids: tuple[str, ...], kind: str) -> Label:
    parties = parties_of(said)
    kind = kind or ("agreement" if len(kids) >= len(parties) else "proposal")
    return Label(
        kind=kind,
        # What one party proposes never replaces what another has proposed.
        subject=said.agreement_id if kind == "agreement" else f"{said.agreement_id}/{min(kids)}",
        sequence=said.version,
        owner=said.agreement_id,
        sections=parties,
    )


def _label_retirement(said: AgreementRetirement, *_: object) -> Label:
    return Label(
        kind="retirement",
        subject=f"{said.agreement_id}/{said.retired_by}",
        sequence=said.sequence,
        owner=said.agreement_id,
        sections=tuple(sorted(set(said.parties))),
    )


def _label_coverage(said: HoldingsCoverage, *_: object) -> Label:
    subject = f"{said.archive_code}/{said.category}"
    return _own(("coverage", subject), said.sequence, said.node_id)


def _label_archive_coverage(said: ArchiveCoverage, *_: object) -> Label:
    return _own(("coverage", said.archive_code), said.sequence, said.node_id)


def _label_hours(said: ServiceHours, *_: object) -> Label:
    return _own(("hours", said.archive_code), said.sequence, said.node_id)


def _label_endpoint(said: Endpoint, *_: object) -> Label:
    return _own(("endpoint", said.participant_id), said.sequence, said.participant_id)


def _label_key(said: KeyStatement, *_: object) -> Label:
    subject = f"{said.participant_id}/{said.use}/{said.archive_code}"
    return _own(("key", subject), said.sequence, said.participant_id)


def _label_appointment(said: Appointment, *_: object) -> Label:
    return _own(("appointment", said.officer_id), said.sequence, said.archive_code)


def _own(named: tuple[str, str], sequence: int, owner: str) -> Label:
    """A part that concerns its owner alone; `named` is (kind, subject)."""
    return Label(kind=named[0], subject=named[1], sequence=sequence, owner=owner, sections=(owner,))


_READERS: Mapping[str, _Reader] = {
    Agreement.PAYLOAD_TYPE: _Reader(type=Agreement, judge=judge_agreement, label=_label_agreement),
    AgreementRetirement.PAYLOAD_TYPE: _Reader(
        type=AgreementRetirement,
        judge=_always("retirement", judge_retirement),
        label=_label_retirement,
    ),
    HoldingsCoverage.PAYLOAD_TYPE: _Reader(
        type=HoldingsCoverage, judge=_always("coverage", judge_coverage), label=_label_coverage
    ),
    ArchiveCoverage.PAYLOAD_TYPE: _Reader(
        type=ArchiveCoverage,
        judge=_always("coverage", judge_archive_coverage),
        label=_label_archive_coverage,
    ),
    ServiceHours.PAYLOAD_TYPE: _Reader(
        type=ServiceHours, judge=_always("hours", judge_hours), label=_label_hours
    ),
    Endpoint.PAYLOAD_TYPE: _Reader(
        type=Endpoint, judge=_always("endpoint", judge_endpoint), label=_label_endpoint
    ),
    KeyStatement.PAYLOAD_TYPE: _Reader(
        type=KeyStatement, judge=_always("key", judge_key_statement), label=_label_key
    ),
    Appointment.PAYLOAD_TYPE: _Reader(
        type=Appointment, judge=_always("appointment", judge_appointment), label=_label_appointment
    ),
}
