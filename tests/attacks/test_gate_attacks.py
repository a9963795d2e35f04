"""What the gate keeps out, over real connections: each case makes no call and has its code."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import grpc
import pytest
from channel_world import ACCESS, DAY, DOMAIN, EXCHANGE, EchoExchange, Someone, World, to_pem
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from protos.lantai.v1 import envelope_pb2, exchange_pb2_grpc
from records.refusal import Refusal
from trust.channel.access import CERTSVC, OWN, AccessTable
from trust.channel.conditions import NOW_KEY
from trust.channel.credentials import TLSIdentity, server_credentials
from trust.channel.peer_proof import STATEMENT_KEY
from trust.channel.quota import Limit
from trust.channel.server import Server, ServiceRegistration, build_server
from trust.channel.status import CODE_KEY
from trust.envelope.dsse import envelope_from_json, envelope_to_json
from trust.identity.authority import create_tls_issuing
from trust.identity.keys import Ed25519Signer, new_ed25519, new_p256
from trust.identity.participant import Participant, ParticipantKind

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


def test_a_member_with_its_statement_comes_in(scene: Scene) -> None:
    assert scene.attack() == "OK"
    assert scene.echo.reached == 1


URI = x509.UniformResourceIdentifier
DNS = x509.DNSName
JIAXING_URI = URI("spiffe://demo.invalid/node/jiaxing")
JIAXING_DNS = DNS("jiaxing.node.demo.invalid")


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ([JIAXING_URI, URI("spiffe://demo.invalid/node/shangrao"), JIAXING_DNS], "two URIs"),
        ([JIAXING_URI, JIAXING_URI, JIAXING_DNS], "the same URI twice"),
        ([JIAXING_DNS], "no URI"),
        (None, "no names at all"),
        ([JIAXING_URI], "no DNS name"),
        ([JIAXING_URI, DNS("shangrao.node.demo.invalid")], "another's DNS name"),
        ([JIAXING_URI, JIAXING_DNS, DNS("shangrao.node.demo.invalid")], "two DNS names"),
        ([URI("https://demo.invalid/node/jiaxing"), JIAXING_DNS], "not SPIFFE"),
        ([URI("spiffe://demo.invalid/node/JIAXING"), JIAXING_DNS], "other spelling"),
        ([URI("spiffe://other.invalid/node/jiaxing"), JIAXING_DNS], "other trust domain"),
    ],
)
def test_a_leaf_with_other_names_than_its_one_is_refused(
    scene: Scene, names: list[x509.GeneralName] | None, code: str
) -> None:
    seen = scene.attack(forge(scene, names))
    assert seen in {"CERTIFICATE_MALFORMED", "IDENTITY_MALFORMED"}, code
    assert scene.echo.reached == 0


def test_a_leaf_that_runs_out_stops_an_open_connection(scene: Scene) -> None:
    with scene.world.raw_channel(
        scene.jiaxing.holder.current, scene.target, scene.shangrao
    ) as channel:
        assert scene.attack_on(channel) == "OK"
        scene.world.skew = 7 * DAY
        assert scene.attack_on(channel) == "CERTIFICATE_EXPIRED"
        scene.world.skew = timedelta(0)
        assert scene.attack_on(channel) == "OK"
    assert scene.echo.reached == 2


@pytest.mark.parametrize("state", ["left", "suspended"])
def test_a_member_that_left_is_stopped_on_an_open_connection(scene: Scene, state: str) -> None:
    with scene.world.raw_channel(
        scene.jiaxing.holder.current, scene.target, scene.shangrao
    ) as channel:
        assert scene.attack_on(channel) == "OK"
        scene.world.set_state("jiaxing", state)
        assert scene.attack_on(channel) == "MEMBER_NOT_ACTIVE"
    assert scene.echo.reached == 1


def test_a_denied_member_leaf_or_key_is_stopped_on_an_open_connection(scene: Scene) -> None:
    identity = scene.jiaxing.holder.current
    with scene.world.raw_channel(identity, scene.target, scene.shangrao) as channel:
        for entry in ["jiaxing", identity.spki_sha256, identity.certificate_sha256]:
            scene.world.denied = frozenset({entry})
            assert scene.attack_on(channel) == "MEMBER_DENIED"
        scene.world.denied = frozenset({"shangrao", "x"})
        assert scene.attack_on(channel) == "OK"
    assert scene.echo.reached == 1


def test_nobody_comes_in_under_a_trust_list_out_of_date(scene: Scene) -> None:
    scene.world.publish(life=timedelta(milliseconds=1))
    assert scene.attack() == "TRUST_LIST_EXPIRED"
    assert scene.echo.reached == 0


def test_a_leaf_for_a_name_that_is_not_listed_is_refused(scene: Scene) -> None:
    nobody = Participant(kind=ParticipantKind.NODE, slug="nobody", trust_domain=DOMAIN)
    identity = scene.world.issue(nobody)
    statement = scene.world.state(nobody, scene.jiaxing.signer, identity)
    assert scene.attack(identity, statement=statement) == "MEMBER_UNKNOWN"
    assert scene.echo.reached == 0


def test_a_node_does_not_become_a_registry_by_its_leaf(scene: Scene) -> None:
    registry = replace(scene.jiaxing.participant, kind=ParticipantKind.REGISTRY)
    identity = scene.world.issue(registry)
    statement = scene.world.state(registry, scene.jiaxing.signer, identity)
    assert scene.attack(identity, statement=statement) == "MEMBER_NOT_ACTIVE"


def statements(scene: Scene) -> dict[str, tuple[bytes, str]]:
    """Statements that do not prove Jiaxing's key, and how each is refused."""
    world, jiaxing, shangrao = scene.world, scene.jiaxing, scene.shangrao
    current = jiaxing.holder.current
    other = world.issue(jiaxing.participant)
    stranger = Ed25519Signer.from_private(new_ed25519())
    good = envelope_from_json(jiaxing.statement)
    flipped = replace(good, payload=good.payload.replace(b'"sequence":1', b'"sequence":2'))
    state = world.state

    def by(signer: Ed25519Signer, identity: TLSIdentity = current, **changes: Any) -> bytes:
        return state(jiaxing.participant, signer, identity, **changes)

    past = {"not_before": world.now - 2 * DAY, "not_after": world.now - DAY}
    future = {"not_before": world.now + DAY, "not_after": world.now + 2 * DAY}
    return {
        "of another key": (by(jiaxing.signer, other), "KEY_STATEMENT_INVALID"),
        "of another member": (shangrao.statement, "KEY_STATEMENT_INVALID"),
        "by another member": (by(shangrao.signer), "KEY_STATEMENT_INVALID"),
        "by a stranger": (by(stranger), "SIGNER_UNKNOWN"),
        "for another use": (by(jiaxing.signer, use="log"), "KEY_STATEMENT_INVALID"),
        "of the past": (by(jiaxing.signer, **past), "KEY_STATEMENT_INVALID"),
        "of the future": (by(jiaxing.signer, **future), "KEY_STATEMENT_INVALID"),
        "changed": (envelope_to_json(flipped), "SIGNATURE_INVALID"),
        "missing": (b"", "KEY_STATEMENT_MISSING"),
        "garbage": (b"\x00\xff garbage", "ENVELOPE_MALFORMED"),
        "too long": (b" " * 5000, "KEY_STATEMENT_INVALID"),
    }


