"""Carries sealed messages between nodes whose networks may not meet. It can read none of them.

What it learns: who leaves how many messages of which size class for whom, and when. A message is
taken from its own sender for an active member only, given to its recipient only, and kept until
the recipient says that it is durable there.
"""

import re
from collections.abc import Collection, Iterator

from federation_registry.domain.relay_reasons import RELAY_REQUEST, RELAY_SENDER
from federation_registry.ports import Clock
from federation_registry.relay_ports import RelayStore
from federation_registry.services.current_directory import CurrentDirectory
from records.refusal import Refusal
from trust.channel.reasons import MEMBER_DENIED
from trust.envelope.suites import Signer
from trust.post.batch import MOST_BYTES, MOST_MESSAGES, Carriage, read_batch, write_batch
from trust.post.sealing import Sealed, check_form

MOST_FETCHED = 100
MOST_ACKNOWLEDGED = 1000
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")


class CarryMessages:
    """The relay."""

    def __init__(self, store: RelayStore, directory: CurrentDirectory, clock: Clock) -> None:
        """Keep messages in `store`, for members of `directory`."""
        self._store = store
        self._directory = directory
        self._clock = clock

    def leave(self, caller: str, sealed: Sealed) -> bool:
        """The message waits for its recipient; False when it was left before.

        Raises:
            Refusal: RELAY_SENDER, RELAY_REQUEST, RELAY_OTHER_MESSAGE, RELAY_FULL, SEAL_INVALID,
                SEAL_TOO_LARGE, MEMBER_UNKNOWN, MEMBER_NOT_ACTIVE, MEMBER_DENIED.
        """
        address = sealed.address
        if address.sender != caller:
            raise Refusal(RELAY_SENDER)
        if not _ID.match(address.message_id):
            raise Refusal(RELAY_REQUEST, "message_id")
        check_form(sealed)
        self._verify_recipient(address.recipient)
        return self._store.leave(sealed, self._clock())

    def fetch(self, caller: str, acknowledged: Collection[str]) -> Iterator[Sealed]:
        """What waits for the caller, oldest first, after what it has stored was let go.

        Raises:
            Refusal: RELAY_REQUEST.
        """
        if len(acknowledged) > MOST_ACKNOWLEDGED:
            raise Refusal(RELAY_REQUEST, "acknowledged")
        self._store.acknowledge(caller, acknowledged, self._clock())
        return self._store.waiting(caller, MOST_FETCHED)

    def depths(self) -> dict[str, int]:
        """How many messages wait, by recipient."""
        return self._store.depths()

    def write_batch(self, reader: str, written_by: str, signer: Signer) -> tuple[bytes, int, int]:
        """(file, its number, messages in it): what waits for a node that nothing but files reach.

        The messages stay until a batch of that node acknowledges them.

        Raises:
            Refusal: MEMBER_UNKNOWN, MEMBER_NOT_ACTIVE, MEMBER_DENIED.
        """
        self._verify_recipient(reader)
        chosen: list[Sealed] = []
        size = 0
        for sealed in self._store.waiting(reader, MOST_MESSAGES):
            size += len(sealed.ciphertext)
            if size > MOST_BYTES // 2:
                break
            chosen.append(sealed)
        sequence = self._store.next_batch(reader)
        carriage = Carriage(
            written_by=written_by, meant_for=reader, sequence=sequence, created_at=self._clock()
        )
        return write_batch(carriage, chosen, (), signer), sequence, len(chosen)

    def read_batch(self, data: bytes, reader: str) -> dict[str, int]:
        """What a node's batch file brought: taken, duplicates, acknowledged, missing batches.

        Raises:
            Refusal: BATCH_*, RELAY_*, SEAL_* and those of members and envelopes.
        """
        now = self._clock()
        batch = read_batch(data, reader, self._directory.view(), now)
        writer = batch.manifest.written_by
        taken = [self.leave(writer, sealed) for sealed in batch.messages]
        gone = self._store.acknowledge(writer, batch.manifest.acknowledged, now)
        before = self._store.note_batch(writer, batch.manifest.sequence)
        return {
            "sequence": batch.manifest.sequence,
            "taken": sum(taken),
            "duplicates": len(taken) - sum(taken),
            "acknowledged": gone,
            "missing": max(0, batch.manifest.sequence - before - 1),
        }

    def _verify_recipient(self, recipient: str) -> None:
        self._directory.view().get_member(recipient, self._clock())
        if recipient in self._directory.denied():
            raise Refusal(MEMBER_DENIED)
