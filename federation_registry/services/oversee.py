"""The federation as its operator sees it: members, agreements, endings, who is awake.

Everything comes from the signed directory and from the registry's own registers; there is nothing
here about any person, and nothing can be changed here: joining, leaving and denying stay commands
that two officers sign for (decision 0980).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from federation_registry.console_ports import ActRow, CertificateRow, ConsoleBook
from federation_registry.domain.reasons import MEMBER_NOT_LISTED
from federation_registry.ports import Clock, EnrolmentBook
from federation_registry.services.answer_route import States
from federation_registry.services.current_directory import CurrentDirectory
from records.agreements import Agreement
from records.coverage import HoldingsCoverage
from records.refusal import Refusal
from trust.identity.enrolment import EnrolmentState
from trust.identity.trust_list import Member

NOTICE_DAYS = (7, 30, 60)
_ACTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberLine:
    """One member."""

    participant_id: str
    kind: str
    """node, registry or certsvc."""
    name: str
    standing: str
    """active, suspended, left or denied."""
    liveness: str
    """ready, slow, maintenance or silent; empty for members that send no beats."""
    notice: str
    archives: tuple[tuple[str, str], ...]
    """(code, name) of hosted archives."""
    since: datetime
    sign_key_until: datetime
    agreements: int
    coverage: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A certificate or key and how long it still lives."""

    subject: str
    use: str
    """tls or sign."""
    key: str
    not_after: datetime
    days: int
    notice: int
    """The nearest of 7, 30 and 60 days; 0 = further away."""
    revoked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """An invitation on its way."""

    enrolment_id: str
    participant_id: str
    kind: str
    state: str
    invited_by: str
    decided_by: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FederationView:
    """F1: everybody, and who may ask whom."""

    version: int
    trust_version: int
    trust_until: datetime | None
    members: tuple[MemberLine, ...]
    links: tuple[tuple[str, str, int], ...]
    """Two member ids and the number of agreements between them."""


class Facts(Protocol):
    """What is declared in the directory."""

    def agreements(self) -> list[Agreement]:
        """Agreements in force or announced."""
        ...

    def coverage(self) -> list[HoldingsCoverage]:
        """Holdings as declared."""
        ...


class Oversee:
    """Looks at the federation."""

    def __init__(
        self,
        facts: Facts,
        directory: CurrentDirectory,
        enrolments: EnrolmentBook,
        book: ConsoleBook,
        states: States,
        clock: Clock,
    ) -> None:
        """Of this registry."""
        self._facts = facts
        self._directory = directory
        self._enrolments = enrolments
        self._book = book
        self._states = states
        self._clock = clock

    def federation(self) -> FederationView:
        """All members with their standing; empty while there is no trust list."""
        state = self._directory.state()
        view = state.view
        members = view.trust_list.members if view else ()
        held = Counter(row.node_id for row in self._facts.coverage())
        parties = [_parties(one) for one in self._facts.agreements()]
        agreed = Counter(party for pair in parties for party in pair)
        links = Counter(pair for pair in parties if len(pair) > 1)
        return FederationView(
            version=state.version,
            trust_version=view.version if view else 0,
            trust_until=view.trust_list.expires_at if view else None,
            members=tuple(self._line(one, agreed, held) for one in members),
            links=tuple((min(pair), max(pair), count) for pair, count in sorted_links(links)),
        )

    def member(
        self, participant_id: str
    ) -> tuple[MemberLine, Sequence[Agreement], Sequence[HoldingsCoverage]]:
        """F3: one member with its agreements and coverage. Raises Refusal: MEMBER_NOT_LISTED."""
        line = next(
            (one for one in self.federation().members if one.participant_id == participant_id),
            None,
        )
        if line is None:
            raise Refusal(MEMBER_NOT_LISTED, participant_id[:32])
        agreements = [one for one in self._facts.agreements() if participant_id in _parties(one)]
        coverage = [row for row in self._facts.coverage() if row.node_id == participant_id]
        return line, agreements, coverage

    def endings(self) -> tuple[Ending, ...]:
        """F4: TLS certificates and sign keys, the earliest end first."""
        now = self._clock()
        view = self._directory.state().view
        found = [_tls_ending(row, now) for row in self._book.certificates()]
        for member in view.trust_list.members if view else ():
            found += [
                _ending(member.participant_id, "sign", key.kid, key.not_after, now)
                for key in member.sign_keys
            ]
        return tuple(sorted(found, key=lambda one: one.not_after))

    def joinings(self) -> tuple[Joining, ...]:
        """F2: invitations, newest first."""
        return tuple(
            Joining(
                enrolment_id=one.enrolment_id,
                participant_id=one.invitation.participant.slug,
                kind=one.invitation.participant.kind.value,
                state=one.invitation.state.value,
                invited_by=one.invitation.invited_by,
                decided_by=one.invitation.decided_by,
                expires_at=one.invitation.expires_at,
            )
            for one in self._enrolments.list()
        )

    def waiting(self) -> int:
        """Invitations that wait for an officer."""
        return sum(one.state == EnrolmentState.PENDING.value for one in self.joinings())

    def acts(self) -> Sequence[ActRow]:
        """F6: what officers and members did, newest first."""
        return self._book.acts(_ACTS)

    def _line(
        self, member: Member, agreed: Mapping[str, int], held: Mapping[str, int]
    ) -> MemberLine:
        slug = member.participant_id
        denied = slug in self._directory.denied()
        return MemberLine(
            participant_id=slug,
            kind=member.kind,
            name=member.name,
            standing="denied" if denied else member.state,
            liveness=self._states.states().get(slug, "ready") if member.kind == "node" else "",
            notice=self._states.notices().get(slug, ""),
            archives=tuple((one.archive_code, one.name) for one in member.archives),
            since=member.since,
            sign_key_until=max(key.not_after for key in member.sign_keys),
            agreements=agreed.get(slug, 0),
            coverage=held.get(slug, 0),
        )


def sorted_links(links: Mapping[frozenset[str], int]) -> list[tuple[frozenset[str], int]]:
    """Links in a stable order."""
    return sorted(links.items(), key=lambda item: sorted(item[0]))


def _parties(agreement: Agreement) -> frozenset[str]:
    return frozenset((*agreement.asking_nodes, *agreement.holding_nodes))


def _tls_ending(row: CertificateRow, now: datetime) -> Ending:
    subject = row.participant.rsplit("/", 1)[-1]
    return _ending(subject, "tls", row.sha256[:16], row.not_after, now, revoked=row.revoked)


def _ending(
    subject: str, use: str, key: str, not_after: datetime, now: datetime, *, revoked: bool = False
) -> Ending:
    days = (not_after - now) // timedelta(days=1)
    # A TLS certificate lives seven days and renews itself: it is a notice only near its end.
    steps = (2,) if use == "tls" else NOTICE_DAYS
    notice = next((step for step in steps if days < step), 0)
    return Ending(
        subject=subject,
        use=use,
        key=key,
        not_after=not_after,
        days=days,
        notice=notice,
        revoked=revoked,
    )
