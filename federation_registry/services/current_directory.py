"""The directory as this process serves it: verified once per content version.

The store's version is asked at most twice a second, so that every replica follows a change that
another one, or a command, made. Nothing here signs; the trust list is believed by the pinned
council keys alone, also when it comes out of our own database.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeGuard

from federation_registry.ports import Clock, PartStore
from records.agreement_standing import endings
from records.coverage import ArchiveCoverage, HoldingsCoverage
from records.refusal import Refusal
from records.route_index import RouteIndex
from trust.envelope.dsse import Envelope
from trust.identity.council import CouncilKeys
from trust.identity.directory_parts import Declared, open_part
from trust.identity.reasons import DIRECTORY_INCOMPLETE
from trust.identity.trust_list import Member
from trust.identity.trust_view import TrustView, verify_trust_list

_ROUTED = frozenset({"agreement", "retirement", "coverage"})
LOOK_EVERY = timedelta(milliseconds=500)
VERIFY_EVERY = timedelta(hours=1)
"""A kept verification is repeated after this time: a key may have expired meanwhile."""


_Index = tuple[int, datetime, RouteIndex]


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryState:
    """One content version."""

    version: int
    view: TrustView | None
    """None while no trust list was published."""
    denied: frozenset[str]


class CurrentDirectory:
    """Follows the store."""

    def __init__(self, store: PartStore, council: Callable[[], CouncilKeys], clock: Clock) -> None:
        """Read `store`; `council` gives the pinned keys, once there is a trust list to verify."""
        self._store = store
        self._council = council
        self._clock = clock
        self._lock = threading.Lock()
        # Verifying a large federation takes most of a minute: the gate must not wait for it.
        self._indexing = threading.Lock()
        self._state: DirectoryState | None = None
        self._list: Envelope | None = None
        self._looked_at: datetime | None = None
        self._index: _Index | None = None
        self._verified = _VerifiedParts(store)

    def state(self) -> DirectoryState:
        """The newest content version, at most half a second old."""
        with self._lock:
            now = self._clock()
            fresh = self._looked_at is not None and now - self._looked_at < LOOK_EVERY
            if self._state is None or not fresh or now < (self._looked_at or now):
                self._state = self._load(self._state, now)
                self._looked_at = now
            return self._state

    def reload(self) -> DirectoryState:
        """The newest content version of this very moment."""
        with self._lock:
            self._looked_at = None
        return self.state()

    def view(self) -> TrustView:
        """The newest trust list.

        Raises:
            Refusal: DIRECTORY_INCOMPLETE while there is none.
        """
        view = self.state().view
        if view is None:
            raise Refusal(DIRECTORY_INCOMPLETE, "no trust list was published")
        return view

    def council(self) -> CouncilKeys:
        """The pinned council keys. Raises Refusal: COUNCIL_MISSING."""
        return self._council()

    def denied(self) -> frozenset[str]:
        """Participants that the registry denies."""
        return self.state().denied

    def index(self) -> RouteIndex:
        """What routing knows, for the newest content version.

        While somebody else brings it up to date, the one before serves, if there is one.
        """
        state, now = self.state(), self._clock()
        known = self._index
        if self._is_fresh(known, state, now):
            return known[2]
        if known is not None and not self._indexing.acquire(blocking=False):
            return known[2]
        if known is None:
            self._indexing.acquire()
        try:
            newest = self._index
            if not self._is_fresh(newest, state, now):
                newest = self._index = (state.version, now, self._build_index(state))
            return newest[2]
        finally:
            self._indexing.release()

    @staticmethod
    def _is_fresh(known: _Index | None, state: DirectoryState, now: datetime) -> TypeGuard[_Index]:
        return known is not None and known[0] >= state.version and now - known[1] < VERIFY_EVERY

    def _load(self, known: DirectoryState | None, now: datetime) -> DirectoryState:
        version = self._store.version()
        if known is not None and known.version == version:
            return known
        lists = self._store.of_kind("trust_list")
        view = known.view if known else None
        if lists and lists[0] != self._list:
            # Verified once: the gate asks the view itself whether it is still in date.
            view, self._list = self._verify(lists[0], view, now), lists[0]
        denied = frozenset(denial.participant_id for denial in self._store.denials())
        return DirectoryState(version=version, view=view, denied=denied)

    def _verify(self, envelope: Envelope, previous: TrustView | None, now: datetime) -> TrustView:
        return verify_trust_list(envelope, self._council(), previous=previous, now=now)

    def _build_index(self, state: DirectoryState) -> RouteIndex:
        if state.view is None:
            return RouteIndex(coverage=(), agreements=(), active_nodes=())
        members = state.view.trust_list.members
        parts = self._verified.parts(state.view, self._clock())
        coverage = [row for part in parts for row in declarations(part.statement)]
        whole = {
            part.statement.archive_code
            for part in parts
            if isinstance(part.statement, ArchiveCoverage)
        }
        return RouteIndex(
            # A whole list of an archive replaces its single declarations.
            coverage=[
                row for single, row in coverage if not single or row.archive_code not in whole
            ],
            agreements=[part.statement for part in parts if part.kind == "agreement"],
            active_nodes=_active(members, state.denied),
            archive_names=[
                (archive.archive_code, archive.name)
                for member in members
                for archive in member.archives
            ],
            ended=endings(part.statement for part in parts if part.kind == "retirement"),
        )


def declarations(statement: object) -> list[tuple[bool, HoldingsCoverage]]:
    """(declared by itself, row) of what a statement says about coverage."""
    if isinstance(statement, HoldingsCoverage):
        return [(True, statement)]
    if isinstance(statement, ArchiveCoverage):
        return [(False, row) for row in statement.declarations()]
    return []


class _VerifiedParts:
    """Parts in force that verify under the present trust list.

    A large federation changes a few parts a minute and has a hundred thousand: only what was put
    since the last look is read, and a signature is computed once. Who may sign is judged again
    under each new trust list, and each hour.
    """

    def __init__(self, store: PartStore) -> None:
        self._store = store
        self._version = 0
        self._read: dict[tuple[str, str], Envelope] = {}
        self._good: dict[tuple[str, str], Declared[Any]] = {}
        self._judged: tuple[str, datetime] | None = None

    def parts(self, view: TrustView, now: datetime) -> list[Declared[Any]]:
        """Everything that counts in routing; a part whose signer lost its key is left out."""
        stale = self._judged is None or self._judged[0] != view.payload_sha256
        if stale or (self._judged and now - self._judged[1] >= VERIFY_EVERY):
            for key, envelope in self._read.items():
                self._judge(key, envelope, view, now)
            self._judged = (view.payload_sha256, now)
        version = self._store.version()
        for kept in self._store.changed_since(self._version):
            if kept.kind in _ROUTED:
                self._read[kept.kind, kept.subject] = kept.envelope
                self._judge((kept.kind, kept.subject), kept.envelope, view, now)
        self._version = version
        return list(self._good.values())

    def _judge(
        self, key: tuple[str, str], envelope: Envelope, view: TrustView, now: datetime
    ) -> None:
        known = self._good.pop(key, None)
        if known is not None and known.envelope is not envelope:
            known = None
        try:
            self._good[key] = open_part(envelope, view, now, known)
        except Refusal:
            return


def _active(members: tuple[Member, ...], denied: frozenset[str]) -> list[str]:
    return [
        member.participant_id
        for member in members
        if member.state == "active" and member.participant_id not in denied
    ]
