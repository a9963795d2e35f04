"""Fetching what a head leads to and is not here yet: lists level by level, then parts by hash.

What a list names is looked at before anything is verified, only to know what to ask for; every
list is hashed on arrival, and `build_snapshot` verifies the whole.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Protocol

from records.agreements import Agreement
from records.refusal import Refusal
from trust.envelope.dsse import Envelope
from trust.envelope.statement import decode
from trust.identity import reasons
from trust.identity.council import CouncilKeys
from trust.identity.directory import build_snapshot, newest_trust_list
from trust.identity.directory_parts import part_sha256
from trust.identity.directory_scope import Scope
from trust.identity.directory_snapshot import DirectorySnapshot
from trust.identity.directory_tree import Contents, group_of, list_sha256
from trust.identity.statements import DirectoryHead
from trust.identity.verified_list import TrustView

MOST_AT_ONCE = 500
_AGREED = "agreement"


class DirectorySource(Protocol):
    """Whoever hands out heads, lists and parts: a registry, a partner, a file."""

    def get_lists(self, sha256s: Sequence[str]) -> Sequence[bytes]:
        """Lists by hash, in the order asked."""
        ...

    def get_parts(self, sha256s: Sequence[str]) -> Sequence[Envelope]:
        """Parts by address, in the order asked."""
        ...

    def get_trust_list(self, sha256: str, held: Envelope | None) -> Envelope:
        """The trust list of that address; `held` is an older one, to send the difference."""
        ...


def fetch_snapshot(
    head: Envelope,
    source: DirectorySource,
    council: CouncilKeys,
    previous: DirectorySnapshot | None,
    clock: Callable[[], datetime],
    scope: Scope,
) -> DirectorySnapshot:
    """The directory under the head, as far as the scope reaches.

    Raises:
        Refusal: refusals of the source and of `build_snapshot`; `previous` stays in use.
    """
    fetching = _Fetching(source, previous, scope)
    said = decode(head.payload, DirectoryHead)
    fetching.take_trust_list(said.trust_list)
    _, view, _ = newest_trust_list(fetching.parts.values(), council, previous, clock())
    same_list = previous is not None and view.payload_sha256 == previous.view.payload_sha256
    if previous is None or said.root != previous.head.root or not same_list:
        fetching.take_contents(Contents(said.root, fetching.lists.get), view)
    return build_snapshot(
        head,
        fetching.parts.values(),
        council,
        previous,
        clock(),
        lists=fetching.lists.values(),
        scope=scope,
    )


class _Fetching:
    def __init__(
        self, source: DirectorySource, previous: DirectorySnapshot | None, scope: Scope
    ) -> None:
        self._source = source
        self._previous = previous
        self._scope = scope
        self.parts: dict[str, Envelope] = {}
        self.lists: dict[str, bytes] = dict(previous.lists) if previous is not None else {}

    def take_trust_list(self, sha256: str) -> None:
        held = self._previous
        if held is not None and sha256 in (part_sha256(held.trust_envelope), held.head.trust_list):
            return
        known = held.trust_envelope if held is not None else None
        self.parts[sha256] = self._source.get_trust_list(sha256, known)

    def take_contents(self, contents: Contents, view: TrustView) -> None:
        """Near sections first: they say with whom we have agreed."""
        self._take_lists([contents.root])
        near = self._scope.near(view)
        self._take_sections(contents, near, view)
        if self._scope.reads_all(view):
            self._take_lists(contents.groups().values())
            far = contents.names()
        else:
            far = self._scope.far(view, self._agreements(contents, near))
        self._take_sections(contents, far, view)

    def _take_sections(self, contents: Contents, names: Sequence[str], view: TrustView) -> None:
        groups = contents.groups()
        self._take_lists(groups[one] for one in map(group_of, names) if one in groups)
        self._take_lists(filter(None, map(contents.section_sha256, names)))
        whole = frozenset(self._scope.whole(view))
        self._take_parts(
            entry.sha256
            for name in names
            for entry in contents.parts(name)
            if self._scope.takes(name, entry, whole)
        )

    def _agreements(self, contents: Contents, near: Iterable[str]) -> list[Agreement]:
        """What our sections list as agreements of ours, and what we knew of before."""
        listed = [part for name in near for part in contents.parts(name) if part.kind == _AGREED]
        known = self._previous.agreements.values() if self._previous is not None else ()
        fetched = (self.parts[one.sha256] for one in listed if one.sha256 in self.parts)
        return [
            *(part.statement for part in known),
            *(decode(part.payload, Agreement) for part in fetched),
        ]

    def _take_lists(self, sha256s: Iterable[str]) -> None:
        wanted = [one for one in dict.fromkeys(sha256s) if one not in self.lists]
        for batch in _batches(wanted):
            for sha256, data in zip(batch, self._source.get_lists(batch), strict=True):
                if list_sha256(data) != sha256:
                    raise Refusal(reasons.DIRECTORY_INCOMPLETE, "another list was sent")
                self.lists[sha256] = data

    def _take_parts(self, sha256s: Iterable[str]) -> None:
        held = self._previous
        wanted = [
            one
            for one in dict.fromkeys(sha256s)
            if one not in self.parts and (held is None or held.find(one) is None)
        ]
        for batch in _batches(wanted):
            self.parts.update(zip(batch, self._source.get_parts(batch), strict=True))


def _batches(wanted: list[str]) -> Iterable[list[str]]:
    return (wanted[start : start + MOST_AT_ONCE] for start in range(0, len(wanted), MOST_AT_ONCE))
