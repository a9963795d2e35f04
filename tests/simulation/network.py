"""A network that loses, duplicates and reorders, between nodes of one process.

What is lost on the way there was never done; what is lost on the way back was, and the sender
cannot tell the two apart. Old messages come again at any time, behind newer ones.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random

from node.domain.cases import OutboxMessage
from node.services.arrivals import Arrival
from node.services.reception import Reception
from records.refusal import Refusal
from tests.simulation.in_process import Crash, SimulatedNode
from trust.channel.reasons import PARTNER_UNAVAILABLE
from trust.channel.status import PartnerRefusal
from trust.envelope.dsse import Envelope

_REMEMBERED = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """Chances, each of one call."""

    lost: float = 0.04
    reply_lost: float = 0.04
    doubled: float = 0.05
    stale: float = 0.05
    """An old message is delivered once more beside the call."""


@dataclass
class Network:
    """Carries calls between the nodes in `nodes`."""

    rng: Random
    weather: Weather
    nodes: dict[str, SimulatedNode] = field(default_factory=dict)
    restart: Callable[[str], None] = lambda _: None
    counts: dict[str, int] = field(default_factory=dict)
    _old: list[tuple[str, OutboxMessage]] = field(default_factory=list)
    _tokens: int = 0

    def to(self, sender: str) -> Callable[[str], "Line"]:
        """What the node of that id is given as its `partner`."""
        line = Line(self, sender)
        return lambda _node_id: line

    def call(self, sender: str, message: OutboxMessage) -> Envelope:
        """The receipt, if call and reply come through."""
        weather, rng = self.weather, self.rng
        if rng.random() < weather.lost:
            raise self._unknown("lost")
        receipt = self._hand(sender, message)
        if rng.random() < weather.doubled:
            self._count("doubled")
            self._again(sender, message)
        if self._old and rng.random() < weather.stale:
            self._count("stale")
            self._again(*rng.choice(self._old))
        self._remember(sender, message)
        if rng.random() < weather.reply_lost:
            raise self._unknown("reply_lost")
        return receipt

    def fetch(self, sender: str, node_id: str, case_no: str, sha256: str) -> bytes:
        """The file, if the call comes through."""
        if self.rng.random() < self.weather.lost:
            raise self._unknown("lost")
        try:
            return self.nodes[node_id].desks.files.give(sender, case_no, sha256)
        except Crash as crash:
            raise self._died(crash, node_id) from None

    def _hand(self, sender: str, message: OutboxMessage) -> Envelope:
        node = self.nodes[message.recipient]
        house = node.base.house
        self._tokens += 1
        arrival = Arrival(
            sender=sender,
            envelope=message.envelope,
            issuer=sender,
            token_id=f"token-{self._tokens:012d}",
            token_expires_at=house.clock(),
        )
        try:
            return Reception(house, node.desks.requests, node.desks.answers).receive(arrival)
        except Crash as crash:
            raise self._died(crash, message.recipient) from None

    def _again(self, sender: str, message: OutboxMessage) -> None:
        """Nobody waits for what comes of it."""
        try:
            self._hand(sender, message)
        except Refusal as refusal:
            self._count(f"again: {refusal.code}")

    def _died(self, crash: Crash, node_id: str) -> Refusal:
        if crash.node_id != node_id:
            raise crash
        self.restart(node_id)
        return self._unknown("died")

    def _unknown(self, what: str) -> Refusal:
        self._count(what)
        return PartnerRefusal(PARTNER_UNAVAILABLE, what)

    def _remember(self, sender: str, message: OutboxMessage) -> None:
        if len(self._old) < _REMEMBERED:
            self._old.append((sender, message))
        else:
            self._old[self.rng.randrange(_REMEMBERED)] = (sender, message)

    def _count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1


class Line:
    """`Partner` of one node."""

    def __init__(self, network: Network, sender: str) -> None:
        self._network, self._sender = network, sender

    def send(self, message: OutboxMessage) -> Envelope:
        return self._network.call(self._sender, message)

    def fetch_file(self, node_id: str, case_no: str, sha256: str) -> Iterator[bytes]:
        yield self._network.fetch(self._sender, node_id, case_no, sha256)

    def locate(
        self, node_id: str, question: Envelope, act: Mapping[str, str], seconds: float = 10.0
    ) -> Envelope:
        raise AssertionError("nobody asks beforehand here")
