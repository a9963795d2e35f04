"""The verified trust list, ready to be asked: who is a member, whose key is this.

Fails closed: an expired list, an unknown or inactive member and a revoked key answer with a
refusal, never with an empty permission. A list is replaced only by a newer one of the same
history (trust.md §2).
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from records.refusal import Refusal
from trust.envelope.dsse import Envelope
from trust.envelope.statement import Opened, encode, open_statement
from trust.envelope.suites import SUITES, PublicKey
from trust.identity import reasons
from trust.identity.council import CouncilKeys
from trust.identity.list_rules import KeyOwner, check_trust_list, list_keys
from trust.identity.trust_list import ListedArchive, ListedKey, Member, TrustList

CLOCK_SKEW = timedelta(seconds=60)
"""How far another clock may be ahead of ours (architecture.md 4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustView:
    """A trust list whose signatures, history and form were verified."""

    trust_list: TrustList
    payload_sha256: str
    """SHA-256 of the payload as carried, hex: `previous_sha256` of the next version."""
    envelope_id: str
    _members: Mapping[str, Member] = field(repr=False)
    _archives: Mapping[str, tuple[Member, ListedArchive]] = field(repr=False)
    _owners: Mapping[str, KeyOwner] = field(repr=False)

    @property
    def version(self) -> int:
        """Version of the list."""
        return self.trust_list.version

    @property
    def trust_domain(self) -> str:
        """Trust domain of the federation."""
        return self.trust_list.trust_domain

    @property
    def suites(self) -> tuple[str, ...]:
        """Suites that the list allows and this program knows."""
        return tuple(suite for suite in self.trust_list.suites if suite in SUITES)

    def check_fresh(self, now: datetime) -> None:
        """Return only while the list is in force.

        Raises:
            Refusal: TRUST_LIST_EXPIRED.
        """
        if now >= self.trust_list.expires_at:
            raise Refusal(reasons.TRUST_LIST_EXPIRED, f"version {self.version}")

    def get_member(self, participant_id: str, now: datetime) -> Member:
        """The active member of that id.

        Raises:
            Refusal: TRUST_LIST_EXPIRED, MEMBER_UNKNOWN, MEMBER_NOT_ACTIVE.
        """
        self.check_fresh(now)
        member = self._members.get(participant_id)
        if member is None:
            raise Refusal(reasons.MEMBER_UNKNOWN)
        if member.state != "active":
            raise Refusal(reasons.MEMBER_NOT_ACTIVE, member.participant_id)
        return member

    def get_archive(self, archive_code: str) -> tuple[Member, ListedArchive]:
        """The archive and the member that hosts it, whatever its state.

        Raises:
            Refusal: ARCHIVE_UNKNOWN.
        """
        found = self._archives.get(archive_code)
        if found is None:
            raise Refusal(reasons.ARCHIVE_UNKNOWN)
        return found

    def archives_of(self, participant_id: str) -> tuple[str, ...]:
        """Codes of the archives that the member hosts, whatever its state; none for a stranger."""
        member = self._members.get(participant_id)
        return tuple(one.archive_code for one in member.archives) if member else ()

    def sign_keys(self, participant_id: str, now: datetime) -> Mapping[str, PublicKey]:
        """The member's sign keys that are in force now, by kid; may be empty.

        Raises:
            Refusal: as `get_member`.
        """
        member = self.get_member(participant_id, now)
        return self._in_force(member.sign_keys, now)

    def authority_keys(self, archive_code: str, now: datetime) -> Mapping[str, PublicKey]:
        """The archive's authority key if it is in force now, by kid; may be empty.

        Raises:
            Refusal: ARCHIVE_UNKNOWN, and as `get_member` for the hosting member.
        """
        member, archive = self.get_archive(archive_code)
        self.get_member(member.participant_id, now)
        return self._in_force((archive.authority_key,), now)

    def find_owner(self, kid: str) -> KeyOwner | None:
        """Who speaks with the key of that id, whatever its state; None when it is not listed."""
        return self._owners.get(kid)

    def keys_among(self, kids: Iterable[str], now: datetime) -> Mapping[str, PublicKey]:
        """Those of the keys named that are listed, in force, and of an active member."""
        found: dict[str, PublicKey] = {}
        for kid in kids:
            owner = self._owners.get(kid)
            if owner is None or self._members[owner.participant_id].state != "active":
                continue
            found.update(self._in_force((owner.listed,), now))
        return MappingProxyType(found)

    def _in_force(self, listed: Iterable[ListedKey], now: datetime) -> Mapping[str, PublicKey]:
        return MappingProxyType(
            {
                entry.kid: self._owners[entry.kid].key
                for entry in listed
                if is_in_force(entry, now) and entry.suite in self.trust_list.suites
            }
        )


def is_in_force(listed: ListedKey, now: datetime) -> bool:
    """Whether a signature made with this key now would count."""
    revoked = listed.revoked_at is not None and now >= listed.revoked_at
    return listed.not_before <= now < listed.not_after and not revoked


def verify_trust_list(
    envelope: Envelope,
    council: CouncilKeys,
    *,
    previous: TrustView | TrustList | None,
    now: datetime,
) -> TrustView:
    """The view of a list that enough council keys signed and that continues the history.

    Raises:
        Refusal: refusals of `open_statement`; TRUST_LIST_INVALID, TRUST_LIST_EXPIRED,
            TRUST_LIST_ROLLBACK, TRUST_LIST_FORKED.
    """
    # 1. Enough different council keys signed these bytes.
    opened = open_statement(
        envelope, TrustList, council.keys, threshold=council.threshold, suites=council.suites
    )
    trust_list = opened.statement
    # 2. The list does not contradict itself.
    check_trust_list(trust_list)
    # 3. It is in force.
    if now >= trust_list.expires_at:
        raise Refusal(reasons.TRUST_LIST_EXPIRED, f"version {trust_list.version}")
    if trust_list.issued_at > now + CLOCK_SKEW:
        raise Refusal(reasons.TRUST_LIST_INVALID, "issued in the future")
    # 4. It continues what was known.
    view = _view(opened)
    if previous is not None:
        _check_history(view, previous)
    return view


def amend(view: TrustView, trust_list: TrustList) -> TrustView:
    """The same view with members' keys as `trust_list` has them, e.g. revoked since.

    Raises:
        Refusal: KEY_MALFORMED, SUITE_FORBIDDEN, TRUST_LIST_INVALID.
    """
    members = trust_list.members
    return replace(
        view,
        trust_list=trust_list,
        _members=MappingProxyType({member.participant_id: member for member in members}),
        _archives=_hosted(members),
        _owners=MappingProxyType({owner.key.kid: owner for owner in list_keys(trust_list)}),
    )


def open_past_trust_list(envelope: Envelope, council: CouncilKeys) -> TrustView:
    """The view of a list that the council signed once, for judging the past.

    Its age does not matter here; whoever asks the view passes the instant that is judged.

    Raises:
        Refusal: refusals of `open_statement`; TRUST_LIST_INVALID.
    """
    opened = open_statement(
        envelope, TrustList, council.keys, threshold=council.threshold, suites=council.suites
    )
    check_trust_list(opened.statement)
    return _view(opened)


def _check_history(view: TrustView, previous: TrustView | TrustList) -> None:
    if isinstance(previous, TrustView):
        known, known_sha256 = previous.trust_list, previous.payload_sha256
    else:
        known, known_sha256 = previous, hashlib.sha256(encode(previous)).hexdigest()
    new = view.trust_list
    if new.version < known.version:
        raise Refusal(reasons.TRUST_LIST_ROLLBACK, f"{new.version} after {known.version}")
    if new.version == known.version and view.payload_sha256 != known_sha256:
        raise Refusal(reasons.TRUST_LIST_FORKED, f"version {new.version}")
    if new.version == known.version + 1 and new.previous_sha256 != known_sha256:
        raise Refusal(reasons.TRUST_LIST_FORKED, f"version {new.version} has another past")
    if new.trust_domain != known.trust_domain or new.issued_at < known.issued_at:
        raise Refusal(reasons.TRUST_LIST_FORKED, "trust domain or date")


def _view(opened: Opened[TrustList]) -> TrustView:
    members = opened.statement.members
    return TrustView(
        trust_list=opened.statement,
        payload_sha256=hashlib.sha256(opened.payload).hexdigest(),
        envelope_id=opened.envelope_id,
        _members=MappingProxyType({member.participant_id: member for member in members}),
        _archives=_hosted(members),
        _owners=MappingProxyType({owner.key.kid: owner for owner in list_keys(opened.statement)}),
    )


def _hosted(members: Iterable[Member]) -> Mapping[str, tuple[Member, ListedArchive]]:
    return MappingProxyType(
        {
            archive.archive_code: (member, archive)
            for member in members
            for archive in member.archives
        }
    )
