"""One that calls and one that serves, over a real connection; import the fixture by name."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import grpc
import pytest
from channel_world import DAY, EchoExchange, Someone, World, to_pem
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from protos.lantai.v1 import envelope_pb2
from trust.channel.conditions import NOW_KEY
from trust.channel.credentials import TLSIdentity
from trust.channel.peer_proof import STATEMENT_KEY
from trust.channel.server import Server
from trust.channel.status import CODE_KEY
from trust.identity.keys import new_p256

MESSAGE = envelope_pb2.Envelope(payload_type="application/x", payload=b"hello")
LOCATE = "/lantai.v1.Exchange/Locate"


@dataclass
class Scene:
    """Jiaxing calls, Shangrao serves; `attack` is a call with one thing wrong."""

    world: World
    jiaxing: Someone
    shangrao: Someone
    echo: EchoExchange
    server: Server
    target: str

    def attack(self, identity: TLSIdentity | None = None, **changes: Any) -> str:
        """The code or status that the caller sees; "OK" where the call went through."""
        identity = identity or self.jiaxing.holder.current
        with self.world.raw_channel(identity, self.target, self.shangrao) as channel:
            return self.attack_on(channel, **changes)

    def attack_on(
        self,
        channel: grpc.Channel,
        *,
        statement: bytes | None = None,
        now_ms: str | None = None,
        timeout: float | None = 5,
        method: str = LOCATE,
        body: bytes | None = None,
    ) -> str:
        said = self.jiaxing.statement if statement is None else statement
        now = str(round(self.world.clock().timestamp() * 1000)) if now_ms is None else now_ms
        metadata = [(key, value) for key, value in [(STATEMENT_KEY, said), (NOW_KEY, now)] if value]
        try:
            call = channel.unary_unary(method)
            call(MESSAGE.SerializeToString() if body is None else body, timeout, metadata)
        except grpc.RpcError as fault:
            trailing = dict(fault.trailing_metadata() or ())
            assert "hello" not in fault.details()
            return trailing.get(CODE_KEY) or fault.code().name
        return "OK"


@pytest.fixture
def scene() -> Iterator[Scene]:
    world = World()
    jiaxing, shangrao = world.join("jiaxing"), world.join("shangrao")
    echo = EchoExchange()
    server, target = world.serve(shangrao, echo)
    yield Scene(world, jiaxing, shangrao, echo, server, target)
    server.stop(0)


def forge(scene: Scene, names: list[x509.GeneralName] | None, life: timedelta = DAY) -> TLSIdentity:
    """A leaf that the issuing authority would never sign after linting."""
    issuing, key = scene.world.issuing, new_p256()
    usages = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(issuing.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(scene.world.now - DAY)
        .not_valid_after(scene.world.now + life)
        .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
    )
    if names is not None:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=True)
    leaf = builder.sign(issuing.private_key, hashes.SHA256())
    identity = object.__new__(TLSIdentity)  # the constructor would refuse such a leaf
    object.__setattr__(identity, "chain_pem", leaf.public_bytes(Encoding.PEM) + issuing.pem)
    object.__setattr__(identity, "private_key_pem", to_pem(key))
    object.__setattr__(identity, "roots_pem", scene.world.root.pem)
    object.__setattr__(identity, "leaf", leaf)
    return identity


URI = x509.UniformResourceIdentifier
DNS = x509.DNSName
JIAXING_URI = URI("spiffe://demo.invalid/node/jiaxing")
JIAXING_DNS = DNS("jiaxing.node.demo.invalid")
