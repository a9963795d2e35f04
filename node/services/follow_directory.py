"""The node's own copy of the directory, fetched when it can be and verified always.

The registry may be dead: what was accepted last stays in use until it is too old, and a restart
begins with the copy on disk (architecture.md 4).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol

from node.domain.reasons import DIRECTORY_MISSING
from node.ports import Clock, EventLog
from records.refusal import Kind, Refusal
from trust.envelope.dsse import Envelope
from trust.identity.council import CouncilKeys
from trust.identity.directory import DirectorySnapshot, part_sha256
from trust.identity.directory_fetch import DirectorySource, fetch_snapshot
from trust.identity.directory_hearing import hear_parts
from trust.identity.directory_scope import EVERYTHING, Scope


class Registry(DirectorySource, Protocol):
    """The registry's Directory service."""

    def get_head(self, have_version: int) -> Envelope:
        """The newest head. Raises Refusal: when it does not answer."""
        ...

    def publish(self, envelope: Envelope) -> None:
        """The part is on record. Raises Refusal: as the registry answers."""
        ...


class SnapshotFolder(Protocol):
    """The copy on disk."""

    def load(self) -> DirectorySnapshot | None:
        """What was saved, verified again."""
        ...

    def save(self, snapshot: DirectorySnapshot, now: datetime) -> None:
        """The snapshot is durable."""
        ...

    def stamp(self) -> str:
        """Changes whenever any process of this node saves; empty = nothing saved yet."""
        ...


class KeptDirectory:
    """`DirectoryCache` that any thread may read; follows what another process has saved.

    One process of a node fetches; the pages and the commands see its result on disk.
    """

    def __init__(self, folder: SnapshotFolder) -> None:
        """Begin with what the folder holds."""
        self._folder = folder
        self._lock = Lock()
        self._stamp = folder.stamp()
        self._current = folder.load()

    def current(self) -> DirectorySnapshot:
        """The directory in use. Raises Refusal: DIRECTORY_MISSING."""
        found = self.find()
        if found is None:
            raise Refusal(DIRECTORY_MISSING)
        return found

    def find(self) -> DirectorySnapshot | None:
        """The directory in use, if there is one."""
        stamp = self._folder.stamp()
        if stamp != self._stamp:
            with self._lock:
                if stamp != self._stamp:
                    self._reload(stamp)
        return self._current

    def replace(
        self, snapshot: DirectorySnapshot, now: datetime, since: DirectorySnapshot | None
    ) -> bool:
        """Whether the snapshot is in use now, here and on disk.

        False when `since`, from which it was made, is no longer what is in use: somebody else
        brought something meanwhile, which must not be lost.
        """
        with self._lock:
            if self._current is not since or self._folder.stamp() != self._stamp:
                return False
            self._folder.save(snapshot, now)
            self._current = snapshot
            self._stamp = self._folder.stamp()
            return True

    def _reload(self, stamp: str) -> None:
        try:
            self._current = self._folder.load() or self._current
        except Refusal:
            # Parts are replaced while we read: the next look takes them whole.
            return
        self._stamp = stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Whom a node believes, and how much of the directory it reads."""

    council: CouncilKeys
    scope: Scope = EVERYTHING


class FollowDirectory:
    """Fetches the directory and publishes what this node declares."""

    def __init__(
        self,
        kept: KeptDirectory,
        registry: Registry,
        reading: Reading,
        declared: Callable[[], Sequence[Envelope]],
        clock: Clock,
        log: EventLog,
    ) -> None:
        """`declared` are the statements of this node that belong into the directory."""
        self._reading = reading
        self._kept = kept
        self._registry = registry
        self._declared = declared
        self._clock = clock
        self._log = log
        self._refused: set[str] = set()
        self._due = datetime.min.replace(tzinfo=clock().tzinfo)
        self._every = timedelta(seconds=30)

    def every(self, seconds: float) -> None:
        """Poll that often from now on."""
        self._every = timedelta(seconds=seconds)

    def run(self) -> int:
        """1 when the poll was due and brought something new, else 0."""
        now = self._clock()
        if now < self._due:
            return 0
        self._due = now + self._every
        self.adopt()
        return int(self.fetch()) + self.publish()

    def hurry(self, version: int) -> None:
        """Poll at once when the registry has a newer head than we."""
        known = self._kept.find()
        if known is None or version > known.head.version:
            self._due = self._clock()

    def adopt(self) -> None:
        """What we declare is in our own directory: partners learn it from us, registry or not."""
        snapshot = self._kept.find()
        if snapshot is not None:
            own = hear_parts(snapshot, self._declared(), self._clock())
            if own is not snapshot:
                self._kept.replace(own, self._clock(), snapshot)

    def fetch(self) -> bool:
        """Whether a newer directory is in use now.

        Raises:
            Refusal: PARTNER_UNAVAILABLE and the directory's reasons; the old one stays in use.
        """
        previous = self._kept.find()
        envelope = self._registry.get_head(previous.head.version if previous else 0)
        if previous is not None and part_sha256(envelope) == part_sha256(previous.head_envelope):
            return False
        snapshot = fetch_snapshot(
            envelope,
            self._registry,
            self._reading.council,
            previous,
            self._clock,
            self._reading.scope,
        )
        if not self._kept.replace(snapshot, self._clock(), previous):
            self._due = self._clock()
            return False
        return previous is None or snapshot.head.version != previous.head.version

    def publish(self) -> int:
        """How many of our statements the registry took just now."""
        snapshot = self._kept.find()
        listed = snapshot.listed if snapshot else frozenset()
        declared = list(self._declared())
        if snapshot is not None and _is_ahead(snapshot):
            # Partners, or a person, told us of a newer list than the registry has.
            declared.append(snapshot.trust_envelope)
        taken = 0
        for envelope in declared:
            digest = part_sha256(envelope)
            if digest not in listed and digest not in self._refused:
                taken += self._publish(envelope, digest)
        return taken

    def _publish(self, envelope: Envelope, digest: str) -> int:
        try:
            self._registry.publish(envelope)
        except Refusal as refusal:
            self._log.note("not_published", code=refusal.code)
            if refusal.reason.kind in (Kind.REFUSED, Kind.USAGE, Kind.CONFLICT):
                # Decided: the same bytes will be refused again. A restart tries once more.
                self._refused.add(digest)
            return 0
        return 1


def _is_ahead(snapshot: DirectorySnapshot) -> bool:
    """Whether our trust list is newer than the one that the registry's head names."""
    return part_sha256(snapshot.trust_envelope) != snapshot.head.trust_list
