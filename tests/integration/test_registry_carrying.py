"""Relay and witness over real sockets: members leave and fetch their own, nobody else's."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from registry_door import Newcomer, Running, code_of
from registry_world import RegistryWorld, wall_clock

from federation_registry.cli import main
from federation_registry.serving import Serving
from protos.lantai.v1 import relay_pb2, relay_pb2_grpc, witness_pb2, witness_pb2_grpc
from trust.post.batch import read_batch
from trust.post.sealing import Address, Sealed, seal
from trust.post.wire import sealed_from_proto, sealed_to_proto

ID = "0192f0c1-0000-7000-8000-000000000001"


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    world = RegistryWorld(tmp_path, wall_clock)
    world.publish_list()
    serving = Serving(world.house)
    members, strangers = serving.start()
    yield Running(world, serving, members, strangers)
    serving.stop(0.2)


def letter(sender: str = "shangrao", recipient: str = "pudong") -> Sealed:
    key = X25519PrivateKey.generate().public_key()
    address = Address(message_id=ID, sender=sender, recipient=recipient)
    return seal(b"a secret", key, address)


def fetch(node: Newcomer, *acknowledged: str) -> list[Sealed]:
    stub = relay_pb2_grpc.RelayStub(node.channel())
    return [
        sealed_from_proto(one)
        for one in stub.Fetch(relay_pb2.FetchRequest(acknowledged=acknowledged))
    ]


def test_a_letter_goes_from_its_sender_to_its_recipient_only(running: Running) -> None:
    shangrao, pudong = (running.newcomer(slug).join() for slug in ("shangrao", "pudong"))
    send = relay_pb2_grpc.RelayStub(shangrao.channel()).Send
    sealed = letter()
    assert send(sealed_to_proto(sealed)).verdict == "ACCEPTED"
    assert send(sealed_to_proto(sealed)).verdict == "DUPLICATE"
    assert code_of(send, sealed_to_proto(letter())) == "RELAY_OTHER_MESSAGE"
    assert code_of(send, sealed_to_proto(letter(sender="pudong"))) == "RELAY_SENDER"
    assert code_of(send, sealed_to_proto(letter(recipient="nobody"))) == "MEMBER_UNKNOWN"
    odd = replace(sealed, address=replace(sealed.address, message_id="1"))
    assert code_of(send, sealed_to_proto(odd)) == "RELAY_REQUEST"
    bare = replace(sealed, ciphertext=b"in clear")
    assert code_of(send, sealed_to_proto(bare)) == "SEAL_INVALID"
    assert fetch(shangrao) == []
    assert fetch(shangrao, ID) == []
    assert fetch(pudong) == [sealed] == fetch(pudong)
    assert fetch(pudong, ID) == []
    running.world.house.denial.deny("pudong", reason="left", officer="o1")
    later = replace(sealed, address=replace(sealed.address, message_id=ID[:-1] + "2"))
    assert code_of(send, sealed_to_proto(later)) == "MEMBER_DENIED"


def test_the_relay_writes_and_reads_files_for_nodes_behind_a_gateway(
    running: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = running.world
    shangrao, pudong = (running.newcomer(slug).join() for slug in ("shangrao", "pudong"))
    sealed = letter()
    relay_pb2_grpc.RelayStub(shangrao.channel()).Send(sealed_to_proto(sealed))
    file = tmp_path / "to-pudong.lantai-post"
    data = ["--data", str(world.house.folder.path)]
    assert main(["relay", "export", "--for", "pudong", "--file", str(file), *data]) == 0
    batch = read_batch(file.read_bytes(), "pudong", world.house.directory.view(), wall_clock())
    assert batch.messages == (sealed,)
    assert main(["relay", *data, "--json"]) == 0
    assert '"pudong": 1' in capsys.readouterr().out, "kept until it is acknowledged"
    assert main(["relay", "import", "--file", str(file), *data]) == 3
    assert "BATCH_MISADDRESSED" in capsys.readouterr().err
    assert main(["relay", "import", *data]) == 2
    assert fetch(pudong) == [sealed]


def test_only_the_owner_hands_in_a_checkpoint(running: Running) -> None:
    pudong = running.newcomer("pudong").join()
    stub = witness_pb2_grpc.WitnessStub(pudong.channel())
    assert code_of(stub.AddCheckpoint, witness_pb2.AddCheckpointRequest(checkpoint="x")) != ""
    assert list(stub.ListTasks(witness_pb2.ListTasksRequest())) == []
    known = stub.GetWitnessed(witness_pb2.GetWitnessedRequest(origin="demo.invalid/log/361100"))
    assert (known.checkpoint, known.newest_size) == ("", 0)
    half = witness_pb2.CosignRequest(origin="x", contradiction=["one"])
    assert code_of(stub.Cosign, half) == "RELAY_REQUEST"
    assert main(["witness", "--data", str(running.world.house.folder.path)]) == 0
