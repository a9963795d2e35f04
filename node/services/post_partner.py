"""A partner that only letters reach: what is sent waits for its receipt, and the outbox with it.

To the outbox it is a partner like every other. `send` seals the statement once, under the
outbox's own message id, and answers with the receipt when that has come; until then it says
POST_UNDERWAY and is asked again. So deadlines, dead letters and receipts are those of every
exchange (trust.md §7).
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

from node.domain.cases import OutboxMessage
from node.domain.identifiers import new_uuid7
from node.domain.post_reasons import POST_ONLY_LETTERS, POST_UNDERWAY
from node.post_ports import Outgoing, PostBook
from node.services.arrivals import SUBMIT
from node.services.house import House
from records.post import DELIVER, FETCH, PIECE, RECEIPT, REFUSAL, PostItem
from records.post import SUBMIT as SUBMITTED
from records.refusal import Reason, Refusal
from trust.channel.reasons import PARTNER_REFUSED
from trust.envelope.act_token import ActClaims, issue_act_token
from trust.envelope.dsse import Envelope, envelope_from_json, envelope_to_json
from trust.identity.declared import hpke_key_of
from trust.post.items import post_binding, seal_item
from trust.post.pieces import join_pieces
from trust.post.reasons import SEAL_KEY_UNKNOWN

_TOKEN_LIFE = timedelta(seconds=120)


class PostPartner:
    """`Partner` by relay or gateway."""

    def __init__(self, house: House, book: PostBook, known: Mapping[str, Reason]) -> None:
        """`known` are the reasons that a partner's refusal may name."""
        self._house = house
        self._book = book
        self._known = known

    def send(self, message: OutboxMessage) -> Envelope:
        """The receipt, once it has come back.

        Raises:
            Refusal: POST_UNDERWAY, what the partner refused, and those of directory and keys.
        """
        origin = message.message_id
        for reply in self._replies(origin):
            if reply.kind == RECEIPT:
                return envelope_from_json(reply.envelope.encode())
            self._refuse(reply, origin)
        kind = SUBMITTED if message.kind == SUBMIT else DELIVER
        # A message that could not be opened is sealed anew, and then it is another message.
        is_first = not self._book.replies(origin)
        item = PostItem(
            message_id=origin if is_first else self._house.new_id(),
            sender=self._house.node_id,
            recipient=message.recipient,
            sealed_at=self._house.clock(),
            kind=kind,
            case_no=message.case_no,
            envelope=envelope_to_json(message.envelope).decode(),
        )
        self._seal_once(origin, item, message.act, message.envelope_id)
        raise Refusal(POST_UNDERWAY)

    def fetch_file(self, node_id: str, case_no: str, sha256: str) -> Iterator[bytes]:
        """The file's bytes, once every piece has come.

        Raises:
            Refusal: POST_UNDERWAY, FILE_DAMAGED, what the partner refused, and those of keys.
        """
        origin = f"fetch/{node_id}/{case_no}/{sha256}"
        replies = self._replies(origin)
        for reply in replies:
            self._refuse(reply, origin)
        data = join_pieces([reply for reply in replies if reply.kind == PIECE], sha256)
        if data is not None:
            yield data
            return
        item = PostItem(
            message_id=self._house.new_id(),
            sender=self._house.node_id,
            recipient=node_id,
            sealed_at=self._house.clock(),
            kind=FETCH,
            case_no=case_no,
            file_sha256=sha256,
        )
        self._seal_once(origin, item, {}, "")
        raise Refusal(POST_UNDERWAY)

    def locate(
        self, node_id: str, question: Envelope, act: Mapping[str, str], seconds: float = 10.0
    ) -> Envelope:
        """Never: nobody waits for a letter. Raises Refusal: POST_ONLY_LETTERS."""
        raise Refusal(POST_ONLY_LETTERS, node_id)

    def _replies(self, origin: str) -> list[PostItem]:
        """Replies to the message that was sealed last for that purpose."""
        underway = self._book.find_outgoing(origin)
        if underway is None:
            return []
        return list(self._book.replies(underway.sealed.address.message_id))

    def _refuse(self, reply: PostItem, origin: str) -> None:
        """Raise what the partner refused; what it has no key for any more is sealed anew."""
        if reply.kind != REFUSAL:
            return
        if reply.code == SEAL_KEY_UNKNOWN.code:
            self._book.drop_outgoing(origin)
            raise Refusal(POST_UNDERWAY, reply.code)
        raise Refusal(self._known.get(reply.code, PARTNER_REFUSED), reply.code)

    def _seal_once(
        self, origin: str, item: PostItem, act: Mapping[str, str], bound_to: str
    ) -> None:
        if self._book.find_outgoing(origin) is not None:
            return
        house = self._house
        snapshot, now = house.directory.current(), house.clock()
        key = hpke_key_of(snapshot.get_key(item.recipient, "hpke", "", now).statement)
        signed = replace(item, act_token=self._token(item, act, bound_to))
        sealed = seal_item(signed, house.signer, key)
        self._book.put_outgoing([Outgoing(sealed=sealed, origin=origin, made_at=now)])

    def _token(self, item: PostItem, act: Mapping[str, str], bound_to: str) -> str:
        house, now = self._house, self._house.clock()
        claims = ActClaims(
            issuer=house.node_id,
            officer=act.get("officer", "system"),
            role=act.get("role", "system"),
            audience=item.recipient,
            issued_at=now,
            expires_at=now + _TOKEN_LIFE,
            token_id=new_uuid7(now, house.random(10)),
            case_no=item.case_no,
            purpose=act.get("purpose", ""),
            legal_basis=act.get("legal_basis", ""),
            agreement_id=act.get("agreement_id", ""),
            agreement_version=int(act.get("agreement_version", "0")),
            category=act.get("category", ""),
            envelope_id=bound_to,
            # There is no connection: the token is bound to this very message instead.
            certificate_sha256=post_binding(item),
            trust_version=house.directory.current().view.version,
        )
        return issue_act_token(house.signer, claims)
