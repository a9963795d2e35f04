"""The directory as this process serves it: verified once per content version.

The store's version is asked at most twice a second, so that every replica follows a change that
another one, or a command, made. Nothing here signs; the trust list is believed by the pinned
council keys alone, also when it comes out of our own database.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from federation_registry.ports import Clock, PartStore
from records.agreements import Agreement
from records.coverage import HoldingsCoverage
from records.refusal import Refusal
from records.route_index import RouteIndex
from trust.envelope.dsse import Envelope
from trust.identity.council import CouncilKeys
from trust.identity.directory_parts import open_part, part_sha256
from trust.identity.reasons import DIRECTORY_INCOMPLETE
from trust.identity.trust_list import Member
from trust.identity.trust_view import TrustView, verify_trust_list

LOOK_EVERY = timedelta(milliseconds=500)
VERIFY_EVERY = timedelta(hours=1)
"""A kept verification is repeated after this time: a key may have expired meanwhile."""


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
        self._state: DirectoryState | None = None
        self._looked_at: datetime | None = None
        self._index: tuple[int, datetime, RouteIndex] | None = None
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

    def denied(self) -> frozenset[str]:
        """Participants that the registry denies."""
        return self.state().denied

    def index(self) -> RouteIndex:
        """What routing knows, for the newest content version."""
        state, now = self.state(), self._clock()
        with self._lock:
            known = self._index
            if known and known[0] == state.version and now - known[1] < VERIFY_EVERY:
                return known[2]
            index = self._build_index(state)
            self._index = (state.version, now, index)
            return index

    def _load(self, known: DirectoryState | None, now: datetime) -> DirectoryState:
        version = self._store.version()
        if known is not None and known.version == version:
            return known
        lists = self._store.of_kind("trust_list")
        previous = known.view if known else None
        view = self._verify(lists[0], previous, now) if lists else None
        denied = frozenset(denial.participant_id for denial in self._store.denials())
        return DirectoryState(version=version, view=view, denied=denied)

    def _verify(self, envelope: Envelope, previous: TrustView | None, now: datetime) -> TrustView:
        return verify_trust_list(envelope, self._council(), previous=previous, now=now)

    def _build_index(self, state: DirectoryState) -> RouteIndex:
        if state.view is None:
            return RouteIndex(coverage=(), agreements=(), active_nodes=())
        members = state.view.trust_list.members
        coverage = self._verified.of_kind("coverage", state.view, self._clock())
        agreements = self._verified.of_kind("agreement", state.view, self._clock())
        return RouteIndex(
            coverage=[one for one in coverage if isinstance(one, HoldingsCoverage)],
            agreements=[one for one in agreements if isinstance(one, Agreement)],
            active_nodes=_active(members, state.denied),
            archive_names=[
                (archive.archive_code, archive.name)
                for member in members
                for archive in member.archives
            ],
        )


class _VerifiedParts:
    """Statements of the parts in force that verify under the present trust list.

    A part is verified once per trust list and hour, not once per change of another part: a large
    federation changes a few parts a minute and has a hundred thousand.
    """

    def __init__(self, store: PartStore) -> None:
        self._store = store
        self._known: dict[str, object] = {}
        self._view: TrustView | None = None
        self._since: datetime | None = None

    def of_kind(self, kind: str, view: TrustView, now: datetime) -> list[object]:
        """Statements of one kind; a part whose signer lost its key is left out."""
        stale = self._since is None or now - self._since >= VERIFY_EVERY
        if view is not self._view or stale:
            self._known, self._view, self._since = {}, view, now
        found = (self._open(envelope, view, now) for envelope in self._store.of_kind(kind))
        return [statement for statement in found if statement is not None]

    def _open(self, envelope: Envelope, view: TrustView, now: datetime) -> object | None:
        sha256 = part_sha256(envelope)
        if sha256 not in self._known:
            try:
                self._known[sha256] = open_part(envelope, view, now).statement
            except Refusal:
                self._known[sha256] = None
        return self._known[sha256]


def _active(members: tuple[Member, ...], denied: frozenset[str]) -> list[str]:
    return [
        member.participant_id
        for member in members
        if member.state == "active" and member.participant_id not in denied
    ]
