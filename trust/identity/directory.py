"""Building the directory out of what a registry, or a partner, hands over. Nothing is believed.

A registry signs the head, owners sign the parts. The registry can withhold and can deny (`denied`
only takes rights away); it cannot invent, alter, turn back or make forgotten: a part older than
one already known is ignored, a second part with the same number is a fork and neither is used, a
part that was known stays until its owner replaces it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

from records.refusal import Refusal
from trust.envelope.dsse import Envelope
from trust.envelope.statement import decode
from trust.identity import reasons
from trust.identity.council import CouncilKeys
from trust.identity.declared import open_head
from trust.identity.directory_choice import Chooser, RejectedPart
from trust.identity.directory_parts import Declared, open_part, part_sha256
from trust.identity.directory_scope import EVERYTHING, Scope
from trust.identity.directory_snapshot import (
    DirectorySnapshot,
    Freshness,
    SavedDirectory,
    Stamp,
)
from trust.identity.directory_tree import Contents, list_sha256
from trust.identity.statements import DirectoryHead
from trust.identity.trust_list import TrustList
from trust.identity.verified_list import CLOCK_SKEW, TrustView, verify_trust_list

__all__ = [
    "Declared",
    "DirectorySnapshot",
    "Freshness",
    "RejectedPart",
    "build_snapshot",
    "check_history",
    "newest_trust_list",
    "part_sha256",
    "restore_snapshot",
]

MAX_TRUST_LISTS = 8
JUDGE_EVERY = timedelta(minutes=10)
"""Parts are judged again after this time also when nothing changed: a sign key may have ended."""


def build_snapshot(  # noqa: PLR0913 -- what a head leads to, beside what was known
    head_envelope: Envelope,
    parts: Iterable[Envelope],
    council: CouncilKeys,
    previous: DirectorySnapshot | None,
    now: datetime,
    *,
    lists: Iterable[bytes] = (),
    scope: Scope = EVERYTHING,
) -> DirectorySnapshot:
    """The directory under this head, or a refusal that leaves `previous` in use.

    Args:
        head_envelope: The registry's DirectoryHead.
        parts: At least every part in scope that is listed, the trust list among them; others are
            ignored. Parts that `previous` holds need not be given again.
        council: The pinned council keys.
        previous: What this participant used until now; None on a first start.
        now: Aware UTC.
        lists: Lists below the head's root that `previous` does not hold.
        scope: Which sections are read.

    Raises:
        Refusal: DIRECTORY_INCOMPLETE, DIRECTORY_ROLLBACK, DIRECTORY_FORKED,
            DIRECTORY_PART_INVALID, and the refusals of `verify_trust_list` and `open_statement`.
    """
    by_sha256 = {part_sha256(envelope): envelope for envelope in parts}
    # 1. The trust list first: nothing else can be believed without it.
    trust_envelope, view, outdated = newest_trust_list(by_sha256.values(), council, previous, now)
    # 2. The head, by a registry that the list names; it continues the head known before.
    head = open_head(head_envelope, view, now).statement
    stamp = Stamp(head=head, envelope=head_envelope)
    check_history(head, previous, now)
    known_trust = {part_sha256(trust_envelope), *outdated}
    if previous is not None:
        known_trust |= {part_sha256(previous.trust_envelope), previous.head.trust_list}
    if head.trust_list not in known_trust:
        raise Refusal(reasons.DIRECTORY_INCOMPLETE, "trust list")
    if previous is not None and not outdated and _is_same(head, view, previous, now):
        return replace(previous, stamp=stamp, heard=_newest(stamp, previous))
    # 3. Every list and part in scope is here; 4. each part by who may declare it;
    # 5. the newest of each, never older than known, none forgotten.
    found = {list_sha256(data): data for data in lists}
    if previous is not None:
        found = {**previous.lists, **found}
    contents = Contents(head.root, found.get)
    chooser = Chooser(view, previous, now)
    read = _take(contents, chooser, by_sha256, scope, view)
    # A section that is no longer listed counts as read: whole sections can be hidden too.
    chooser.keep(None if scope.reads_all(view) else read)
    newest, floors, rejected = chooser.result()
    used = contents.used(read)
    return DirectorySnapshot(
        view=view,
        stamp=stamp,
        heard=_newest(stamp, previous),
        trust_envelope=trust_envelope,
        rejected=(*rejected, *outdated.values()),
        lists=MappingProxyType({sha256: found[sha256] for sha256 in sorted(used)}),
        listed=frozenset(part.sha256 for name in read for part in contents.parts(name)),
        judged_at=now,
        floors=MappingProxyType(floors),
        _parts=MappingProxyType(newest),
    )


def restore_snapshot(saved: SavedDirectory, council: CouncilKeys) -> DirectorySnapshot:
    """The snapshot that was in use, verified again as of the instants at which it was accepted.

    Raises:
        Refusal: refusals of `verify_trust_list` and `open_part`; STATEMENT_MALFORMED.
    """
    view = verify_trust_list(saved.trust, council, previous=None, now=saved.accepted_at)
    opened = [open_part(envelope, view, saved.judged_at) for envelope in saved.parts]
    return DirectorySnapshot(
        view=view,
        stamp=_restore_stamp(saved.head, view, saved.accepted_at),
        heard=_restore_stamp(saved.heard, view, saved.accepted_at),
        trust_envelope=saved.trust,
        rejected=(),
        lists=MappingProxyType({list_sha256(data): data for data in saved.lists}),
        listed=saved.listed,
        judged_at=saved.judged_at,
        floors=MappingProxyType(dict(saved.floors)),
        _parts=MappingProxyType({(part.kind, part.subject): part for part in opened}),
    )


def _restore_stamp(envelope: Envelope, view: TrustView, accepted_at: datetime) -> Stamp:
    try:
        head = open_head(envelope, view, accepted_at).statement
    except Refusal:
        # The council has since replaced the registry's key: what it stamped before was accepted
        # here and keeps its age. Whoever writes in our folder has our keys and needs no head.
        head = decode(envelope.payload, DirectoryHead)
    return Stamp(head=head, envelope=envelope)


def _take(
    contents: Contents,
    chooser: Chooser,
    by_sha256: Mapping[str, Envelope],
    scope: Scope,
    view: TrustView,
) -> tuple[str, ...]:
    """Every listed part in scope was considered; the sections that were read."""
    whole = frozenset(scope.whole(view))

    def read(section: str) -> None:
        for entry in contents.parts(section):
            if not scope.takes(section, entry, whole):
                continue
            if entry.sha256 not in by_sha256 and not chooser.is_known(entry.sha256):
                raise Refusal(reasons.DIRECTORY_INCOMPLETE, "a listed part is missing")
            chooser.take(entry, by_sha256.get(entry.sha256))

    near = scope.near(view)
    for section in near:
        read(section)
    agreed = [part.statement for part in chooser.newest("agreement")]
    far = contents.names() if scope.reads_all(view) else scope.far(view, agreed)
    for section in far:
        read(section)
    return tuple(dict.fromkeys((*near, *far)))


def newest_trust_list(
    parts: Iterable[Envelope],
    council: CouncilKeys,
    previous: DirectorySnapshot | None,
    now: datetime,
) -> tuple[Envelope, TrustView, dict[str, RejectedPart]]:
    """The newest trust list among the parts and the one known; older ones are set aside.

    Raises:
        Refusal: DIRECTORY_INCOMPLETE when there is none; refusals of `verify_trust_list` but that
            of an older list.
    """
    envelopes = [part for part in parts if part.payload_type == TrustList.PAYLOAD_TYPE]
    found: list[tuple[Envelope, TrustView]] = []
    outdated: dict[str, RejectedPart] = {}
    if previous is not None:
        found.append((previous.trust_envelope, previous.view))
    known = None if previous is None else previous.view
    for envelope in envelopes[:MAX_TRUST_LISTS]:
        try:
            found.append((envelope, verify_trust_list(envelope, council, previous=known, now=now)))
        except Refusal as refusal:
            if refusal.reason is not reasons.TRUST_LIST_ROLLBACK:
                raise
            sha256 = part_sha256(envelope)
            outdated[sha256] = RejectedPart(
                sha256=sha256, kind="trust_list", owner="", code=refusal.code
            )
    if not found:
        raise Refusal(reasons.DIRECTORY_INCOMPLETE, "no trust list")
    envelope, view = max(found, key=lambda pair: pair[1].version)
    return envelope, view, outdated


def check_history(head: DirectoryHead, previous: DirectorySnapshot | None, now: datetime) -> None:
    """Return only if the head continues what is known.

    Raises:
        Refusal: DIRECTORY_PART_INVALID, DIRECTORY_ROLLBACK, DIRECTORY_FORKED.
    """
    if head.issued_at > now + CLOCK_SKEW:
        raise Refusal(reasons.DIRECTORY_PART_INVALID, "head is issued in the future")
    if previous is None:
        return
    known = previous.head
    if head.version < known.version or head.issued_at < known.issued_at:
        raise Refusal(reasons.DIRECTORY_ROLLBACK, f"head {head.version} after {known.version}")
    if head.version == known.version and head.root != known.root:
        raise Refusal(reasons.DIRECTORY_FORKED, f"head version {head.version}")


def _is_same(
    head: DirectoryHead, view: TrustView, previous: DirectorySnapshot, now: datetime
) -> bool:
    """Whether only the stamp is new, and the parts were judged a moment ago."""
    return (
        head.root == previous.head.root
        and view.payload_sha256 == previous.view.payload_sha256
        and now - previous.judged_at < JUDGE_EVERY
    )


def _newest(stamp: Stamp, previous: DirectorySnapshot | None) -> Stamp:
    if previous is not None and previous.heard.head.version > stamp.head.version:
        return previous.heard
    return stamp
