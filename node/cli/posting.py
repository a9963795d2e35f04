"""The node's post put together: keys, book, desks, and the ways that letters take."""

from dataclasses import dataclass

from node.adapters.exchange_keys import ExchangeKeys
from node.adapters.relay_client import GrpcRelay
from node.adapters.sql_post import SqlPostBook
from node.bootstrap import Base, Desks
from node.ports import Partner
from node.services.carry_post import CarryByFile, CarryByRelay
from node.services.open_post import OpenPost
from node.services.post_partner import PostPartner
from node.services.reach_partner import POST_SCHEME, ReachPartner, is_by_post
from records.refusal import Reason
from trust.channel.client import PartnerChannel


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """Everything of one node that has to do with letters."""

    base: Base
    book: SqlPostBook
    keys: ExchangeKeys
    post: OpenPost

    @property
    def is_only_way(self) -> bool:
        """Whether this node reaches others, and is reached, by post only."""
        return bool(self.base.config.post)

    @property
    def address(self) -> str:
        """What the endpoint says of a node that letters reach."""
        return f"{POST_SCHEME}{self.base.config.registry_id}"

    def state_key(self) -> int:
        """The node's newest X25519 key is declared; 1 when it was made just now."""
        base = self.base
        return self.keys.keep_stated(base.config.node_id, base.folder, base.house.clock())

    def reach(self, direct: Partner, known: dict[str, Reason]) -> ReachPartner:
        """Partners by connection where there is one, by post where there is none."""
        base = self.base
        letters = PostPartner(base.house, self.book, known)

        def prefers_post(node_id: str) -> bool:
            return self.is_only_way or is_by_post(base.kept.current(), node_id)

        return ReachPartner(direct, letters, prefers_post)

    def by_relay(self, channel: PartnerChannel) -> CarryByRelay:
        """The duty that leaves and fetches letters at the registry."""
        base = self.base
        relay = (base.config.registry_id, GrpcRelay(channel))
        return CarryByRelay(
            base.house, self.book, self.post, relay, base.log, often=base.config.post == "relay"
        )

    def by_file(self) -> CarryByFile:
        """Export and import of batch files."""
        return CarryByFile(self.base.house, self.book, self.post)


def make_posting(base: Base, desks: Desks) -> Posting:
    """The post of this node; its key is made and declared when `state_key` is called."""
    passphrase = base.places.passphrase.read_bytes().strip() if base.places.passphrase else None
    keys = ExchangeKeys(base.places.data, passphrase)
    book = SqlPostBook(base.engine)
    post = OpenPost(base.house, book, keys, (desks.requests, desks.answers, desks.files))
    return Posting(base=base, book=book, keys=keys, post=post)
