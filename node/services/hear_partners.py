"""Fetches from partners what they have and we lack: a revocation spreads without the registry.

A trust list is believed by the council's signatures and a head by a registry's, whoever brings
them. What a head lists is taken too where the partner holds it; its denials count at once.
"""

from collections.abc import Callable
from typing import Protocol

from node.ports import Clock, EventLog
from node.services.follow_directory import KeptDirectory, Reading
from records.refusal import Refusal
from trust.channel.news import News, PartnerNews
from trust.envelope.dsse import Envelope
from trust.identity.directory import DirectorySnapshot, hear_head, hear_trust_list
from trust.identity.directory_fetch import DirectorySource, fetch_snapshot


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

    def run(self) -> int:
        """1 when a partner's news are in use now, else 0."""
        found = self._news.take()
        if found is None:
            return 0
        slug, said = found
        try:
            changed = self.fetch(self._reach(slug), said)
        except Refusal as refusal:
            self._log.note("news_refused", code=refusal.code, peer=slug)
            return 0
        self._log.note("news_taken", peer=slug)
        return int(changed)

    def fetch(self, mirror: Mirror, said: News) -> bool:
        """Whether something newer is in use now.

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
        if snapshot is before:
            return False
        return self._kept.replace(snapshot, self._clock(), before)

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
