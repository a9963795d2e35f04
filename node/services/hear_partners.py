"""Fetches from partners what they have and we lack: a revocation spreads without the registry.

A trust list is believed by the council's signatures and a head by a registry's, whoever brings
them. What a head lists is taken too where the partner holds it; its denials count at once.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from node.ports import Clock, EventLog
from node.services.follow_directory import KeptDirectory, Reading
from records.refusal import Refusal
from trust.channel.news import News, PartnerNews
from trust.envelope.dsse import Envelope
from trust.identity.directory import DirectorySnapshot
from trust.identity.directory_fetch import DirectorySource, fetch_snapshot
from trust.identity.directory_hearing import hear_head, hear_parts, hear_trust_list
from trust.identity.directory_parts import read_label
from trust.identity.directory_tree import Contents, list_sha256

_AGAIN = timedelta(days=1)
_PAUSE = timedelta(seconds=30)


class Mirror(DirectorySource, Protocol):
    """A partner's Directory service."""

    def get_head(self, have_version: int) -> Envelope:
        """The newest head that it knows. Raises Refusal: when it does not answer."""
        ...


class HearPartners:
    """Takes up what `PartnerNews` has heard, one partner at a time."""

    def __init__(
        self,
        kept: KeptDirectory,
        reading: Reading,
        news: PartnerNews,
        reach: Callable[[str], Mirror],
        clock: Clock,
        log: EventLog,
    ) -> None:
        """`reach` gives the Directory service of a partner by its slug."""
        self._kept = kept
        self._reading = reading
        self._news = news
        self._reach = reach
        self._clock = clock
        self._log = log
        self._looked: dict[str, tuple[str, datetime]] = {}
        self._paused: dict[str, datetime] = {}

    def run(self) -> int:
        """1 when a partner's news are in use now, else 0."""
        found = self._news.take()
        if found is None:
            return 0
        slug, said = found
        now = self._clock()
        if now < self._paused.get(slug, now):
            return 0
        try:
            changed = self.fetch(slug, self._reach(slug), said)
        except Refusal as refusal:
            # Whoever announces what it cannot show holds up nobody else.
            self._paused[slug] = now + _PAUSE
            self._log.note("news_refused", code=refusal.code, peer=slug)
            return 0
        self._log.note("news_taken", peer=slug)
        return int(changed)

    def fetch(self, slug: str, mirror: Mirror, said: News) -> bool:
        """Whether something newer is in use now.

        What a partner says of itself is looked at twice a minute at most, the same once a day.

        Raises:
            Refusal: as the partner answers, and of whatever it hands over.
        """
        before = self._kept.current()
        snapshot = before
        if said.trust_version > snapshot.view.version:
            envelope = mirror.get_trust_list(said.trust_sha256, snapshot.trust_envelope)
            snapshot = hear_trust_list(snapshot, envelope, self._reading.council, self._clock())
        if said.head_version > snapshot.heard.head.version:
            snapshot = self._take_head(mirror, snapshot)
        if said.own_sha256 != list_sha256(snapshot.declared_by(slug)):
            snapshot = self._take_own(slug, mirror, said.own_sha256, snapshot)
        if snapshot is before:
            return False
        return self._kept.replace(snapshot, self._clock(), before)

    def _take_own(
        self, slug: str, mirror: Mirror, sha256: str, snapshot: DirectorySnapshot
    ) -> DirectorySnapshot:
        """What the partner declares of itself, from itself: no registry stands between."""
        now = self._clock()
        seen, at = self._looked.get(slug, ("", now - _AGAIN))
        if now - at < (_AGAIN if seen == sha256 else _PAUSE):
            return snapshot
        self._looked[slug] = (sha256, now)
        (data,) = mirror.get_lists([sha256])
        entries = Contents.read_section(data, sha256, slug)
        lacking = [one.sha256 for one in entries if snapshot.find(one.sha256) is None]
        parts = mirror.get_parts(lacking) if lacking else ()
        # Only what is of the partner itself: it speaks for nobody else.
        own = [part for part in parts if read_label(part).owner == slug]
        return hear_parts(snapshot, own, now)

    def _take_head(self, mirror: Mirror, snapshot: DirectorySnapshot) -> DirectorySnapshot:
        """The head's contents where the partner has them all; its denials in any case."""
        envelope = mirror.get_head(snapshot.heard.head.version)
        heard = hear_head(snapshot, envelope, self._clock())
        try:
            return fetch_snapshot(
                envelope, mirror, self._reading.council, heard, self._clock, self._reading.scope
            )
        except Refusal:
            # The partner holds what concerns itself; the rest waits for the registry.
            return heard
