"""The running registry: real sockets, real TLS, members at its door."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import grpc
import pytest
from node_acts import wait_for
from registry_door import Running, answer_to, code_of, head_of
from registry_world import MARRIAGE, RegistryWorld, wall_clock

from federation_registry.ports import Denial
from federation_registry.serving import Serving
from protos.lantai.v1 import (
    directory_pb2,
    directory_pb2_grpc,
    liveness_pb2,
    liveness_pb2_grpc,
    routing_pb2,
    routing_pb2_grpc,
)
from records.refusal import Refusal
from trust.channel.directory_doors import GrpcDirectory
from trust.envelope.statement import decode, sign_statement
from trust.identity.directory_fetch import fetch_snapshot
from trust.identity.directory_parts import part_sha256
from trust.identity.directory_scope import EVERYTHING
from trust.identity.statements import DirectoryHead
from trust.wire import envelope_to_proto


@dataclass
class Plain:
    """What `GrpcDirectory` needs of a partner channel."""

    channel: grpc.Channel


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    world = RegistryWorld(tmp_path, wall_clock)
    world.publish_list()
    serving = Serving(world.house)
    members, strangers = serving.start()
    yield Running(world, serving, members, strangers)
    serving.stop(0.2)


def test_a_newcomer_becomes_a_member_and_reads_the_directory(running: Running) -> None:
    node = running.newcomer("shangrao").join()
    channel = node.channel()
    world = running.world
    stub = directory_pb2_grpc.DirectoryStub(channel)
    declared = sign_statement(world.coverage("shangrao"), node.signer)
    reply = stub.Publish(directory_pb2.PublishRequest(envelope=envelope_to_proto(declared)))
    head = head_of(channel)
    assert decode(head.payload, DirectoryHead).version >= reply.head_version
    source, council = GrpcDirectory(Plain(channel)), world.house.council()
    snapshot = fetch_snapshot(head, source, council, None, wall_clock, EVERYTHING)
    assert reply.sha256.hex() in snapshot.listed
    assert snapshot.rejected == ()
    assert snapshot.coverage[0].statement.archive_code == "361100"


def test_the_registry_states_its_own_key_and_endpoint(running: Running) -> None:
    channel = running.newcomer("shangrao").join().channel()
    source, council = GrpcDirectory(Plain(channel)), running.world.house.council()
    for _ in range(300):
        head = head_of(channel)
        snapshot = fetch_snapshot(head, source, council, None, wall_clock, EVERYTHING)
        if {"key", "endpoint"} <= {part.kind for part in snapshot.parts()}:
            break
        threading.Event().wait(0.1)
    assert snapshot.get_key("registry", "tls", "", wall_clock()).owner == "registry"
    assert snapshot.get_endpoint("registry", wall_clock()).grpc == running.members


def test_a_trust_list_comes_as_its_difference(running: Running) -> None:
    channel = running.newcomer("shangrao").join().channel()
    world, source = running.world, GrpcDirectory(Plain(channel))
    old = world.house.store.of_kind("trust_list")[0]
    world.list_member("pudong")
    world.publish_list()
    (new,) = world.house.store.of_kind("trust_list")
    for held in (None, old, new, world.sign_list(world.next_list())):
        assert source.get_trust_list(part_sha256(new), held) == new
    with pytest.raises(Refusal, match="DIRECTORY_INCOMPLETE"):
        GrpcDirectory(Plain(channel)).get_trust_list("00" * 32, old)


def test_a_denied_member_is_refused_on_its_open_connection(running: Running) -> None:
    node = running.newcomer("shangrao").join()
    channel = node.channel()
    head_of(channel)
    denial = Denial(
        participant_id="shangrao", reason="退出", ordered_by="o1", ordered_at=wall_clock()
    )
    running.world.house.store.deny(denial)
    wait_for(lambda: answer_to(head_of, channel) == "MEMBER_DENIED")
    running.world.house.store.allow("shangrao", "o1", wall_clock())
    wait_for(lambda: answer_to(head_of, channel) == "OK")


def test_a_member_that_left_is_refused_on_its_open_connection(running: Running) -> None:
    channel = running.newcomer("shangrao").join().channel()
    head_of(channel)
    running.world.set_state("shangrao", "left")
    running.world.publish_list()
    wait_for(lambda: answer_to(head_of, channel) == "MEMBER_NOT_ACTIVE")


def test_routes_and_beats(running: Running) -> None:
    node = running.newcomer("shangrao").join()
    channel = node.channel()
    node.running.world.publish(node.running.world.coverage("shangrao"), "shangrao")
    routes = routing_pb2_grpc.RoutingStub(channel)
    request = routing_pb2.RouteRequest(category=MARRIAGE, place="上饶县", year=1985)
    wait_for(lambda: len(routes.Route(request).nodes) == 1)
    answer = routes.Route(request)
    assert [(one.node_id, one.archive_code) for one in answer.nodes] == [("shangrao", "361100")]
    assert [one.name for one in answer.jurisdictions] == ["上饶县", "广信区"]
    assert not answer.HasField("ask")
    request.place = "上饶"
    assert routes.Route(request).ask.choices
    request.asking_node = "jiaxing"
    assert code_of(routes.Route, request) == "ROUTE_MALFORMED"
    beats = liveness_pb2_grpc.LivenessStub(channel)
    beat = liveness_pb2.BeatRequest(now_ms=1, in_work=2)
    assert beats.Beat(beat).head_version == running.world.house.store.version()
    assert running.serving.head.states() == {}
    beat.message = "x" * 201
    assert code_of(beats.Beat, beat) == "BEAT_MALFORMED"
    beat.message, beat.maintenance_until_ms = "", 2**63
    assert code_of(beats.Beat, beat) == "BEAT_MALFORMED"


@pytest.mark.parametrize("count", [0, 1001])
def test_parts_are_asked_in_bounded_numbers(running: Running, count: int) -> None:
    stub = directory_pb2_grpc.DirectoryStub(running.newcomer("shangrao").join().channel())
    request = directory_pb2.GetPartsRequest(sha256=[bytes(32)] * count)
    assert code_of(list, stub.GetParts(request)) == "TOO_MANY_PARTS"
    odd = directory_pb2.GetPartsRequest(sha256=[b"short"])
    assert code_of(list, stub.GetParts(odd)) == "TOO_MANY_PARTS"
    absent = directory_pb2.GetPartsRequest(sha256=[bytes(32)])
    assert code_of(list, stub.GetParts(absent)) == "PART_UNKNOWN"


def test_the_registry_renews_its_own_certificate_without_a_lost_call(running: Running) -> None:
    channel = running.newcomer("shangrao").join().channel()
    before = running.serving._holder.current.spki_sha256
    faults: list[str] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            try:
                head_of(channel)
            except Refusal as refusal:
                faults.append(refusal.code)

    asker = threading.Thread(target=ask)
    asker.start()
    for _ in range(5):
        running.serving.renew_identity()
        stop.wait(0.1)
    stop.set()
    asker.join()
    assert faults == []
    assert running.serving._holder.current.spki_sha256 != before
    head_of(running.newcomer("pudong").join().channel())
