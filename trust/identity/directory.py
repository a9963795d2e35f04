"""The directory as one node sees it: verified, newest of each, with its age.

Built from a head that a registry signed and from parts that their owners signed. The registry can
withhold and can deny (`denied` only takes rights away); it cannot invent, alter or turn back: a
part older than one already known is ignored, a second part with the same number is a fork, and
neither is used.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Literal

from records.agreements import Agreement
from records.coverage import HoldingsCoverage
from records.refusal import Refusal
from trust.envelope.dsse import Envelope
from trust.identity import reasons
from trust.identity.council import CouncilKeys
from trust.identity.declared import (
    check_appointment_in_force,
    check_key_in_force,
    open_head,
)
from trust.identity.directory_choice import Chooser, PartKey, RejectedPart
from trust.identity.directory_parts import Declared, open_part, part_sha256
from trust.identity.statements import Appointment, DirectoryHead, Endpoint, KeyStatement
from trust.identity.trust_list import TrustList
from trust.identity.verified_list import CLOCK_SKEW, TrustView, verify_trust_list

__all__ = ["Declared", "DirectorySnapshot", "RejectedPart", "build_snapshot", "part_sha256"]

NORMAL_AGE = timedelta(minutes=10)
DEGRADED_AGE = timedelta(hours=72)
MAX_TRUST_LISTS = 8
Freshness = Literal["normal", "degraded", "expired"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectorySnapshot:
    """What is in force, by the head that is newest here."""

    view: TrustView
    head: DirectoryHead
    head_envelope: Envelope
    trust_envelope: Envelope
    rejected: tuple[RejectedPart, ...]
    _parts: Mapping[PartKey, Declared[Any]] = field(repr=False)
    """The newest part of each (kind, subject)."""
    floors: Mapping[PartKey, int] = field(repr=False)
    """Lowest sequence that is still accepted of each (kind, subject); kept across restarts."""

    @property
    def denied(self) -> frozenset[str]:
        """Participants that the registry denies at once."""
        return frozenset(self.head.denied)

    def age(self, now: datetime) -> timedelta:
        """Time since the registry's freshness stamp."""
        return now - self.head.issued_at

    def freshness(self, now: datetime) -> Freshness:
        """Normal up to 10 minutes, degraded up to 72 hours, then expired (architecture.md 4)."""
        age = self.age(now)
        if age <= NORMAL_AGE:
            return "normal"
        return "degraded" if age <= DEGRADED_AGE else "expired"

    def check_usable(self, now: datetime) -> Freshness:
        """Freshness, if new requests may still be made.

        Raises:
            Refusal: DIRECTORY_EXPIRED, TRUST_LIST_EXPIRED.
        """
        self.view.check_fresh(now)
        freshness = self.freshness(now)
        if freshness == "expired":
            raise Refusal(reasons.DIRECTORY_EXPIRED, f"head version {self.head.version}")
        return freshness

    def parts(self) -> tuple[Declared[Any], ...]:
        """Every part in use, sorted by kind and subject."""
        return tuple(self._parts[key] for key in sorted(self._parts))

    @property
    def agreements(self) -> Mapping[str, Declared[Agreement]]:
        """Agreements by id; whether one is in force today is for `records.agreements`."""
        return self._of_kind("agreement")

    @property
    def coverage(self) -> tuple[Declared[HoldingsCoverage], ...]:
        """Coverage of every archive and category."""
        return tuple(self._of_kind("coverage").values())

    @property
    def endpoints(self) -> Mapping[str, Declared[Endpoint]]:
        """Endpoints by participant id."""
        return self._of_kind("endpoint")

    @property
    def appointments(self) -> Mapping[str, Declared[Appointment]]:
        """Newest appointment of each officer, by officer id; it may be revoked or past."""
        return self._of_kind("appointment")

    def get_endpoint(self, participant_id: str, now: datetime) -> Endpoint:
        """Where an active, not denied member listens.

        Raises:
            Refusal: MEMBER_UNKNOWN, MEMBER_NOT_ACTIVE, TRUST_LIST_EXPIRED,
                DIRECTORY_INCOMPLETE (it has published none).
        """
        self.view.get_member(participant_id, now)
        if participant_id in self.denied:
            raise Refusal(reasons.MEMBER_NOT_ACTIVE, participant_id)
        found = self.endpoints.get(participant_id)
        if found is None:
            raise Refusal(reasons.DIRECTORY_INCOMPLETE, f"no endpoint of {participant_id}")
        return found.statement

    def get_key(
        self, participant_id: str, use: str, archive_code: str, now: datetime
    ) -> Declared[KeyStatement]:
        """The key in force for that use; `archive_code` is empty for tls.

        Raises:
            Refusal: KEY_STATEMENT_INVALID.
        """
        found = self._parts.get(("key", f"{participant_id}/{use}/{archive_code}"))
        if found is None:
            raise Refusal(reasons.KEY_STATEMENT_INVALID, f"no {use} key of {participant_id}")
        check_key_in_force(found.statement, use=use, now=now)
        return found

    def get_appointment(self, officer_id: str, now: datetime) -> Declared[Appointment]:
        """The officer's appointment, in force now.

        Raises:
            Refusal: APPOINTMENT_INVALID.
        """
        found = self._parts.get(("appointment", officer_id))
        if found is None:
            raise Refusal(reasons.APPOINTMENT_INVALID, "no such appointment")
        check_appointment_in_force(found.statement, now)
        return found

    def _of_kind(self, kind: str) -> Mapping[str, Declared[Any]]:
        found = {part.subject: part for part in self.parts() if part.kind == kind}
        return MappingProxyType(found)