@pytest.mark.parametrize(
    "what",
    [
        "of another key",
        "of another member",
        "by another member",
        "by a stranger",
        "for another use",
        "of the past",
        "of the future",
        "changed",
        "missing",
        "garbage",
        "too long",
    ],
)
def test_a_statement_that_does_not_prove_this_key_is_refused(scene: Scene, what: str) -> None:
    statement, code = statements(scene)[what]
    assert scene.attack(statement=statement) == code
    assert scene.echo.reached == 0


def test_a_stolen_issuing_authority_makes_no_call(scene: Scene) -> None:
    thief = scene.world.issue(scene.jiaxing.participant)
    own_key = Ed25519Signer.from_private(new_ed25519())
    own_statement = scene.world.state(scene.jiaxing.participant, own_key, thief)
    seen = [
        scene.attack(thief),  # with the statement that travels in every call of Jiaxing's
        scene.attack(thief, statement=own_statement),
        scene.attack(thief, statement=b""),
    ]
    assert seen == ["KEY_STATEMENT_INVALID", "SIGNER_UNKNOWN", "KEY_STATEMENT_MISSING"]
    assert scene.echo.reached == 0


def test_a_stolen_issuing_authority_is_fenced_into_its_trust_domain(scene: Scene) -> None:
    world = scene.world
    foreign = create_tls_issuing(
        world.root, "other.example", new_p256(), now=world.now, random=secrets.token_bytes
    )
    names = [URI("spiffe://demo.invalid/node/jiaxing"), JIAXING_DNS]
    issuing, world.issuing = world.issuing, foreign
    try:
        identity = forge(scene, list(names))
    finally:
        world.issuing = issuing
    assert scene.attack(identity) == "UNAVAILABLE"
    assert scene.echo.reached == 0


