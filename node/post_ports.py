"""What sending by post needs from outside: a store of sealed messages, keys, and a carrier."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from records.post import PostItem
from trust.post.sealing import Sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A sealed message of ours, from sealing until its reply or the other side's word."""

    sealed: Sealed
    origin: str
    """What it was made for: an outbox id, a file, or the message that it replies to."""
    made_at: datetime


class PostBook(Protocol):
    """Sealed messages out, ids of messages in, replies. Every method is one transaction."""

    def find_outgoing(self, origin: str) -> Outgoing | None:
        """The newest message that was sealed for that purpose."""
        ...

    def find_sent(self, message_id: str) -> str:
        """To whom a message of ours was sealed; empty = there is no such message."""
        ...

    def put_outgoing(self, messages: Sequence[Outgoing]) -> None:
        """The messages wait to be carried; one that is known already is no change."""
        ...

    def drop_outgoing(self, origin: str) -> None:
        """Forget what was sealed for that purpose: it will be sealed anew."""
        ...

    def to_carry(self, again: datetime, limit: int) -> Sequence[Sealed]:
        """Messages that were never carried, or last before `again`; oldest first."""
        ...

    def to_write(self, recipient: str, again: datetime, limit: int) -> Sequence[Sealed]:
        """The same for a batch file; `recipient` empty = for everybody."""
        ...

    def carried(self, message_ids: Iterable[str], now: datetime) -> None:
        """These messages left the house at that instant."""
        ...

    def settled(self, message_ids: Iterable[str]) -> int:
        """The other side stored these: they are not carried again; how many there were."""
        ...

    def is_seen(self, sender: str, message_id: str) -> bool:
        """Whether the message was processed."""
        ...

    def processed(
        self, item: PostItem, via: str, replies: Sequence[Outgoing], token: str, now: datetime
    ) -> None:
        """The item was processed: its id is remembered and its replies wait, at once.

        `via` is who brought it; `token` is the (issuer, jti) of its act token, empty = none.

        Raises:
            Refusal: POST_TOKEN_REPLAYED.
        """
        ...

    def carry_replies_again(self, in_reply_to: str) -> int:
        """The replies to a message that came once more wait again; how many there are."""
        ...

    def keep_reply(self, item: PostItem, via: str, now: datetime) -> None:
        """The reply to a message of ours is durable; the same one again is no change."""
        ...

    def replies(self, in_reply_to: str) -> Sequence[PostItem]:
        """Replies to a message of ours, by offset."""
        ...

    def unacknowledged(self, via: str, limit: int) -> Sequence[str]:
        """Ids of messages that `via` brought and was not told about yet."""
        ...

    def acknowledged(self, via: str, message_ids: Iterable[str]) -> None:
        """`via` was told that these are durable here."""
        ...

    def next_batch(self, reader: str) -> int:
        """The number of the next batch file for that reader, from 1."""
        ...

    def note_batch(self, writer: str, sequence: int) -> int:
        """The highest number read from that writer before; this one is noted."""
        ...

    def counts(self) -> Mapping[str, int]:
        """waiting, carried, seen, replies."""
        ...


class PostKeys(Protocol):
    """The node's own X25519 keys."""

    def keys(self) -> Mapping[str, X25519PrivateKey]:
        """Every key that still opens messages, by kid."""
        ...


class Carrier(Protocol):
    """The relay."""

    def send(self, sealed: Sealed) -> None:
        """The relay keeps the message. Raises Refusal: as the relay answers."""
        ...

    def fetch(self, acknowledged: Sequence[str]) -> Iterator[Sealed]:
        """What waits for us; what we acknowledge is let go."""
        ...
