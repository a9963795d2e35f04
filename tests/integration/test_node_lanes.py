"""A partner that swallows every call delays itself and nobody else."""

import secrets
from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest
from node_acts import file_and_review, wait_for, zhou
from node_world import build_node_world

from node.bootstrap import open_base
from node.domain.exchange_reasons import WRONG_RECIPIENT
from node.services.deliver_messages import LEASE, DeliverMessages
from node.services.settle_delivery import SettleDelivery
from records.refusal import Refusal
from trust.channel.reasons import PARTNER_UNAVAILABLE


@pytest.fixture
def base(tmp_path, table_folder):
    world = build_node_world(tmp_path / "world", table_folder)
    file_and_review(world, zhou())
    return open_base(world.nodes["jiaxing"].data)


class Hole:
    """Answers nobody until the test ends; says whom it was asked for."""

    def __init__(self):
        self.asked, self.ended, self.end = [], [], Event()

    def to(self, node_id):
        hole = self

        class Partner:
            def send(self, message):
                hole.asked.append((node_id, message.message_id))
                if node_id == "shangrao":
                    hole.end.wait(200)
                hole.ended.append(node_id)
                raise Refusal(PARTNER_UNAVAILABLE)

        return Partner()


@pytest.fixture
def hole():
    made = Hole()
    yield made
    made.end.set()


def enqueue(base, recipient, kind="deliver"):
    with base.house.book.read() as book:
        template = book.list_messages("waiting", 1)[0]
    message = replace(
        template,
        message_id=secrets.token_hex(8),
        recipient=recipient,
        due_at=base.house.clock(),
        kind=kind,
        lease_until=None,
        attempts=0,
    )
    with base.house.book.write() as book:
        book.enqueue(message)
    return message.message_id


def test_a_black_hole_holds_its_own_lane_only(base, hole):
    deliver = DeliverMessages(base.house, hole.to, SettleDelivery(base.house), None, base.log)
    assert deliver.run() >= 1
    first, second = enqueue(base, "pudong"), enqueue(base, "elsewhere")
    held = enqueue(base, "shangrao")
    deliver.run()
    wait_for(lambda: {("pudong", first), ("elsewhere", second)} <= set(hole.asked))
    assert "shangrao" not in hole.ended, "the call that hangs has kept nobody waiting"
    assert ("shangrao", held) not in hole.asked, "in its turn, behind the call that hangs"
    hole.end.set()
    wait_for(lambda: not deliver.run(), 60.0)
    assert ("shangrao", held) in hole.asked


def test_what_outlived_its_lease_in_a_slow_lane_is_left_to_the_next_round(base, hole):
    now = [base.house.clock()]
    house = replace(base.house, clock=lambda: now[0])
    deliver = DeliverMessages(house, hole.to, SettleDelivery(house), None, base.log)
    deliver.run()
    held = enqueue(base, "shangrao")
    now[0] = base.house.clock()
    deliver.run()
    now[0] += LEASE * 2
    hole.end.set()
    while deliver._lanes.wait(1.0):
        pass
    assert ("shangrao", held) not in hole.asked
    deliver.run()
    while deliver._lanes.wait(1.0):
        pass
    assert ("shangrao", held) in hole.asked


class Peer:
    """One partner that is away until it is said to be back; then it refuses, which is an answer."""

    def __init__(self):
        self.away, self.asked = True, []

    def to(self, _node_id):
        return self

    def send(self, message):
        self.asked.append(message.message_id)
        if self.away:
            raise Refusal(PARTNER_UNAVAILABLE)
        raise Refusal(WRONG_RECIPIENT)


def waits(base):
    """Milliseconds until each waiting message is due, by id."""
    with base.house.book.read() as book:
        waiting = book.list_messages("waiting", 50)
    return {
        one.message_id: (one.due_at - base.house.clock()).total_seconds() * 1000 for one in waiting
    }


def drain(deliver):
    deliver.run()
    while deliver._lanes.wait(1.0):
        pass


def test_what_a_partner_left_waiting_goes_out_when_it_is_heard_again(base):
    now, peer = [base.house.clock()], Peer()
    house = replace(base.house, clock=lambda: now[0])
    base = replace(base, house=house)
    deliver = DeliverMessages(house, peer.to, SettleDelivery(house), None, base.log)
    many = {enqueue(base, "shangrao", "notice") for _ in range(6)}
    for _ in range(12):
        now[0] += timedelta(seconds=10)
        drain(deliver)
    assert all(0 < wait <= 10_500 for wait in waits(base).values()), "none waits longer than a rest"
    tried = len(peer.asked)
    peer.away = False
    for _ in range(22):
        now[0] += timedelta(seconds=0.5)
        drain(deliver)
    drain(deliver)
    assert many <= set(peer.asked[tried:]), "eleven seconds after it was back every one was sent"
    assert not many & set(waits(base)), "and none waits any more"


def test_a_message_for_a_resting_partner_is_due_when_the_rest_is_over(base):
    now, peer = [base.house.clock()], Peer()
    house = replace(base.house, clock=lambda: now[0])
    base = replace(base, house=house)
    deliver = DeliverMessages(house, peer.to, SettleDelivery(house), None, base.log)
    for _ in range(8):
        drain(deliver)
        now[0] += timedelta(seconds=10)
    before = len(peer.asked)
    late = enqueue(base, "shangrao")
    for _ in range(2):
        drain(deliver)
    assert len(peer.asked) <= before + 1, "one probe for a rest"
    assert waits(base)[late] <= 10_500