def test_a_statement_ends_with_the_sign_key_that_made_it(scene: Scene) -> None:
    assert scene.attack() == "OK"
    member = scene.world.members["jiaxing"]
    ended = replace(member.sign_keys[0], revoked_at=scene.world.now)
    scene.world.members["jiaxing"] = replace(member, sign_keys=(ended,))
    scene.world.publish()
    assert scene.attack() in {"KEY_STATEMENT_INVALID", "SIGNER_UNKNOWN"}
    assert scene.echo.reached == 1


def test_a_cached_statement_still_ends_on_time(scene: Scene) -> None:
    identity = scene.jiaxing.holder.current
    short = scene.world.state(
        scene.jiaxing.participant,
        scene.jiaxing.signer,
        identity,
        not_after=scene.world.now + timedelta(hours=1),
    )
    assert scene.attack(statement=short) == "OK"
    scene.world.skew = timedelta(hours=2)
    assert scene.attack(statement=short) == "KEY_STATEMENT_INVALID"


@pytest.mark.parametrize(
    "method",
    ["/lantai.v1.Exchange/Nothing", "/lantai.v1.Desk/GetCase", "/x", "/", "/张三.330402/a"],
)
def test_an_unknown_method_says_nothing(scene: Scene, method: str) -> None:
    assert scene.attack(method=method) in {"METHOD_UNKNOWN", "UNIMPLEMENTED"}
    assert scene.attack(method=method, statement=b"") in {"METHOD_UNKNOWN", "UNIMPLEMENTED"}


def test_a_method_of_other_kinds_is_refused(scene: Scene) -> None:
    echo = EchoExchange()
    registration = ServiceRegistration(
        descriptor=EXCHANGE,
        add=exchange_pb2_grpc.add_ExchangeServicer_to_server,
        servicer=echo,
    )
    rights = {**ACCESS, LOCATE: {CERTSVC}, "/lantai.v1.Exchange/Submit": {OWN}}
    gate = scene.world.gate(scene.shangrao, AccessTable(rights))
    server = build_server(
        listen="127.0.0.1:0",
        credentials=server_credentials(scene.shangrao.holder),
        services=[registration],
        gate=gate,
        workers=4,
    )
    scene.target = f"127.0.0.1:{server.start()}"
    try:
        assert scene.attack() == "METHOD_DENIED"
        assert scene.attack(method="/lantai.v1.Exchange/Submit") == "METHOD_DENIED"
        own = scene.shangrao
        submit = "/lantai.v1.Exchange/Submit"
        assert scene.attack(own.holder.current, statement=own.statement, method=submit) == "OK"
    finally:
        server.stop(0)
    assert echo.reached == 1


