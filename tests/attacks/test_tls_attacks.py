"""What never reaches the gate: strangers, old TLS, noise, bombs and floods on a real socket."""

import contextlib
import os
import random
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import grpc
import pytest
from channel_world import EchoExchange, Someone, World, to_pem
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from protos.lantai.v1 import envelope_pb2, exchange_pb2_grpc
from records.refusal import Refusal
from trust.channel import tls13
from trust.channel.server import ServerSettings
from trust.identity.keys import new_p256
from trust.identity.participant import Participant

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes.fromhex("000000040000000000")
"""HTTP/2's greeting with empty settings; a server that talks to us answers with its own."""
REPOSITORY = Path(__file__).parents[2]
SETTINGS_FRAME = b"\x04\x00"


@dataclass
class Scene:
    world: World
    jiaxing: Someone
    shangrao: Someone
    echo: EchoExchange
    target: str
    folder: Path

    @property
    def port(self) -> int:
        return int(self.target.rpartition(":")[2])

    def write(self, name: str, data: bytes) -> str:
        (self.folder / name).write_bytes(data)
        return str(self.folder / name)

    def s_client(self, *options: str) -> tuple[bytes, str]:
        """What the server sent after the handshake, and what OpenSSL said."""
        root = self.write("root.pem", self.world.root.pem)
        name = self.shangrao.participant.dns_name
        command = ["openssl", "s_client", "-connect", self.target, "-quiet", "-alpn", "h2"]
        running = subprocess.Popen(
            [*command, "-CAfile", root, "-servername", name, *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert running.stdin is not None
        assert running.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            running.stdin.write(PREFACE)
            running.stdin.flush()
        # Bytes, or the end of the connection: one of them comes.
        readable, _, _ = select.select([running.stdout], [], [], 60)
        assert readable
        answer = os.read(running.stdout.fileno(), 65536)
        running.kill()
        return answer, running.communicate()[1].decode(errors="replace")

    def still_answers(self) -> bool:
        partner = self.world.call(self.jiaxing, self.target, self.shangrao)
        try:
            exchange_pb2_grpc.ExchangeStub(partner.channel).Locate(envelope_pb2.Envelope())
        finally:
            partner.close()
        return True

    def call(self, credentials: grpc.ChannelCredentials, name: str = "") -> str:
        """The status that a stranger's call ends with, and what the library says."""
        authority = name or self.shangrao.participant.dns_name
        options = [("grpc.default_authority", authority)]
        with grpc.secure_channel(self.target, credentials, options) as channel:
            try:
                channel.unary_unary("/lantai.v1.Exchange/Locate")(b"", timeout=60)
            except grpc.RpcError as fault:
                return fault.code().name
        return "OK"


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    world = World()
    jiaxing, shangrao = world.join("jiaxing"), world.join("shangrao")
    echo = EchoExchange()
    server, target = world.serve(shangrao, echo)
    yield Scene(world, jiaxing, shangrao, echo, target, tmp_path)
    server.stop(0)


def identity_options(scene: Scene, identity: object) -> list[str]:
    chain = scene.write("chain.pem", identity.chain_pem)  # type: ignore[attr-defined]
    key = scene.write("key.pem", identity.private_key_pem)  # type: ignore[attr-defined]
    return ["-cert", chain, "-cert_chain", chain, "-key", key]


def test_openssl_with_a_members_certificate_reaches_http2_over_tls13(scene: Scene) -> None:
    options = identity_options(scene, scene.jiaxing.holder.current)
    answer, _said = scene.s_client("-tls1_3", "-verify_return_error", *options)
    assert answer[3:5] == SETTINGS_FRAME


def test_openssl_without_a_certificate_calls_nothing(scene: Scene) -> None:
    answer, said = scene.s_client("-tls1_3")
    assert answer == b""
    assert "error" in said
    assert scene.echo.reached == 0


def test_openssl_with_a_foreign_authoritys_certificate_calls_nothing(scene: Scene) -> None:
    _root, foreign = scene.world.new_authority()
    identity = scene.world.issue(scene.jiaxing.participant, foreign)
    answer, said = scene.s_client("-tls1_3", *identity_options(scene, identity))
    assert answer == b""
    assert "error" in said
    assert scene.echo.reached == 0


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_1", "-tls1"])
def test_openssl_with_old_tls_calls_nothing_even_with_a_members_certificate(
    scene: Scene, version: str
) -> None:
    options = identity_options(scene, scene.jiaxing.holder.current)
    answer, said = scene.s_client(version, "-cipher", "ALL:@SECLEVEL=0", *options)
    assert answer == b""
    assert "error" in said
    assert scene.echo.reached == 0


def test_the_listener_check_tells_tls12_from_tls13(scene: Scene) -> None:
    tls13.verify_listener("127.0.0.1", scene.port)
    program = (
        "import os, sys; sys.path[:0] = ['tests', '.']\n"
        "import grpc\n"
        "from trust.channel import tls13\n"
        "os.environ[tls13.VARIABLE] = tls13.CIPHER_SUITES  # too late: gRPC was imported\n"
        "from channel_world import EchoExchange, World\n"
        "world = World(); own = world.join('shangrao')\n"
        "try: world.serve(own, EchoExchange())\n"
        "except RuntimeError as fault: print(fault)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin"},
        cwd=REPOSITORY,
        check=True,
    )
    assert "does not refuse TLS 1.2" in done.stdout


def test_require_restarts_a_process_that_was_too_late(tmp_path: Path) -> None:
    program = tmp_path / "late.py"
    program.write_text(
        "import sys; sys.path.insert(0, '.')\n"
        "import grpc\n"
        "print('begun', flush=True)\n"
        "from trust.channel import tls13\n"
        "tls13.require()\n"
        "print('on', tls13.is_required(), sys.argv[1:])\n"
    )
    done = subprocess.run(
        [sys.executable, str(program), "a b", "c"],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin"},
        cwd=REPOSITORY,
        check=True,
    )
    assert done.stdout.splitlines() == ["begun", "begun", "on True ['a b', 'c']"]


def test_grpc_without_or_with_a_foreign_certificate_calls_nothing(scene: Scene) -> None:
    root = scene.world.root.pem
    _root, foreign = scene.world.new_authority()
    identity = scene.world.issue(scene.jiaxing.participant, foreign)
    strangers = [
        grpc.ssl_channel_credentials(root),
        grpc.ssl_channel_credentials(root, identity.private_key_pem, identity.chain_pem),
    ]
    assert [scene.call(stranger) for stranger in strangers] == ["UNAVAILABLE"] * 2
    with grpc.insecure_channel(scene.target) as channel:
        with pytest.raises(grpc.RpcError):
            channel.unary_unary("/lantai.v1.Exchange/Locate")(b"", timeout=60)
    assert scene.echo.reached == 0


def test_a_member_at_anothers_address_is_not_taken_for_it(scene: Scene) -> None:
    pudong = scene.world.join("pudong")
    partner = scene.world.call(scene.jiaxing, scene.target, pudong)
    with pytest.raises(Refusal, match="PARTNER_UNAVAILABLE"):
        exchange_pb2_grpc.ExchangeStub(partner.channel).Locate(envelope_pb2.Envelope())
    partner.close()
    assert scene.echo.reached == 0


def test_a_stolen_issuing_authority_impersonates_no_server(scene: Scene) -> None:
    thief = Someone(
        participant=scene.shangrao.participant,
        signer=scene.shangrao.signer,
        holder=type(scene.shangrao.holder)(scene.world.issue(scene.shangrao.participant)),
        statement=b"",
    )
    echo = EchoExchange()
    server, target = scene.world.serve(thief, echo)
    stated = frozenset({scene.shangrao.holder.current.spki_sha256})
    partner = scene.world.call(scene.jiaxing, target, scene.shangrao, pins=lambda: stated)
    try:
        with pytest.raises(Refusal, match="PARTNER_UNPROVEN"):
            exchange_pb2_grpc.ExchangeStub(partner.channel).Locate(envelope_pb2.Envelope())
    finally:
        partner.close()
        server.stop(0)
    assert echo.reached == 0


def test_a_thief_who_takes_the_address_after_the_look_gets_no_call(scene: Scene) -> None:
    stated = frozenset({scene.shangrao.holder.current.spki_sha256})
    partner = scene.world.call(scene.jiaxing, scene.target, scene.shangrao, pins=lambda: stated)
    partner.warm()
    thief = scene.world.issue(scene.shangrao.participant)
    genuine = scene.shangrao.holder.current
    # From now on the server shows the thief's leaf; only new connections see it.
    scene.shangrao.holder.replace(thief)
    partner.renew()
    with pytest.raises(Refusal, match="PARTNER_UNPROVEN"):
        exchange_pb2_grpc.ExchangeStub(partner.channel).Locate(envelope_pb2.Envelope())
    scene.shangrao.holder.replace(genuine)
    exchange_pb2_grpc.ExchangeStub(partner.channel).Locate(envelope_pb2.Envelope())
    partner.close()
    assert scene.echo.reached == 1


def noise(kind: str, chance: random.Random) -> bytes:
    if kind == "plaintext http2":
        return PREFACE
    if kind == "http1":
        return b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    if kind == "tls alert":
        return bytes.fromhex("15030300020100")
    if kind == "tls record without end":
        return b"\x16\x03\x01\xff\xff" + chance.randbytes(200)
    return chance.randbytes(chance.randrange(1, 2000))


def test_two_hundred_pieces_of_noise_leave_the_server_up(scene: Scene) -> None:
    chance = random.Random(20261121)
    kinds = ["plaintext http2", "http1", "tls alert", "tls record without end", "random bytes"]
    for number in range(200):
        with socket.create_connection(("127.0.0.1", scene.port), timeout=60) as connection:
            connection.sendall(noise(kinds[number % len(kinds)], chance))
    assert scene.still_answers()
    assert scene.echo.reached == 1


def test_a_half_open_handshake_is_closed_in_time(scene: Scene) -> None:
    settings = ServerSettings(handshake_ms=1500)
    server, target = scene.world.serve(scene.shangrao, scene.echo, settings)
    port = int(target.rpartition(":")[2])
    # The library's own limit is two minutes: whatever is closed before was closed by ours.
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        begun = time.monotonic()
        connection.sendall(b"\x16\x03\x01")
        assert connection.recv(100) == b""
        assert 1.0 < time.monotonic() - begun
    server.stop(0)


def raw_call(scene: Scene, body: bytes, metadata: object = None) -> grpc.RpcError:
    """A call of a member that ignores the limits, with its proper proof."""
    identity = scene.jiaxing.holder.current
    now = str(round(scene.world.clock().timestamp() * 1000))
    proof = (("lantai-key-bin", scene.jiaxing.statement), ("lantai-now-ms", now))
    credentials = grpc.ssl_channel_credentials(
        scene.world.root.pem, identity.private_key_pem, identity.chain_pem
    )
    options = [
        ("grpc.default_authority", scene.shangrao.participant.dns_name),
        ("grpc.max_send_message_length", -1),
        ("grpc.max_metadata_size", 1_000_000),
    ]
    with grpc.secure_channel(scene.target, credentials, options) as channel:
        call = channel.unary_unary("/lantai.v1.Exchange/Locate")
        with pytest.raises(grpc.RpcError) as caught:
            call(
                body,
                timeout=60,
                metadata=(*proof, *(metadata or ())),  # type: ignore[misc]
                compression=grpc.Compression.Gzip,
            )
    return caught.value


def test_a_gzip_bomb_ends_at_the_limit(scene: Scene) -> None:
    fault = raw_call(scene, bytes(64 * 1024 * 1024))
    assert fault.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert scene.echo.reached == 0
    assert scene.still_answers()


def test_a_message_over_a_mebibyte_is_refused(scene: Scene) -> None:
    chance = random.Random(1)
    fault = raw_call(scene, chance.randbytes(1024 * 1024 + 1))
    assert fault.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert scene.echo.reached == 0


def test_metadata_over_its_limit_is_refused(scene: Scene) -> None:
    fault = raw_call(scene, b"", [("x-noise", "n" * 20_000)])
    assert fault.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert scene.echo.reached == 0
    assert scene.still_answers()


def test_a_members_leaf_is_not_an_authority(scene: Scene) -> None:
    # A member signs a leaf for another member's name with its own leaf's key.
    world = scene.world
    leaf_key = new_p256()
    victim = Participant(
        kind=scene.shangrao.participant.kind,
        slug="shangrao",
        trust_domain=scene.shangrao.participant.trust_domain,
    )
    member = world.issue(scene.jiaxing.participant)
    child = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(member.leaf.subject)
        .public_key(leaf_key.public_key())
        .serial_number(9)
        .not_valid_before(member.leaf.not_valid_before_utc)
        .not_valid_after(member.leaf.not_valid_after_utc)
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.UniformResourceIdentifier(victim.uri), x509.DNSName(victim.dns_name)]
            ),
            critical=True,
        )
        .sign(load_pem_private_key(member.private_key_pem, None), hashes.SHA256())
    )
    chain = child.public_bytes(Encoding.PEM) + member.chain_pem
    credentials = grpc.ssl_channel_credentials(world.root.pem, to_pem(leaf_key), chain)
    assert scene.call(credentials) == "UNAVAILABLE"
    assert scene.echo.reached == 0


def test_a_flood_of_half_open_handshakes_during_rotations_loses_no_call() -> None:
    program = Path(__file__).with_name("channel_flood.py")
    done = subprocess.run(
        [sys.executable, str(program), "5"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": f"{program.parents[1]}:{program.parents[2]}"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    print(done.stdout)
