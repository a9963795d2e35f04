"""上饶 asks itself: one real node that is window and holder, its worker moved by the test."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from fake_certificates import FakeCertificates
from node_acts import file_and_review, zhou
from node_houses import NodeWorld
from node_world import build_node_world

from node.bootstrap import Base, make_desks, make_worker, open_base
from node.domain.cases import HolderCase
from node.services.arrivals import Arrival
from node.services.worker import Worker
from records.exchange import Header, Receipt, Reminder, Withdrawal
from trust.envelope.dsse import Envelope
from trust.envelope.statement import decode, open_statement, sign_statement

NODE, HOLDER = "shangrao", "361100"


@dataclass
class OneNode:
    """The node, opened."""

    world: NodeWorld
    base: Base
    worker: Worker

    def ask(self) -> str:
        """周金水's request of 上饶 to itself has arrived and was searched; the case number."""
        form = zhou(window_archive=HOLDER)
        case_no = file_and_review(self.world, form, key="key-" + secrets.token_hex(6))
        self.worker.run_until_idle()
        return case_no

    def work(self, case_no: str) -> HolderCase:
        with self.base.house.book.read() as book:
            return book.get_work(case_no, HOLDER)

    def header(self, case_no: str, **changes: object) -> Header:
        """Of what the window says about its own request."""
        house, asked = self.base.house, self.work(case_no).request_id
        made = house.header(case_no, NODE, house.clock(), in_reply_to=asked)
        return replace(made, **changes)  # type: ignore[arg-type]

    def arrive(
        self,
        said: Reminder | Withdrawal,
        receive: Callable[..., Envelope],
        sender: str = NODE,
    ) -> Receipt:
        """What `receive` answers to the statement, which is signed by this node whoever sends."""
        house = self.base.house
        envelope = sign_statement(said, house.signer)
        keys = self.base.kept.current().view.sign_keys(NODE, house.clock())
        arrival = Arrival(
            sender=sender,
            envelope=envelope,
            issuer=sender,
            token_id=secrets.token_hex(8),
            token_expires_at=house.clock() + timedelta(minutes=2),
        )
        opened = open_statement(envelope, type(said), keys)
        return decode(receive(house, arrival, opened).payload, Receipt)


def open_one_node(folder: Path, tables: Path) -> OneNode:
    """上饶 of a small federation of its own."""
    world = build_node_world(folder, tables)
    base = open_base(world.nodes[NODE].data)
    fake = FakeCertificates(lambda: base.kept.current().view, base.house.clock, caller=NODE)
    worker = make_worker(base, make_desks(base), partner=None, certificates=fake)
    return OneNode(world, base, worker)
