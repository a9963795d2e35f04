"""What carrying needs from outside: sealed messages for nodes that cannot be reached directly."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Protocol

from trust.post.sealing import Sealed

KEPT = timedelta(days=400)
"""How long the id of a message is remembered after its bytes have gone."""


class RelayStore(Protocol):
    """Sealed messages that wait for their recipients. Nothing in it can be read here."""

    def leave(self, sealed: Sealed, now: datetime) -> bool:
        """Keep the message; False when the very same one was left before.

        Raises:
            Refusal: RELAY_OTHER_MESSAGE for other bytes under a known id, RELAY_FULL.
        """
        ...

    def acknowledge(self, recipient: str, message_ids: Iterable[str], now: datetime) -> int:
        """The bytes of these messages of the recipient are gone; how many there were."""
        ...

    def waiting(self, recipient: str, limit: int) -> Iterator[Sealed]:
        """What waits for the recipient, oldest first, at most `limit`."""
        ...

    def depths(self) -> dict[str, int]:
        """How many messages wait, by recipient."""
        ...

    def next_batch(self, reader: str) -> int:
        """The number of the next batch file for that reader, from 1; each is given once."""
        ...

    def note_batch(self, writer: str, sequence: int) -> int:
        """The highest number read from that writer before; this one is noted."""
        ...
