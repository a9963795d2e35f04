"""Newer trust lists and heads travel in the metadata of calls between partners.

The registry may be dead, or may hide a revocation: every call and every answer says which list and
which head its sender has. Whoever has older ones fetches the newer from that very partner, and
verifies it as if it came from the registry. The words themselves are only a hint.
"""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from trust.identity.directory_parts import part_sha256
from trust.identity.directory_snapshot import DirectorySnapshot
from trust.identity.directory_tree import list_sha256

NEWS_KEY = "lantai-news"
_WORDS = re.compile(
    r"t=([0-9]{1,15}) ([0-9a-f]{64}) h=([0-9]{1,15}) ([0-9]{1,15}) o=([0-9a-f]{64})\Z"
)
_MOST_WAITING = 64
_MOMENT = timedelta(seconds=10)
"""A caller that did not take up what it was told hears it again after this time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What somebody says that they have; not verified."""

    trust_version: int
    trust_sha256: str
    """Address of the trust list."""
    head_version: int
    head_issued_ms: int
    own_sha256: str
    """Hash of the section of what the sender declares itself: see `declared_by`."""

    def words(self) -> str:
        """As metadata carries it, at most 200 ASCII characters."""
        return (
            f"t={self.trust_version} {self.trust_sha256} "
            f"h={self.head_version} {self.head_issued_ms} o={self.own_sha256}"
        )


def read_news(words: str) -> News | None:
    """What the words say; None when they are not of this form."""
    found = _WORDS.match(words)
    if found is None:
        return None
    return News(
        trust_version=int(found[1]),
        trust_sha256=found[2],
        head_version=int(found[3]),
        head_issued_ms=int(found[4]),
        own_sha256=found[5],
    )


class PartnerNews:
    """Tells partners what we have and remembers who has something newer."""

    def __init__(
        self, participant_id: str, directory: Callable[[], DirectorySnapshot | None]
    ) -> None:
        """`directory` gives the snapshot that `participant_id`, ourselves, has in use."""
        self._participant_id = participant_id
        self._directory = directory
        self._sections: dict[str, tuple[DirectorySnapshot, str]] = {}
        self._lock = threading.Lock()
        self._told: tuple[DirectorySnapshot, News] | None = None
        self._waiting: dict[str, News] = {}
        self._told_to: dict[str, tuple[str, datetime]] = {}

    def own(self) -> News | None:
        """What we have; None before the first directory."""
        snapshot = self._directory()
        if snapshot is None:
            return None
        told = self._told
        if told is None or told[0] is not snapshot:
            head = snapshot.heard.head
            news = News(
                trust_version=snapshot.view.version,
                trust_sha256=part_sha256(snapshot.trust_envelope),
                head_version=head.version,
                head_issued_ms=round(head.issued_at.timestamp() * 1000),
                own_sha256=self._section_of(snapshot, self._participant_id),
            )
            told = self._told = (snapshot, news)
        return told[1]

    def tell(self) -> str:
        """The words for the metadata of a call or an answer; empty = nothing to say yet."""
        own = self.own()
        return own.words() if own is not None else ""

    def tell_anew(self, slug: str, now: datetime) -> str:
        """As `tell`, for a caller; empty where that one was told the same a moment ago."""
        words = self.tell()
        before = self._told_to.get(slug)
        if before is not None and before[0] == words and timedelta() <= now - before[1] < _MOMENT:
            return ""
        self._told_to[slug] = (words, now)
        return words

    def hear(self, slug: str, words: object) -> None:
        """Remember the partner when it has something newer than we."""
        said = read_news(words) if isinstance(words, str) else None
        own = self.own() if said is not None else None
        if said is None or own is None or not self._is_news(slug, said, own):
            return
        with self._lock:
            if slug in self._waiting or len(self._waiting) < _MOST_WAITING:
                self._waiting[slug] = said

    def take(self) -> tuple[str, News] | None:
        """A partner with something newer, and what it said; None = nobody."""
        with self._lock:
            while self._waiting:
                slug, said = self._waiting.popitem()
                own = self.own()
                if own is not None and self._is_news(slug, said, own):
                    return slug, said
        return None

    def _is_news(self, slug: str, said: News, own: News) -> bool:
        """Something newer than we have, or something else that the partner says of itself."""
        snapshot = self._directory()
        other = snapshot is not None and said.own_sha256 != self._section_of(snapshot, slug)
        return other or _is_newer(said, own)

    def _section_of(self, snapshot: DirectorySnapshot, slug: str) -> str:
        known = self._sections.get(slug)
        if known is None or known[0] is not snapshot:
            known = self._sections[slug] = (snapshot, list_sha256(snapshot.declared_by(slug)))
        return known[1]


def _is_newer(said: News, own: News) -> bool:
    """A list or content version that we lack; a mere restamp comes from the registry itself."""
    return said.trust_version > own.trust_version or said.head_version > own.head_version