def test_a_server_with_a_method_outside_the_table_does_not_start(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    rights = {method: kinds for method, kinds in ACCESS.items() if method != LOCATE}
    short = scene.world.gate(scene.shangrao, AccessTable(rights))
    monkeypatch.setattr(scene.world, "gate", lambda own: short)
    with pytest.raises(ValueError, match="Exchange/Locate"):
        scene.world.serve(scene.shangrao, EchoExchange())


@pytest.mark.parametrize(
    ("timeout", "codes"),
    [
        (None, {"DEADLINE_MISSING"}),
        (7 * 3600.0, {"DEADLINE_MISSING"}),
        (0.08, {"DEADLINE_TOO_SHORT", "DEADLINE_EXCEEDED"}),
    ],
)
def test_a_call_needs_a_deadline_that_leaves_time(
    scene: Scene, timeout: float | None, codes: set[str]
) -> None:
    with scene.world.raw_channel(
        scene.jiaxing.holder.current, scene.target, scene.shangrao
    ) as channel:
        assert scene.attack_on(channel) == "OK"
        assert scene.attack_on(channel, timeout=timeout) in codes
    assert scene.echo.reached == 1


def seconds_from_now(scene: Scene, seconds: float) -> str:
    return str(round((scene.world.clock().timestamp() + seconds) * 1000))


@pytest.mark.parametrize("seconds", [-70, 70, 86_400])
def test_a_clock_that_is_a_minute_off_is_refused(scene: Scene, seconds: float) -> None:
    assert scene.attack(now_ms=seconds_from_now(scene, seconds)) == "CLOCK_SKEW"
    assert scene.echo.reached == 0


@pytest.mark.parametrize("seconds", [-50, 50])
def test_a_clock_that_is_a_little_off_is_borne(scene: Scene, seconds: float) -> None:
    assert scene.attack(now_ms=seconds_from_now(scene, seconds)) == "OK"


@pytest.mark.parametrize("said", ["", "soon", "-1", "1e12", "9" * 40, "0x10"])
def test_a_call_says_its_time_in_milliseconds(scene: Scene, said: str) -> None:
    assert scene.attack(now_ms=said) == "CLOCK_SKEW"


def test_a_message_is_parsed_behind_the_gate_only(scene: Scene) -> None:
    broken = b"\xff\xff\xff\xff"
    assert scene.attack(body=broken) == "MESSAGE_MALFORMED"
    assert scene.attack(body=broken, statement=b"") == "KEY_STATEMENT_MISSING"
    assert scene.attack(body=b"\x0a\x02\xff\xfe") == "MESSAGE_MALFORMED"
    assert scene.echo.reached == 0


def test_who_calls_too_often_is_told_when_to_come_back(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = replace(scene.world.gate(scene.shangrao), calls=Limit(per_minute=6, burst=3))
    monkeypatch.setattr(scene.world, "gate", lambda own: slow)
    server, target = scene.world.serve(scene.shangrao, scene.echo)
    partner = scene.world.call(scene.jiaxing, target, scene.shangrao)
    stub = exchange_pb2_grpc.ExchangeStub(partner.channel)
    try:
        for _ in range(3):
            stub.Locate(MESSAGE)
        with pytest.raises(Refusal, match="QUOTA_EXCEEDED") as caught:
            stub.Locate(MESSAGE)
        assert 8_000 < caught.value.retry_after_ms <= 10_000  # type: ignore[attr-defined]
        scene.world.skew = timedelta(seconds=11)
        stub.Locate(MESSAGE)
    finally:
        partner.close()
        server.stop(0)


def test_a_members_right_does_not_depend_on_its_address(scene: Scene) -> None:
    refusals: list[Callable[[], str]] = [
        lambda: scene.attack(method="/grpc.health.v1.Health/Check", body=b""),
        lambda: scene.attack(method="/grpc.health.v1.Health/List", body=b""),
        lambda: scene.attack(method="/grpc.health.v1.Health/Check", body=b"", statement=b""),
    ]
    assert [ask() for ask in refusals] == ["OK", "METHOD_DENIED", "KEY_STATEMENT_MISSING"]
