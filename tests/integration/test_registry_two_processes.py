"""Two registry processes on one PostgreSQL: what one takes the other serves, and one may die."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import grpc
import pytest
from node_acts import wait_for
from registry_door import Running, code_of, head_of
from registry_world import RegistryWorld, wall_clock

from protos.lantai.v1 import directory_pb2, directory_pb2_grpc
from trust.channel.client import PartnerChannel
from trust.channel.directory_doors import GrpcDirectory
from trust.envelope.statement import decode, sign_statement
from trust.identity.directory_fetch import fetch_snapshot
from trust.identity.directory_scope import EVERYTHING
from trust.identity.statements import DirectoryHead
from trust.wire import envelope_to_proto

_MAIN = "import sys; from federation_registry.cli import main; sys.exit(main(sys.argv[1:]))"


@dataclass
class Replica:
    process: subprocess.Popen[str]
    members: str
    strangers: str


@dataclass
class Plain:
    """What `GrpcDirectory` needs of a partner channel."""

    channel: grpc.Channel


def start(folder: Path) -> Replica:
    command = [sys.executable, "-c", _MAIN, "serve", "--data", str(folder), "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = json.loads(process.stdout.readline())
    return Replica(process, said["grpc"], said["enrol"])


@pytest.fixture
def world(tmp_path: Path, fresh_pg_url: str) -> RegistryWorld:
    made = RegistryWorld(tmp_path, wall_clock, settings={"database": fresh_pg_url})
    made.publish_list()
    return made


@pytest.fixture
def replicas(world: RegistryWorld) -> Iterator[list[Replica]]:
    started = [start(world.house.folder.path) for _ in range(2)]
    yield started
    for replica in started:
        replica.process.kill()
        replica.process.wait()


def channel_to(newcomer, replica: Replica, world: RegistryWorld) -> grpc.Channel:
    return PartnerChannel(
        replica.members,
        world.house.participant,
        newcomer.holder,
        lambda: newcomer.statement,
        newcomer.running.settings,
    ).channel


def version_of(channel: grpc.Channel) -> int:
    return decode(head_of(channel).payload, DirectoryHead).version


def test_two_processes_are_one_registry_and_one_may_be_killed(
    world: RegistryWorld, replicas: list[Replica]
) -> None:
    first = replicas[0]
    # Joins at one, is served by the other.
    newcomer = Running(world, None, first.members, first.strangers).newcomer("shangrao").join()  # type: ignore[arg-type]
    one, other = (channel_to(newcomer, replica, world) for replica in replicas)
    for channel in (one, other):
        # Each looks for a new trust list twice a second.
        wait_for(lambda channel=channel: not refused(channel), 60.0)
    stub = directory_pb2_grpc.DirectoryStub(one)
    for sequence in range(1, 6):
        declared = sign_statement(world.coverage("shangrao", sequence=sequence), newcomer.signer)
        request = directory_pb2.PublishRequest(envelope=envelope_to_proto(declared))
        reply = stub.Publish(request)
        head = head_of(other)
        assert decode(head.payload, DirectoryHead).version >= reply.head_version
        source, council = GrpcDirectory(Plain(other)), world.house.council()
        snapshot = fetch_snapshot(head, source, council, None, wall_clock, EVERYTHING)
        assert [part.sequence for part in snapshot.coverage] == [sequence]
    # A refusal ordered by a third process holds at both, on their open connections.
    said = [sys.executable, "-c", _MAIN, "members", "--data", str(world.house.folder.path)]
    ordered = ["--by", "o-1", "--reason", "key stolen"]
    key = newcomer.holder.current.spki_sha256
    subprocess.run([*said, "--deny", key, *ordered], check=True, stdout=subprocess.DEVNULL)
    for channel in (one, other):
        wait_for(lambda channel=channel: refused(channel), 60.0)
        assert code_of(head_of, channel) == "MEMBER_DENIED"
    subprocess.run([*said, "--allow", key, *ordered], check=True, stdout=subprocess.DEVNULL)
    wait_for(lambda: not refused(other), 60.0)
    # One dies in the middle of its work; the other has lost nothing.
    before = version_of(other)
    first.process.send_signal(signal.SIGKILL)
    first.process.wait()
    assert version_of(other) >= before
    declared = sign_statement(world.coverage("shangrao", sequence=6), newcomer.signer)
    directory_pb2_grpc.DirectoryStub(other).Publish(
        directory_pb2.PublishRequest(envelope=envelope_to_proto(declared))
    )
    assert version_of(other) > before


def refused(channel: grpc.Channel) -> bool:
    try:
        head_of(channel)
    except Exception:  # noqa: BLE001 -- any refusal: which one is asserted by the caller
        return True
    return False
