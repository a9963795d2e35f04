"""Certificates change on both ends while calls run, and no call is lost."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from channel_world import EchoExchange, Someone, World

from protos.lantai.v1 import envelope_pb2, exchange_pb2, exchange_pb2_grpc
from records.refusal import Refusal
from trust.channel.caller import current
from trust.channel.client import PartnerChannel
from trust.channel.introductions import Introductions
from trust.channel.server import ServerSettings
from trust.envelope.dsse import envelope_from_json
from trust.envelope.statement import decode
from trust.identity.statements import KeyStatement

MESSAGE = envelope_pb2.Envelope(payload_type="x")


@dataclass
class Scene:
    world: World
    jiaxing: Someone
    shangrao: Someone
    echo: EchoExchange
    target: str

    def partner(self, **settings: Any) -> PartnerChannel:
        return self.world.call(self.jiaxing, self.target, self.shangrao, **settings)


@pytest.fixture
def scene() -> Iterator[Scene]:
    world = World()
    jiaxing, shangrao = world.join("jiaxing"), world.join("shangrao")
    echo = EchoExchange()
    server, target = world.serve(shangrao, echo, ServerSettings(connection_age_ms=5000))
    yield Scene(world, jiaxing, shangrao, echo, target)
    server.stop(0)


def rotate_both_under_load(scene: Scene, partner: PartnerChannel, seconds: float) -> list[str]:
    """Faults of four callers while both ends change certificates several times a second.

    It goes on for `seconds`, and longer where the machine is busy: until enough was answered.
    """
    stub = exchange_pb2_grpc.ExchangeStub(partner.channel)
    begun = time.monotonic()
    done = threading.Event()
    faults: list[str] = []
    answered = []

    def call() -> None:
        while not done.is_set():
            try:
                stub.Locate(MESSAGE)
                list(stub.FetchPages(exchange_pb2.FetchPagesRequest()))
                answered.append(stub.Submit.future(MESSAGE).result(60))
            except Refusal as refusal:
                faults.append(refusal.code)
            time.sleep(0.005)

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    rotations = 0
    while time.monotonic() - begun < (seconds if len(answered) > 20 and rotations > 5 else 120):
        scene.world.rotate(scene.shangrao)
        scene.world.rotate(scene.jiaxing)
        rotations += 1
        time.sleep(0.15)
    done.set()
    for thread in threads:
        thread.join()
    assert len(answered) > 20
    return faults


def test_both_ends_rotate_without_a_lost_call(scene: Scene) -> None:
    partner = scene.partner(lane_age=timedelta(seconds=0.5))
    assert rotate_both_under_load(scene, partner, 3.0) == []
    partner.close()


def test_both_ends_rotate_without_a_lost_call_when_keys_are_pinned(scene: Scene) -> None:
    stated: set[str] = set()

    def pins() -> frozenset[str]:
        # The partner publishes a key before it uses it, so the directory is never behind.
        stated.add(scene.shangrao.holder.current.spki_sha256)
        return frozenset(stated)

    partner = scene.partner(lane_age=timedelta(seconds=0.3), pins=pins)
    faults = rotate_both_under_load(scene, partner, 3.0)
    partner.close()
    assert faults == []


def test_a_partner_renews_before_the_directory_knows_and_no_call_is_lost(scene: Scene) -> None:
    old = scene.shangrao.holder.current.spki_sha256
    stated = {old}
    partner = scene.partner(pins=lambda: frozenset(stated), lane_age=timedelta(seconds=5))
    stub = exchange_pb2_grpc.ExchangeStub(partner.channel)
    stub.Locate(MESSAGE)
    # 1. The partner shows a new certificate; our directory is up to 30 s behind.
    scene.world.rotate(scene.shangrao)
    for seconds in [1, 6, 12]:
        scene.world.skew = timedelta(seconds=seconds)
        stub.Locate(MESSAGE)
    # 2. The directory has the new key, and the old one no longer counts.
    stated.clear()
    stated.add(scene.shangrao.holder.current.spki_sha256)
    stub.Locate(MESSAGE)
    partner.close()
    assert scene.echo.reached == 5


def test_a_key_that_the_partner_withdrew_is_dropped_on_an_open_connection(scene: Scene) -> None:
    stated = {scene.shangrao.holder.current.spki_sha256}
    partner = scene.partner(pins=lambda: frozenset(stated))
    stub = exchange_pb2_grpc.ExchangeStub(partner.channel)
    stub.Locate(MESSAGE)
    stated.clear()
    with pytest.raises(Refusal, match="PARTNER_UNPROVEN"):
        stub.Locate(MESSAGE)
    partner.close()
    assert scene.echo.reached == 1


def test_our_own_rotation_may_be_half_done(scene: Scene) -> None:
    partner = scene.partner()
    stub = exchange_pb2_grpc.ExchangeStub(partner.channel)
    stub.Locate(MESSAGE)
    world, jiaxing = scene.world, scene.jiaxing
    renewed = world.issue(jiaxing.participant)
    before = jiaxing.holder.current.certificate_sha256
    jiaxing.holder.replace(renewed)
    assert partner.certificate_sha256() == before
    stub.Locate(MESSAGE)  # goes on with the old certificate and the statement about it
    jiaxing.statement = world.state(jiaxing.participant, jiaxing.signer, renewed)
    world.skew = timedelta(seconds=11)
    stub.Locate(MESSAGE)
    assert partner.certificate_sha256() == renewed.certificate_sha256
    partner.close()
    assert scene.echo.reached == 3


def test_the_server_sees_the_new_certificate_on_the_next_call(scene: Scene) -> None:
    seen: list[str] = []

    def note(request: Any, context: Any) -> Any:
        seen.append(current(context).certificate_sha256)
        return request

    scene.echo.on_locate = note
    partner = scene.partner()
    stub = exchange_pb2_grpc.ExchangeStub(partner.channel)
    shown = []
    for _ in range(3):
        shown.append(scene.jiaxing.holder.current.certificate_sha256)
        stub.Locate(MESSAGE)
        scene.world.rotate(scene.jiaxing)
    partner.close()
    assert seen == shown
    assert len(set(seen)) == 3


def test_a_long_stream_outlives_a_rotation(scene: Scene) -> None:
    class Slow(EchoExchange):
        def FetchPages(self, request: Any, context: Any) -> Iterator[Any]:
            for number in range(4):
                time.sleep(0.1)
                yield envelope_pb2.Chunk(offset=number)

    server, target = scene.world.serve(scene.shangrao, Slow())
    partner = scene.world.call(scene.jiaxing, target, scene.shangrao)
    stub = exchange_pb2_grpc.ExchangeStub(partner.channel)
    stream = stub.FetchPages(exchange_pb2.FetchPagesRequest())
    first = next(stream)
    scene.world.rotate(scene.jiaxing)
    stub.Locate(MESSAGE)
    assert [first.offset, *(piece.offset for piece in stream)] == [0, 1, 2, 3]
    partner.close()
    server.stop(0)


class Introduced:
    """A directory that never hears of a renewal, and what partners say themselves."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        snapshot = SimpleNamespace(
            view=scene.world.current_view(),
            denied=frozenset(),
            floors={},
            get_key=lambda *_: self.listed(),
        )
        first = envelope_from_json(scene.shangrao.statement)
        self.first = decode(first.payload, KeyStatement)
        self.snapshot = snapshot
        snapshot.floors["key", "shangrao/tls/"] = self.first.sequence
        self.known = Introductions(lambda: snapshot, scene.world.clock)

    def listed(self) -> Any:
        return SimpleNamespace(statement=self.first)

    def settings(self) -> dict[str, Any]:
        return {
            "pins": lambda: self.known.pins("shangrao"),
            "introduce": lambda said, spki: self.known.introduce("shangrao", said, spki),
        }


