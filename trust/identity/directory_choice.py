"""Which part of several is used: the newest of each, never one older than known.

A part below its floor is a rollback and is not used; two different parts with the same number are
a fork, and then neither is used until a newer one comes. The part known before stays when the
registry offers an older one, if it still verifies under the present trust list.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from records.refusal import Reason, Refusal
from trust.envelope.dsse import Envelope
from trust.identity import reasons
from trust.identity.directory_parts import Declared, kind_of, open_part, part_sha256
from trust.identity.statements import ListedPart
from trust.identity.verified_list import TrustView

PartKey = tuple[str, str]
"""(kind, subject)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedPart:
    """A listed part that is not used, and why: for the log and the console."""

    sha256: str
    kind: str
    owner: str
    """As the head lists it."""
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
        self._floors = {} if previous is None else dict(previous.floors)
        known = () if previous is None else previous.parts()
        self._known = {(part.kind, part.subject): part for part in known}
        self._newest: dict[PartKey, Declared[Any]] = {}
        self._rejected: list[RejectedPart] = []

    def take(self, envelope: Envelope, entry: ListedPart) -> None:
        """Consider one part that the head lists."""
        try:
            if kind_of(envelope) != entry.kind or part_sha256(envelope) != entry.sha256:
                raise Refusal(reasons.DIRECTORY_PART_INVALID, "listed as another kind")
            if entry.kind != "trust_list":
                self._choose(open_part(envelope, self._view, self._now), entry)
        except Refusal as refusal:
            self._reject(entry, refusal.reason)

    def result(
        self,
    ) -> tuple[dict[PartKey, Declared[Any]], dict[PartKey, int], tuple[RejectedPart, ...]]:
        """Newest parts, floors, and what was set aside."""
        return self._newest, self._floors, tuple(self._rejected)

    def _choose(self, part: Declared[Any], entry: ListedPart) -> None:
        key = (part.kind, part.subject)
        known = self._newest.get(key, self._known.get(key))
        floor = self._floors.get(key, part.sequence)
        if known is not None and self._is_fork(part, known):
            # Neither is used, and nothing with this number ever again.
            self._newest.pop(key, None)
            self._known.pop(key, None)
            self._floors[key] = part.sequence + 1
            self._reject(entry, reasons.DIRECTORY_FORKED)
        elif part.sequence < floor:
            self._keep_known(key)
            self._reject(entry, reasons.DIRECTORY_ROLLBACK)
        else:
            self._newest[key] = part
            self._floors[key] = part.sequence

    def _keep_known(self, key: PartKey) -> None:
        """The newer part of before stays in use, if it still verifies."""
        known = self._known.get(key)
        if known is not None and key not in self._newest:
            self._newest[key] = open_part(known.envelope, self._view, self._now)

    def _is_fork(self, part: Declared[Any], known: Declared[Any]) -> bool:
        return part.sequence == known.sequence and part.envelope_id != known.envelope_id

    def _reject(self, entry: ListedPart, reason: Reason) -> None:
        self._rejected.append(
            RejectedPart(sha256=entry.sha256, kind=entry.kind, owner=entry.owner, code=reason.code)
        )
