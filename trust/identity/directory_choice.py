"""Which part of several is used: the newest of each, never one older than known.

A part below its floor is a rollback and is not used; two different parts with the same number are
a fork, and then neither is used until a newer one comes. A part known before stays in use, also
when the registry no longer lists it: only its owner replaces it, and only the trust list ends its
owner. Whoever holds the registry's key can thus hide nothing from those who have seen it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from records.refusal import Reason, Refusal
from trust.envelope.dsse import Envelope
from trust.identity import reasons
from trust.identity.directory_parts import Declared, open_part, part_sha256
from trust.identity.directory_tree import ListedPart
from trust.identity.statements import KeyStatement
from trust.identity.verified_list import TrustView

PartKey = tuple[str, str]
"""(kind, subject)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedPart:
    """A part that is not used, or used although it is not listed, and why: for log and console."""

    sha256: str
    kind: str
    owner: str
    """As the directory lists it."""
    code: str
    """Reason code."""


class Known(Protocol):
    """What was in use before."""

    @property
    def floors(self) -> Mapping[PartKey, int]:
        """Lowest sequence that is still accepted."""
        ...

    def parts(self) -> tuple[Declared[Any], ...]:
        """Every part that was in use."""
        ...


class Chooser:
    """Takes the listed parts one by one and keeps the newest of each."""

    def __init__(self, view: TrustView, previous: Known | None, now: datetime) -> None:
        """Begin with the floors and the parts that were known."""
        self._view = view
        self._now = now
        self._before = {} if previous is None else previous.floors
        self._floors = dict(self._before)
        known = () if previous is None else previous.parts()
        self._known = {(part.kind, part.subject): part for part in known}
        self._by_sha256 = {part.sha256: part for part in known}
        self._newest: dict[PartKey, Declared[Any]] = {}
        self._rejected: dict[str, RejectedPart] = {}
        self._taken: set[str] = set()

    def is_known(self, sha256: str) -> bool:
        """Whether the part was in use before: it need not be fetched again."""
        return sha256 in self._by_sha256

    def take(self, entry: ListedPart, envelope: Envelope | None) -> None:
        """Consider one part that is listed; `envelope` may be None where it is known."""
        if entry.sha256 in self._taken:
            return
        self._taken.add(entry.sha256)
        try:
            part = self._open(entry, envelope)
            if part.kind != entry.kind:
                raise Refusal(reasons.DIRECTORY_PART_INVALID, "listed as another kind")
            self._choose(part, entry)
        except Refusal as refusal:
            self._reject(entry, refusal.reason)

    def newest(self, kind: str) -> tuple[Declared[Any], ...]:
        """What is in use of that kind so far, also parts known before."""
        kept = self._known | self._newest
        return tuple(part for key, part in sorted(kept.items()) if key[0] == kind)

    def keep(self, sections: Iterable[str] | None) -> None:
        """Known parts of these sections (None = of all) that are not listed now stay in use."""
        read = None if sections is None else frozenset(sections)
        for key, part in sorted(self._known.items()):
            unread = read is not None and read.isdisjoint(part.sections)
            if key in self._newest or unread or _is_over(part, self._now):
                continue
            try:
                self._newest[key] = open_part(part.envelope, self._view, self._now, part)
            except Refusal as refusal:
                self._reject(part.listing(), refusal.reason)
                continue
            if part.sha256 not in self._taken:
                self._reject(part.listing(), reasons.DIRECTORY_PART_HIDDEN)

    def result(
        self,
    ) -> tuple[dict[PartKey, Declared[Any]], dict[PartKey, int], tuple[RejectedPart, ...]]:
        """Newest parts, floors, and what was set aside."""
        return self._newest, self._floors, tuple(self._rejected.values())

    def _open(self, entry: ListedPart, envelope: Envelope | None) -> Declared[Any]:
        known = self._by_sha256.get(entry.sha256)
        if known is not None:
            return open_part(known.envelope, self._view, self._now, known)
        if envelope is None or part_sha256(envelope) != entry.sha256:
            raise Refusal(reasons.DIRECTORY_PART_INVALID, "listed under another hash")
        return open_part(envelope, self._view, self._now)

    def _choose(self, part: Declared[Any], entry: ListedPart) -> None:
        key = (part.kind, part.subject)
        known = self._newest.get(key, self._known.get(key))
        floor = self._floors.get(key, part.sequence)
        if known is not None and _is_fork(part, known):
            # Neither is used, and nothing with this number ever again.
            self._newest.pop(key, None)
            self._known.pop(key, None)
            self._floors[key] = part.sequence + 1
            self._reject(entry, reasons.DIRECTORY_FORKED)
        elif part.sequence < self._before.get(key, part.sequence):
            # The newer part of before stays: see `keep`.
            self._reject(entry, reasons.DIRECTORY_ROLLBACK)
            if key in self._known:
                self._taken.add(self._known[key].sha256)
        elif part.sequence < floor:
            # Listed beside a newer one: a registry that is slow to unlist does no harm.
            return
        else:
            self._newest[key] = part
            self._floors[key] = part.sequence

    def _reject(self, entry: ListedPart, reason: Reason) -> None:
        self._rejected[entry.sha256] = RejectedPart(
            sha256=entry.sha256, kind=entry.kind, owner=entry.owner, code=reason.code
        )


def _is_fork(part: Declared[Any], known: Declared[Any]) -> bool:
    return part.sequence == known.sequence and part.envelope_id != known.envelope_id


def _is_over(part: Declared[Any], now: datetime) -> bool:
    """Whether the part ended by itself: nobody need keep a key of the past."""
    statement = part.statement
    return isinstance(statement, KeyStatement) and now >= statement.not_after
