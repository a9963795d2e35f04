"""Carries what waits: through the relay every few seconds, or in files that a person takes along.

Both ways move the same messages with the same ids, so that a file lost on the way, a file read
twice, and a relay used in between change nothing but the time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from node.ports import EventLog
from node.post_ports import Carrier, PostBook
from node.services.house import House
from node.services.open_post import UNDECIDED, OpenPost
from records.refusal import Refusal
from trust.post.batch import MOST_BYTES, MOST_MESSAGES, Carriage, read_batch, write_batch
from trust.post.reasons import BATCH_ALREADY_READ
from trust.post.sealing import Sealed

EVERY = timedelta(seconds=2)
SELDOM = timedelta(minutes=1)
AGAIN = timedelta(hours=1)
"""A message without a reply goes to the relay once more after this time: the same bytes."""
AGAIN_BY_FILE = timedelta(days=1)
_LOOK_EVERY = timedelta(seconds=1)
_AT_ONCE = 50
_MOST_TOLD = 900
_MOST_REJECTED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What a batch file brought."""

    written_by: str
    sequence: int
    new: int
    duplicates: int
    refused: int
    left: int
    """Could not be decided now: import the same file again."""
    missing: int
    """Batches of this writer between the last one and this that were never imported."""


class CarryByRelay:
    """A duty of the node's worker."""

    def __init__(
        self,
        house: House,
        book: PostBook,
        post: OpenPost,
        relay: tuple[str, Carrier],
        log: EventLog,
        *,
        often: bool,
    ) -> None:
        """`relay` is the relay's participant id and the way to it.

        `often`: this node is reached by post only; others look every minute while nothing of
        theirs is underway.
        """
        self._house = house
        self._book = book
        self._post = post
        self._name, self._relay = relay
        self._log = log
        self._look_at = self._due = house.clock()
        self._rejected: list[str] = []
        self._often = often

    def run(self) -> int:
        """How many messages were left and fetched. Raises Refusal: as the relay answers."""
        now = self._house.clock()
        if now < self._look_at:
            return 0
        self._look_at = now + _LOOK_EVERY
        counts = self._book.counts()
        if not counts["waiting"] and now < self._due:
            return 0
        is_busy = self._often or bool(counts["carried"]) or bool(counts["waiting"])
        self._due = now + (EVERY if is_busy else SELDOM)
        moved = self._leave(now) + self._fetch()
        if moved:
            self._look_at = self._due = now
        return moved

    def _leave(self, now: datetime) -> int:
        waiting = self._book.to_carry(now - AGAIN, _AT_ONCE)
        for sealed in waiting:
            self._relay.send(sealed)
            self._book.carried([sealed.address.message_id], now)
        return len(waiting)

    def _fetch(self) -> int:
        told = list(self._book.unacknowledged(self._name, _MOST_TOLD))
        rejected, self._rejected = self._rejected, []
        taken = 0
        for sealed in self._relay.fetch([*told, *rejected]):
            taken += self._take(sealed)
        self._book.acknowledged(self._name, told)
        return taken

    def _take(self, sealed: Sealed) -> int:
        try:
            return int(self._post.take(sealed, self._name) == "new")
        except Refusal as refusal:
            self._log.note("post_not_taken", code=refusal.code, peer=sealed.address.sender)
            if refusal.reason.kind not in UNDECIDED and len(self._rejected) < _MOST_REJECTED:
                # It will never be taken: the relay need not keep it. Nothing is noted as seen,
                # so that a genuine message under the same id is still welcome.
                self._rejected.append(sealed.address.message_id)
            return 0


class CarryByFile:
    """Export and import of batch files."""

    def __init__(self, house: House, book: PostBook, post: OpenPost) -> None:
        """Of this house."""
        self._house = house
        self._book = book
        self._post = post

    def export(self, reader: str, *, everything: bool, again: bool) -> tuple[bytes, int, int]:
        """(file, its number, messages in it) for `reader`.

        `everything` takes messages for all nodes along, for a relay that passes them on; `again`
        takes those too that left with an earlier file of this day.
        """
        house, now = self._house, self._house.clock()
        since = now + timedelta(seconds=1) if again else now - AGAIN_BY_FILE
        wanted = self._book.to_write("" if everything else reader, since, MOST_MESSAGES)
        chosen = _within_bounds(wanted)
        told = list(self._book.unacknowledged(reader, _MOST_TOLD))
        sequence = self._book.next_batch(reader)
        carriage = Carriage(
            written_by=house.node_id, meant_for=reader, sequence=sequence, created_at=now
        )
        data = write_batch(carriage, chosen, told, house.signer)
        return data, sequence, len(chosen)

    def exported(self, data: bytes, reader: str) -> None:
        """The file is on its medium: what is in it counts as carried."""
        house, now = self._house, self._house.clock()
        batch = read_batch(data, reader, house.directory.current().view, now)
        self._book.carried([one.message_id for one in batch.manifest.messages], now)
        self._book.acknowledged(reader, batch.manifest.acknowledged)

    def import_(self, data: bytes, note: Callable[[str], None]) -> Imported:
        """What the file brought; reading it twice, or half of it, does no harm.

        Raises:
            Refusal: BATCH_MALFORMED, BATCH_MISADDRESSED, BATCH_ALREADY_READ, and those of members
                and envelopes.
        """
        house = self._house
        view = house.directory.current().view
        batch = read_batch(data, house.node_id, view, house.clock())
        writer = batch.manifest.written_by
        settled = self._book.settled(batch.manifest.acknowledged)
        counts = {"new": 0, "duplicate": 0, "refused": 0, "left": 0}
        for sealed in batch.messages:
            try:
                counts[self._post.take(sealed, writer)] += 1
            except Refusal as refusal:
                counts["left"] += 1
                note(refusal.line())
        before = self._book.note_batch(writer, batch.manifest.sequence)
        if batch.messages and counts["duplicate"] == len(batch.messages) and not settled:
            raise Refusal(BATCH_ALREADY_READ, f"{writer} {batch.manifest.sequence}")
        return Imported(
            written_by=writer,
            sequence=batch.manifest.sequence,
            new=counts["new"],
            duplicates=counts["duplicate"],
            refused=counts["refused"],
            left=counts["left"],
            missing=max(0, batch.manifest.sequence - before - 1),
        )


def _within_bounds(wanted: Sequence[Sealed]) -> list[Sealed]:
    chosen: list[Sealed] = []
    size = 0
    for sealed in wanted:
        size += len(sealed.ciphertext)
        if size > MOST_BYTES // 2:
            break
        chosen.append(sealed)
    return chosen