def test_a_partner_introduces_its_new_key_to_a_caller_without_a_connection(scene: Scene) -> None:
    known = Introduced(scene)
    scene.world.rotate(scene.shangrao)
    partner = scene.partner(**known.settings())
    stub = exchange_pb2_grpc.ExchangeStub(partner.channel)
    stub.Locate(MESSAGE)
    partner.close()
    assert scene.echo.reached == 1
    assert known.known.pins("shangrao") == {
        known.first.spki_sha256,
        scene.shangrao.holder.current.spki_sha256,
    }


def test_a_stolen_issuing_authority_introduces_nobody(scene: Scene) -> None:
    known = Introduced(scene)
    scene.shangrao.holder.replace(scene.world.issue(scene.shangrao.participant))
    partner = scene.partner(**known.settings())
    stub = exchange_pb2_grpc.ExchangeStub(partner.channel)
    with pytest.raises(Refusal, match="PARTNER_UNPROVEN"):
        stub.Locate(MESSAGE)
    partner.close()
    assert scene.echo.reached == 0


def test_a_key_older_than_the_directorys_is_not_introduced_again(scene: Scene) -> None:
    known = Introduced(scene)
    stolen, statement = scene.shangrao.holder.current, scene.shangrao.statement
    scene.world.rotate(scene.shangrao)
    newer = decode(envelope_from_json(scene.shangrao.statement).payload, KeyStatement)
    known.first = newer
    known.snapshot.floors["key", "shangrao/tls/"] = newer.sequence
    # A thief of last week's key shows it with last week's statement.
    scene.shangrao.holder.replace(stolen)
    scene.shangrao.statement = statement
    partner = scene.partner(**known.settings())
    stub = exchange_pb2_grpc.ExchangeStub(partner.channel)
    with pytest.raises(Refusal, match="PARTNER_UNPROVEN"):
        stub.Locate(MESSAGE)
    with pytest.raises(Refusal, match="DIRECTORY_ROLLBACK"):
        known.known.introduce("shangrao", statement, stolen.spki_sha256)
    partner.close()


def test_both_ends_rotate_without_a_lost_call_while_the_directory_stands_still(
    scene: Scene,
) -> None:
    known = Introduced(scene)
    partner = scene.partner(lane_age=timedelta(seconds=0.3), **known.settings())
    assert rotate_both_under_load(scene, partner, 3.0) == []
    partner.close()
