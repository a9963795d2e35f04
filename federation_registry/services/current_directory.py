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
from trust.envelope.statement import decode
from trust.identity.council import CouncilKeys
from trust.identity.directory_parts import open_part
from trust.identity.reasons import DIRECTORY_INCOMPLETE
from trust.identity.trust_list import Member
from trust.identity.trust_view import TrustView, verify_trust_list

LOOK_EVERY = timedelta(milliseconds=500)


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
        self._index: tuple[int, RouteIndex] | None = None

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
        state = self.state()
        with self._lock:
            if self._index is None or self._index[0] != state.version:
                self._index = (state.version, self._build_index(state))
            return self._index[1]

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
        return RouteIndex(
            coverage=[
                decode(part.payload, HoldingsCoverage)
                for part in self._trusted("coverage", state.view)
            ],
            agreements=[
                decode(part.payload, Agreement) for part in self._trusted("agreement", state.view)
            ],
            active_nodes=_active(members, state.denied),
            archive_names=[
                (archive.archive_code, archive.name)
                for member in members
                for archive in member.archives
            ],
        )

    def _trusted(self, kind: str, view: TrustView) -> list[Envelope]:
        """Parts that still verify under the present trust list: a key may have been revoked."""
        now = self._clock()
        kept: list[Envelope] = []
        for envelope in self._store.of_kind(kind):
            try:
                open_part(envelope, view, now)
            except Refusal:
                continue
            kept.append(envelope)
        return kept


def _active(members: tuple[Member, ...], denied: frozenset[str]) -> list[str]:
    return [
        member.participant_id
        for member in members
        if member.state == "active" and member.participant_id not in denied
    ]
