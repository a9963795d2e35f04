"""Trust lists of former years: whose key was it then, and what became known of it since?

What was signed is judged by the list that was in force when it was signed, so a member that left
and an authority key that was replaced still stand behind what they signed. Later lists take away:
a key that they call revoked since an earlier instant, an algorithm that they call broken.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from records.refusal import Refusal
from trust.identity import reasons
from trust.identity.trust_list import ListedArchive, ListedKey, Member
from trust.identity.verified_list import TrustView, amend


class TrustHistory:
    """The newest list that is known, and verified lists from before it."""

    def __init__(self, current: TrustView, past: Sequence[TrustView] = ()) -> None:
        """Order them.

        Raises:
            Refusal: TRUST_LIST_FORKED when two of them contradict each other.
        """
        every = {view.version: view for view in past}
        for view in (*past, current):
            if every.setdefault(view.version, view).payload_sha256 != view.payload_sha256:
                raise Refusal(reasons.TRUST_LIST_FORKED, f"version {view.version}")
        self._views = tuple(every[version] for version in sorted(every))
        for older, newer in pairwise(self._views):
            _check_continues(older, newer)
        self.current = self._views[-1]
        self._revoked = _revocations(self._views)

    @property
    def broken(self) -> Mapping[str, datetime]:
        """From when which algorithm proves nothing by itself; the earliest that any list says."""
        found: dict[str, datetime] = {}
        for view in self._views:
            for one in view.trust_list.broken:
                found[one.name] = min(one.since, found.get(one.name, one.since))
        return found

    def at(self, moment: datetime) -> TrustView:
        """The list that was in force at that instant, with keys as revoked by what is known now.

        The oldest one, where none is older than the instant.
        """
        known = [view for view in self._views if view.trust_list.issued_at <= moment]
        return self._amended(known[-1] if known else self._views[0])

    def roots_at(self, moment: datetime) -> bytes:
        """Listed roots of seals and time-stamps at that instant, PEM.

        Raises:
            Refusal: TRUST_LIST_EXPIRED when no list of that time is here.
        """
        view = self.at(moment)
        view.check_fresh(moment)
        return view.trust_list.seal_roots_pem.encode()

    def _amended(self, view: TrustView) -> TrustView:
        members = tuple(self._member(member) for member in view.trust_list.members)
        if members == view.trust_list.members:
            return view
        return amend(view, replace(view.trust_list, members=members))

    def _member(self, member: Member) -> Member:
        return replace(
            member,
            sign_keys=tuple(self._key(key) for key in member.sign_keys),
            archives=tuple(self._archive(archive) for archive in member.archives),
        )

    def _archive(self, archive: ListedArchive) -> ListedArchive:
        return replace(archive, authority_key=self._key(archive.authority_key))

    def _key(self, key: ListedKey) -> ListedKey:
        since = self._revoked.get(key.kid)
        return key if since is None else replace(key, revoked_at=since)


def _check_continues(older: TrustView, newer: TrustView) -> None:
    direct = newer.version == older.version + 1
    if direct and newer.trust_list.previous_sha256 != older.payload_sha256:
        raise Refusal(reasons.TRUST_LIST_FORKED, f"version {newer.version} has another past")
    if newer.trust_domain != older.trust_domain:
        raise Refusal(reasons.TRUST_LIST_FORKED, "trust domain")
    if newer.trust_list.issued_at < older.trust_list.issued_at:
        raise Refusal(reasons.TRUST_LIST_FORKED, "dates")


def _revocations(views: Iterable[TrustView]) -> Mapping[str, datetime]:
    found: dict[str, datetime] = {}
    for view in views:
        for member in view.trust_list.members:
            keys = (*member.sign_keys, *(one.authority_key for one in member.archives))
            for key in keys:
                if key.revoked_at is not None:
                    found[key.kid] = min(key.revoked_at, found.get(key.kid, key.revoked_at))
    return found