def build_snapshot(
    head_envelope: Envelope,
    parts: Iterable[Envelope],
    council: CouncilKeys,
    previous: DirectorySnapshot | None,
    now: datetime,
) -> DirectorySnapshot:
    """The directory under this head, or a refusal that leaves `previous` in use.

    Args:
        head_envelope: The registry's DirectoryHead.
        parts: At least every part that the head lists, the trust list among them; others are
            ignored. Parts that `previous` holds need not be given again.
        council: The pinned council keys.
        previous: What this node used until now; None on a first start.
        now: Aware UTC.

    Raises:
        Refusal: DIRECTORY_INCOMPLETE, DIRECTORY_ROLLBACK, DIRECTORY_FORKED,
            DIRECTORY_PART_INVALID, and the refusals of `verify_trust_list` and `open_statement`.
    """
    by_sha256 = {part_sha256(envelope): envelope for envelope in parts}
    # 1. The trust list first: nothing else can be believed without it.
    trust_envelope, view = _verify_lists(by_sha256.values(), council, previous, now)
    by_sha256[part_sha256(trust_envelope)] = trust_envelope
    if previous is not None:
        by_sha256.update({part.sha256: part.envelope for part in previous.parts()})
    # 2. The head, by a registry that the list names; it continues the head known before.
    head = open_head(head_envelope, view, now).statement
    _check_history(head, previous, now)
    # 3. Every part that the head lists is here.
    listed = {part.sha256: part for part in head.parts}
    if listed.keys() - by_sha256.keys() or part_sha256(trust_envelope) not in listed:
        raise Refusal(reasons.DIRECTORY_INCOMPLETE, f"head version {head.version}")
    # 4. Each part by who may declare it; 5. the newest of each, never older than known.
    chooser = Chooser(view, previous, now)
    for sha256, entry in listed.items():
        chooser.take(by_sha256[sha256], entry)
    newest, floors, rejected = chooser.result()
    return DirectorySnapshot(
        view=view,
        head=head,
        head_envelope=head_envelope,
        trust_envelope=trust_envelope,
        rejected=rejected,
        _parts=MappingProxyType(newest),
        floors=MappingProxyType(floors),
    )


def restore_snapshot(
    head_envelope: Envelope,
    trust_envelope: Envelope,
    parts: Iterable[Envelope],
    floors: Mapping[PartKey, int],
    council: CouncilKeys,
    accepted_at: datetime,
) -> DirectorySnapshot:
    """The snapshot that was in use, verified again as of the instant at which it was accepted.

    Raises:
        Refusal: refusals of `verify_trust_list`, `open_head` and `open_part`.
    """
    view = verify_trust_list(trust_envelope, council, previous=None, now=accepted_at)
    opened = [open_part(envelope, view, accepted_at) for envelope in parts]
    return DirectorySnapshot(
        view=view,
        head=open_head(head_envelope, view, accepted_at).statement,
        head_envelope=head_envelope,
        trust_envelope=trust_envelope,
        rejected=(),
        _parts=MappingProxyType({(part.kind, part.subject): part for part in opened}),
        floors=MappingProxyType(dict(floors)),
    )


def _verify_lists(
    parts: Iterable[Envelope],
    council: CouncilKeys,
    previous: DirectorySnapshot | None,
    now: datetime,
) -> tuple[Envelope, TrustView]:
    """The newest trust list among the parts, or the one already known."""
    envelopes = [part for part in parts if part.payload_type == TrustList.PAYLOAD_TYPE]
    if not envelopes and previous is not None:
        envelopes = [previous.trust_envelope]
    known = None if previous is None else previous.view
    views = [
        (envelope, verify_trust_list(envelope, council, previous=known, now=now))
        for envelope in envelopes[:MAX_TRUST_LISTS]
    ]
    if not views:
        raise Refusal(reasons.DIRECTORY_INCOMPLETE, "no trust list")
    return max(views, key=lambda pair: pair[1].version)


def _check_history(head: DirectoryHead, previous: DirectorySnapshot | None, now: datetime) -> None:
    if head.issued_at > now + CLOCK_SKEW:
        raise Refusal(reasons.DIRECTORY_PART_INVALID, "head is issued in the future")
    if previous is None:
        return
    known = previous.head
    if head.version < known.version or head.issued_at < known.issued_at:
        raise Refusal(reasons.DIRECTORY_ROLLBACK, f"head {head.version} after {known.version}")
    if head.version == known.version and set(head.parts) != set(known.parts):
        raise Refusal(reasons.DIRECTORY_FORKED, f"head version {head.version}")
