"""Strangers at the doors of a running federation: OpenSSL's client, wrong clocks, no agreement."""

import contextlib
import os
import re
import select
import subprocess
from pathlib import Path

import pytest

from tests.e2e.desks import World

HTTP2 = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes.fromhex("000000040000000000")
"""What a gRPC client sends first (RFC 9113 3.4): preface and empty SETTINGS."""

PATIENCE_SECONDS = 60.0


def doors(world: World) -> dict[str, str]:
    """Every gRPC listener that demands a certificate."""
    found = {node.node_id: node.grpc for node in world.federation.nodes}
    found["registry"] = world.federation.registry["grpc"]
    found["certificates"] = world.federation.certificate_service["grpc"]
    return found


def knock(address: str, *options: str) -> tuple[bytes, str]:
    """What came back over TLS after the HTTP/2 preface, and what OpenSSL said."""
    child = subprocess.Popen(
        ["openssl", "s_client", "-connect", address, "-alpn", "h2", "-quiet", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert child.stdin and child.stdout
    with contextlib.suppress(BrokenPipeError):
        child.stdin.write(HTTP2)
        child.stdin.flush()
    ready, _, _ = select.select([child.stdout], [], [], PATIENCE_SECONDS)
    # A server that talks keeps the connection open; one that refuses closes it.
    answered = os.read(child.stdout.fileno(), 64) if ready else b""
    if answered or not ready:
        child.kill()
    _, said = child.communicate(timeout=PATIENCE_SECONDS)
    return answered, said.decode(errors="replace")


REFUSED = re.compile(r"alert|unexpected eof|reset by peer")


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of somebody else's authority with our node's very names."""
    folder = tmp_path_factory.mktemp("foreign")
    openssl = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    names = "subjectAltName=URI:spiffe://demo.invalid/node/jiaxing,DNS:jiaxing.node.demo.invalid"
    subprocess.run(
        [*openssl, "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-days", "2",
         "-subj", "/CN=jiaxing.node.demo.invalid", "-addext", names],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    return folder


def test_without_a_certificate_nobody_gets_a_word(world: World) -> None:
    for name, address in doors(world).items():
        answered, said = knock(address, "-tls1_3")
        assert answered == b"", name
        assert REFUSED.search(said), name


def test_a_foreign_authoritys_certificate_opens_nothing(world: World, foreign: Path) -> None:
    options = ("-tls1_3", "-cert", str(foreign / "cert.pem"), "-key", str(foreign / "key.pem"))
    for name, address in doors(world).items():
        answered, said = knock(address, *options)
        assert answered == b"", name
        assert REFUSED.search(said), name


def test_tls_1_2_is_refused_at_every_door(world: World) -> None:
    every = {**doors(world), "enrolment": world.federation.registry["enrolment"]}
    for name, address in every.items():
        answered, said = knock(address, "-tls1_2")
        assert answered == b"" and REFUSED.search(said), name


def test_the_knocking_itself_works(world: World) -> None:
    """Control: whoever may come in is answered, so silence above means refusal."""
    keys = Path(world.federation.node("pudong").data) / "keys"
    options = ("-tls1_3", "-cert", str(keys / "tls.pem"), "-key", str(keys / "tls.key"))
    for name, address in doors(world).items():
        answered, _ = knock(address, *options, "-cert_chain", str(keys / "tls.pem"))
        assert answered, name


def test_a_members_certificate_without_its_statement_calls_nothing(world: World) -> None:
    """The stolen certificate alone: chain and name are right, the key statement is missing."""
    import grpc

    from protos.lantai.v1 import certificates_pb2, certificates_pb2_grpc

    keys = Path(world.federation.node("pudong").data) / "keys"
    credentials = grpc.ssl_channel_credentials(
        (keys / "roots.pem").read_bytes(),
        (keys / "tls.key").read_bytes(),
        (keys / "tls.pem").read_bytes(),
    )
    options = [("grpc.default_authority", "certificates.certsvc.demo.invalid")]
    target = world.federation.certificate_service["grpc"]
    with grpc.secure_channel(target, credentials, options=options) as channel:
        stub = certificates_pb2_grpc.CertificatesStub(channel)
        with pytest.raises(grpc.RpcError) as refused:
            stub.Confirm(certificates_pb2.ConfirmRequest(release_id="x"), timeout=60)
    assert refused.value.code() is grpc.StatusCode.UNAUTHENTICATED
    metadata = dict(refused.value.trailing_metadata())
    assert metadata["lantai-code"]
