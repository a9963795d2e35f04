"""The connection test names the layer that is broken, its code and its remedy."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from channel_world import EchoExchange, World
from cryptography.hazmat.primitives import serialization
from own_ports import free_port

from node.services.check_connection import CheckConnection
from records.refusal import Refusal
from trust.channel import probing
from trust.channel.credentials import TLSIdentity
from trust.channel.probe_reasons import PROBE_DNS
from trust.channel.reasons import MEMBER_DENIED
from trust.identity.authority import issue_leaf
from trust.identity.keys import new_p256
from trust.identity.participant import Participant
from trust.identity.reasons import MEMBER_UNKNOWN


@pytest.fixture(scope="module")
def world() -> World:
    made = World()
    made.join("jiaxing")
    made.join("shangrao")
    return made


def code_of(act: Any, *arguments: Any) -> str:
    with pytest.raises(Refusal) as refused:
        act(*arguments)
    assert refused.value.reason.remedy_zh and refused.value.reason.remedy_en
    return refused.value.code


@contextmanager
def tls_server(identity: TLSIdentity, folder: Path, newest: ssl.TLSVersion) -> Iterator[int]:
    """Any TLS server, with the certificate of an identity."""
    (folder / "chain.pem").write_bytes(identity.chain_pem)
    (folder / "key.pem").write_bytes(identity.private_key_pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = newest
    context.load_cert_chain(folder / "chain.pem", folder / "key.pem")
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
                context.wrap_socket(connection, server_side=True).close()
            except (ssl.SSLError, ConnectionError):
                continue
            except OSError:
                return

    threading.Thread(target=serve, daemon=True).start()
    yield listener.getsockname()[1]
    listener.close()


def verify(world: World, port: int, expected: Participant, roots: bytes | None = None) -> Any:
    connection, address = probing.connect(["127.0.0.1"], port)
    return probing.verify_server(connection, address, expected, roots or world.root.pem)


def test_names_and_ports() -> None:
    assert probing.split_target("[::1]:7100") == ("::1", 7100)
    for wrong in ("", "host", "host:", "host:0", "host:99999", ":7100"):
        assert code_of(probing.split_target, wrong) == "PROBE_ADDRESS"
    assert probing.resolve("localhost")
    assert code_of(probing.resolve, "no-such-host.invalid") == "PROBE_DNS"
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        probing.connect(["127.0.0.1"], port)[0].close()
    assert code_of(probing.connect, ["127.0.0.1"], port) == "PROBE_PORT_CLOSED"


def test_a_silent_port_is_told_from_a_closed_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "TIMEOUT_SECONDS", 0.2)
    with socket.socket() as full:
        # A queue that nobody empties answers nothing, as a firewall does.
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(address)
        assert code_of(probing.connect, ["127.0.0.1"], address[1]) == "PROBE_PORT_SILENT"
        for one in waiting:
            one.close()


def test_what_answers_is_the_right_server_under_our_roots(world: World) -> None:
    shangrao, jiaxing = world.people["shangrao"], world.people["jiaxing"]
    server, target = world.serve(shangrao, EchoExchange())
    port = int(target.rpartition(":")[2])
    assert verify(world, port, shangrao.participant).leaf == shangrao.holder.current.leaf
    assert code_of(verify, world, port, jiaxing.participant) == "PROBE_OTHER_SERVER"
    stranger = World()
    foreign = stranger.root.pem
    assert code_of(verify, world, port, shangrao.participant, foreign) == "PROBE_CHAIN"
    assert code_of(verify, world, port, shangrao.participant, b"no pem") == "PROBE_CHAIN"
    server.stop(0)


def test_an_old_tls_and_no_tls_are_told_apart(world: World, tmp_path: Path) -> None:
    shangrao = world.people["shangrao"]
    with tls_server(shangrao.holder.current, tmp_path, ssl.TLSVersion.TLSv1_2) as port:
        assert code_of(verify, world, port, shangrao.participant) == "PROBE_TLS_VERSION"
    with socket.create_server(("127.0.0.1", 0)) as plain:

        def answer() -> None:
            connection, _ = plain.accept()
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" + b" " * 64)
            connection.close()

        threading.Thread(target=answer, daemon=True).start()
        port = plain.getsockname()[1]
        assert code_of(verify, world, port, shangrao.participant) == "PROBE_NOT_TLS"


@pytest.mark.parametrize("days", [-30, 30])
def test_a_certificate_out_of_date_points_at_the_clock(
    world: World, tmp_path: Path, days: int
) -> None:
    shangrao = world.people["shangrao"]
    key = new_p256()
    then = world.now + timedelta(days=days)
    authority = world.issuing if days > 0 else World(now=then).issuing
    leaf = issue_leaf(authority, shangrao.participant, key.public_key(), now=then, random=_random)
    identity = world.identity(leaf, key, authority)
    roots = world.root.pem
    if days < 0:
        older = World(now=then)
        authority = older.issuing
        leaf = issue_leaf(
            authority, shangrao.participant, key.public_key(), now=then, random=_random
        )
        identity, roots = older.identity(leaf, key, authority), older.root.pem
    assert leaf.public_bytes(serialization.Encoding.PEM) in identity.chain_pem
    with tls_server(identity, tmp_path, ssl.TLSVersion.TLSv1_3) as port:
        assert code_of(verify, world, port, shangrao.participant, roots) == "PROBE_DATES"


def _random(count: int) -> bytes:
    import secrets

    return secrets.token_bytes(count)


class Line:
    """`RegistryLine` that breaks where it is told."""

    def __init__(self, now: datetime, breaks: dict[str, Refusal], **found: Any) -> None:
        self.now, self.breaks, self.found = now, breaks, found

    def _say(self, what: str, said: Any) -> Any:
        if what in self.breaks:
            raise self.breaks[what]
        return said

    def resolve(self) -> str:
        return self._say("resolve", "10.0.0.1")

    def connect(self) -> str:
        return self._say("connect", "10.0.0.1:7100")

    def verify_server(self) -> str:
        return self._say("server", "2026-12-01")

    def own_certificate(self) -> str:
        return self._say("own", "2026-12-01")

    def beat(self) -> datetime:
        return self._say("beat", self.now + self.found.get("skew", timedelta(0)))

    def directory(self) -> Any:
        endpoint = SimpleNamespace(statement=SimpleNamespace(grpc="h:1"))
        return SimpleNamespace(
            head=SimpleNamespace(version=3),
            endpoints={"jiaxing": endpoint} if self.found.get("stated", True) else {},
            get_key=lambda *_: None,
            agreements={},
        )


@pytest.mark.parametrize(
    ("breaks", "found", "code", "verdict", "steps"),
    [
        ({"resolve": PROBE_DNS}, {}, "PROBE_DNS", "failed", 1),
        ({"beat": MEMBER_UNKNOWN}, {}, "NOT_LISTED_YET", "waits", 5),
        ({"beat": MEMBER_DENIED}, {}, "MEMBER_DENIED", "failed", 5),
        ({}, {"skew": timedelta(seconds=75)}, "CLOCK_SKEW", "failed", 5),
        ({}, {"stated": False}, "NO_STATEMENTS", "waits", 8),
        ({}, {}, "NO_AGREEMENT", "waits", 8),
    ],
)
def test_the_first_broken_step_is_named_and_what_stands_above_it_is_not_guessed(
    at: datetime, breaks: dict[str, Any], found: dict[str, Any], code: str, verdict: str, steps: int
) -> None:
    line: Any = Line(at, {name: Refusal(reason) for name, reason in breaks.items()}, **found)
    checked = CheckConnection("jiaxing", line, lambda: at, lambda node: node).run()
    assert checked.verdict == verdict
    wrong = [step for step in checked.steps if step.code]
    assert wrong[0].code == code
    assert wrong[0].remedy and wrong[0].said
    assert len(checked.steps) == steps
