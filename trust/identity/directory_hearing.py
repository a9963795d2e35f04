"""What comes by another way than a registry's head: from partners, or in a person's hand.

Nothing of it is believed more than what a registry hands over: a trust list by the council's
signatures, a head by a registry's, a part by its owner's.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from trust.envelope.dsse import Envelope
from trust.identity import reasons
from trust.identity.council import CouncilKeys
from trust.identity.declared import open_head
from trust.identity.directory import check_history
from trust.identity.directory_choice import Chooser
from trust.identity.directory_parts import part_sha256, read_label
from trust.identity.directory_snapshot import DirectorySnapshot, Stamp
from trust.identity.directory_tree import ListedPart
from trust.identity.verified_list import verify_trust_list


def hear_trust_list(
    snapshot: DirectorySnapshot, envelope: Envelope, council: CouncilKeys, now: datetime
) -> DirectorySnapshot:
    """The snapshot under a newer trust list that a partner or a person brought.

    The same snapshot when the list is the one in use. Every part is judged again: what a member
    that left had declared is gone.

    Raises:
        Refusal: refusals of `verify_trust_list`.
    """
    view = verify_trust_list(envelope, council, previous=snapshot.view, now=now)
    if view.version == snapshot.view.version:
        return snapshot
    chooser = Chooser(view, snapshot, now)
    for part in snapshot.parts():
        chooser.take(part.listing(), None)
    newest, floors, rejected = chooser.result()
    return replace(
        snapshot,
        view=view,
        trust_envelope=envelope,
        rejected=rejected,
        judged_at=now,
        floors=MappingProxyType(floors),
        _parts=MappingProxyType(newest),
    )


def hear_head(snapshot: DirectorySnapshot, envelope: Envelope, now: datetime) -> DirectorySnapshot:
    """The snapshot that knows of a newer head: its denials count at once.

    Where nothing else has changed since the head in use, the newer one is in use, with its age.

    Raises:
        Refusal: refusals of `open_head`; DIRECTORY_ROLLBACK, DIRECTORY_FORKED.
    """
    head = open_head(envelope, snapshot.view, now).statement
    stamp = Stamp(head=head, envelope=envelope)
    check_history(head, replace(snapshot, stamp=snapshot.heard), now)
    if head.root == snapshot.head.root:
        return replace(snapshot, stamp=stamp, heard=stamp)
    return replace(snapshot, heard=stamp)


def hear_parts(
    snapshot: DirectorySnapshot, envelopes: Iterable[Envelope], now: datetime
) -> DirectorySnapshot:
    """The snapshot with what its owners handed over themselves, where it is newer.

    The same snapshot when nothing is.

    Raises:
        Refusal: as `read_label`; a part that its signer may not declare is set aside.
    """
    lacking = [one for one in envelopes if snapshot.find(part_sha256(one)) is None]
    if not lacking:
        return snapshot
    chooser = Chooser(snapshot.view, snapshot, now)
    for envelope in lacking:
        label = read_label(envelope)
        entry = ListedPart(sha256=part_sha256(envelope), kind=label.kind, owner=label.owner)
        chooser.take(entry, envelope)
    chooser.keep(None)
    newest, floors, rejected = chooser.result()
    if {part.sha256 for part in newest.values()} == {part.sha256 for part in snapshot.parts()}:
        return snapshot
    refused = tuple(one for one in rejected if one.code != reasons.DIRECTORY_PART_HIDDEN.code)
    return replace(
        snapshot,
        rejected=(*snapshot.rejected, *refused),
        floors=MappingProxyType(floors),
        _parts=MappingProxyType(newest),
    )
