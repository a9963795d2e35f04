"""What came by post: opened, proved, handed to the same use cases as a partner's call.

A message is processed once, whatever way and how often it comes; the second time its replies are
carried again. The statements inside have their own protection against repetition, so that a crash
between the use case and our own note costs a second, equal receipt and nothing else.

1 seen before? 2 opens, and its sender signed it 3 a reply: to a message of ours, from whom we
asked 4 a statement: act token bound to this message and this statement, then the use case
"""

from collections.abc import Callable
from datetime import timedelta

from node.domain.exchange_reasons import WRONG_SENDER
from node.post_ports import Outgoing, PostBook, PostKeys
from node.services.arrivals import Arrival
from node.services.give_file import GiveFile
from node.services.house import House
from node.services.receive_answer import ReceiveAnswer
from node.services.receive_request import ReceiveRequest
from node.services.reception import Reception
from records.post import FETCH, PIECE, RECEIPT, REFUSAL, PostItem
from records.refusal import Kind, Refusal
from trust.envelope.act_token import ActClaims, verify_act_token
from trust.envelope.dsse import envelope_from_json, envelope_id, envelope_to_json
from trust.envelope.reasons import ACT_TOKEN_MISBOUND
from trust.identity.declared import hpke_key_of
from trust.post.items import open_item, post_binding, seal_item
from trust.post.pieces import split_file
from trust.post.reasons import ITEM_MISADDRESSED, SEAL_KEY_UNKNOWN
from trust.post.sealing import Sealed

_LONGEST_CARRIAGE = timedelta(days=30)
"""An act token is judged by the moment of sealing; a letter older than this is not opened."""
_REPLIES = frozenset({RECEIPT, REFUSAL, PIECE})
UNDECIDED = frozenset({Kind.UNAVAILABLE, Kind.EXHAUSTED})
"""Kinds of refusals after which the same message may be tried again."""


class OpenPost:
    """Takes sealed messages in."""

    def __init__(
        self,
        house: House,
        book: PostBook,
        keys: PostKeys,
        desks: tuple[ReceiveRequest, ReceiveAnswer, GiveFile],
    ) -> None:
        """Hand what comes to `desks`."""
        self._house = house
        self._book = book
        self._keys = keys
        requests, answers, self._files = desks
        self._reception = Reception(house, requests, answers)

    def take(self, sealed: Sealed, via: str) -> str:
        """What became of the message: "new", "duplicate" or "refused"; durable on return.

        Raises:
            Refusal: while it cannot be decided (a store that is busy, a directory that is behind):
                the message stays where it is and comes again. Also for messages of strangers.
        """
        address = sealed.address
        # 1. Seen before: its replies are carried once more, nothing else happens.
        if self._book.is_seen(address.sender, address.message_id):
            self._book.carry_replies_again(address.message_id)
            return "duplicate"
        if address.recipient != self._house.node_id:
            raise Refusal(ITEM_MISADDRESSED, "recipient")
        # 2. It opens, and its sender signed it.
        view, now = self._house.directory.current().view, self._house.clock()
        try:
            item = open_item(sealed, self._keys.keys(), view, now).item
        except Refusal as refusal:
            return self._cannot_open(sealed, refusal, via)
        # 3. A reply to one of ours.
        if item.kind in _REPLIES:
            self._keep_reply(item, via)
            return "new"
        # 4. A statement for one of our desks.
        return self._process(item, via)

    def _process(self, item: PostItem, via: str) -> str:
        try:
            claims = self._verify_act(item)
            replies = [self._reply(item, **reply) for reply in self._serve(item)]
        except Refusal as refusal:
            if refusal.reason.kind in UNDECIDED:
                raise
            refused = self._reply(item, kind=REFUSAL, code=refusal.code)
            self._book.processed(item, via, [refused], "", self._house.clock())
            return "refused"
        token = f"{claims.issuer}/{claims.token_id}"
        self._book.processed(item, via, replies, token, self._house.clock())
        return "new"

    def _serve(self, item: PostItem) -> list[dict[str, object]]:
        """What goes back, as fields of the replies."""
        if item.kind == FETCH:
            content = self._files.give(item.sender, item.case_no, item.file_sha256)
            return [
                {
                    "kind": PIECE,
                    "file_sha256": item.file_sha256,
                    "offset": piece.offset,
                    "data": piece.data,
                    "last": piece.last,
                }
                for piece in split_file(content)
            ]
        envelope = envelope_from_json(item.envelope.encode())
        receipt = self._reception.receive(Arrival(sender=item.sender, envelope=envelope))
        return [{"kind": RECEIPT, "envelope": envelope_to_json(receipt).decode()}]

    def _verify_act(self, item: PostItem) -> ActClaims:
        """The act token, as of the moment of sealing, for this statement in this message."""
        house, now = self._house, self._house.clock()
        if now - item.sealed_at > _LONGEST_CARRIAGE:
            raise Refusal(ITEM_MISADDRESSED, "older than 30 days")
        bound_to = envelope_id(envelope_from_json(item.envelope.encode())) if item.envelope else ""
        claims = verify_act_token(
            item.act_token,
            keys=house.directory.current().view.sign_keys(item.sender, now),
            audience=house.node_id,
            peer=item.sender,
            peer_certificate_sha256=post_binding(item),
            envelope_id=bound_to,
            now=item.sealed_at,
        )
        if claims.case_no != item.case_no:
            raise Refusal(ACT_TOKEN_MISBOUND, "case")
        return claims

    def _keep_reply(self, item: PostItem, via: str) -> None:
        """Durable, if it answers a message that we sent to that very partner."""
        asked = self._book.find_sent(item.in_reply_to)
        if asked != item.sender:
            raise Refusal(WRONG_SENDER, item.sender[:32])
        self._book.keep_reply(item, via, self._house.clock())
        self._book.settled([item.in_reply_to])

    def _cannot_open(self, sealed: Sealed, refusal: Refusal, via: str) -> str:
        """A message for a key that we have no more is answered, so that it is sealed anew."""
        if refusal.reason is not SEAL_KEY_UNKNOWN:
            raise refusal
        address = sealed.address
        item = PostItem(
            message_id=address.message_id,
            sender=address.sender,
            recipient=address.recipient,
            sealed_at=self._house.clock(),
            kind=FETCH,
        )
        reply = self._reply(item, kind=REFUSAL, code=refusal.code)
        self._book.processed(item, via, [reply], "", self._house.clock())
        return "refused"

    def _reply(self, item: PostItem, **fields: object) -> Outgoing:
        house, now = self._house, self._house.clock()
        snapshot = house.directory.current()
        make: Callable[..., PostItem] = PostItem
        reply = make(
            message_id=house.new_id(),
            sender=house.node_id,
            recipient=item.sender,
            sealed_at=now,
            in_reply_to=item.message_id,
            case_no=item.case_no,
            **fields,
        )
        key = hpke_key_of(snapshot.get_key(item.sender, "hpke", "", now).statement)
        sealed = seal_item(reply, house.signer, key)
        return Outgoing(sealed=sealed, origin=item.message_id, made_at=now)
