"""The directory in use at one participant: verified, newest of each, with its age.

Built in `trust.identity.directory` and then only read. What is denied only takes rights away.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Literal

from records.agreement_standing import Endings, endings
from records.agreements import Agreement, AgreementRetirement
from records.coverage import ArchiveCoverage, HoldingsCoverage
from records.refusal import Refusal
from records.service_hours import ServiceHours
from trust.envelope.dsse import Envelope
from trust.identity import reasons
from trust.identity.declared import check_appointment_in_force, check_key_in_force
from trust.identity.directory_choice import PartKey, RejectedPart
from trust.identity.directory_parts import Declared
from trust.identity.directory_tree import write_section
from trust.identity.statements import Appointment, DirectoryHead, Endpoint, KeyStatement
from trust.identity.verified_list import TrustView

NORMAL_AGE = timedelta(minutes=10)
DEGRADED_AGE = timedelta(hours=72)
Freshness = Literal["normal", "degraded", "expired"]
_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A head that a registry signed, as carried and as read."""

    head: DirectoryHead
    envelope: Envelope


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedDirectory:
    """A snapshot as it lay on disk; nothing of it is verified."""

    head: Envelope
    heard: Envelope
    trust: Envelope
    parts: tuple[Envelope, ...]
    lists: tuple[bytes, ...]
    listed: frozenset[str]
    floors: Mapping[PartKey, int]
    judged_at: datetime
    accepted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Indexed:
    """The parts by the keys that callers ask for; made once for each snapshot."""

    by_kind: Mapping[str, Mapping[str, Declared[Any]]]
    coverage: Mapping[str, tuple[Declared[HoldingsCoverage], ...]]
    """By archive."""
    ended: Endings
    by_sha256: Mapping[str, Declared[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectorySnapshot:
    """What is in force, by the head that is newest here."""

    view: TrustView
    stamp: Stamp
    """The head whose lists and parts are all here."""
    heard: Stamp
    """The newest head that anybody has shown us; only its denials count until its parts are here.
    The same as `stamp` as a rule."""
    trust_envelope: Envelope
    rejected: tuple[RejectedPart, ...]
    lists: Mapping[str, bytes] = field(repr=False)
    """Lists under the head's root that were read, by hash."""
    listed: frozenset[str] = field(repr=False)
    """Addresses of all parts in the sections that were read."""
    judged_at: datetime
    """When every part was last judged by the trust list and the clock."""
    floors: Mapping[PartKey, int] = field(repr=False)
    """Lowest sequence that is still accepted of each (kind, subject); kept across restarts."""
    _parts: Mapping[PartKey, Declared[Any]] = field(repr=False)
    """The newest part of each (kind, subject)."""
    _indexed: _Indexed = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the parts."""
        object.__setattr__(self, "_indexed", _index(self.parts()))

    @property
    def head(self) -> DirectoryHead:
        """The head in use."""
        return self.stamp.head

    @property
    def head_envelope(self) -> Envelope:
        """The head in use, as carried."""
        return self.stamp.envelope

    @property
    def denied(self) -> frozenset[str]:
        """Participants and single keys that the registry denies, by the newest head heard."""
        return frozenset(self.heard.head.denied)

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

    def find(self, sha256: str) -> Declared[Any] | None:
        """The part in use with that address."""
        return self._indexed.by_sha256.get(sha256)

    def declared_by(self, participant_id: str) -> bytes:
        """What that participant declares by itself, as the bytes of a section; empty = nothing."""
        own = (part.listing() for part in self._parts.values() if part.owner == participant_id)
        return write_section(participant_id, own)

    @property
    def agreements(self) -> Mapping[str, Declared[Agreement]]:
        """Agreements by id; whether one is in force today is for `records.agreement_standing`."""
        return self._of_kind("agreement")

    @property
    def proposals(self) -> tuple[Declared[Agreement], ...]:
        """What was proposed and not yet agreed: newer than the agreement of that name, if any."""
        agreed = self.agreements
        return tuple(
            part
            for part in self._of_kind("proposal").values()
            if part.owner not in agreed or part.sequence > agreed[part.owner].sequence
        )

    @property
    def retirements(self) -> tuple[Declared[AgreementRetirement], ...]:
        """Announced ends of agreements."""
        return tuple(self._of_kind("retirement").values())

    @property
    def ended(self) -> Endings:
        """The announced ends, as the rules take them."""
        return self._indexed.ended

    @property
    def coverage(self) -> tuple[Declared[HoldingsCoverage], ...]:
        """Coverage of every archive and category."""
        return tuple(one for rows in self._indexed.coverage.values() for one in rows)

    def coverage_of(self, archive_code: str) -> tuple[Declared[HoldingsCoverage], ...]:
        """Coverage of one archive; empty where it has declared none, or none is known here."""
        return self._indexed.coverage.get(archive_code, ())

    def undeclared(self) -> dict[str, str]:
        """Listed archives of active members without any coverage here, with their node.

        Not asked is not "no": a cover sheet names them, whether they are late or hidden from us.
        """
        return {
            archive.archive_code: member.participant_id
            for member in self.view.trust_list.members
            for archive in member.archives
            if member.state == "active" and archive.archive_code not in self._indexed.coverage
        }

    @property
    def hours(self) -> Mapping[str, Declared[ServiceHours]]:
        """Service hours by archive; an archive that declared none is not in it."""
        return self._of_kind("hours")

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
        return self._indexed.by_kind.get(kind, _NOTHING)


def _index(parts: Iterable[Declared[Any]]) -> _Indexed:
    by_kind: dict[str, dict[str, Declared[Any]]] = defaultdict(dict)
    for part in parts:
        by_kind[part.kind][part.subject] = part
    retired = by_kind.get("retirement", {}).values()
    return _Indexed(
        by_kind={kind: MappingProxyType(found) for kind, found in by_kind.items()},
        coverage=_rows(by_kind.get("coverage", {}).values()),
        ended=endings(part.statement for part in retired),
        by_sha256={part.sha256: part for found in by_kind.values() for part in found.values()},
    )


def _rows(
    declared: Iterable[Declared[Any]],
) -> dict[str, tuple[Declared[HoldingsCoverage], ...]]:
    """Single declarations by archive; a whole list of an archive replaces its single ones."""
    found: dict[str, tuple[Declared[HoldingsCoverage], ...]] = {}
    whole: dict[str, tuple[Declared[HoldingsCoverage], ...]] = {}
    for part in declared:
        said = part.statement
        if isinstance(said, ArchiveCoverage):
            rows = tuple(replace(part, statement=row) for row in said.declarations())
            whole[said.archive_code] = rows
        else:
            found[said.archive_code] = (*found.get(said.archive_code, ()), part)
    return found | whole
