"""Which calls of a known member the gate refuses: method, deadline, clock, bytes, number."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from channel_world import ACCESS, EXCHANGE, EchoExchange
from gate_scene import LOCATE, MESSAGE, Scene, scene

from protos.lantai.v1 import exchange_pb2_grpc
from records.refusal import Refusal
from trust.channel.access import CERTSVC, OWN, AccessTable
from trust.channel.credentials import server_credentials
from trust.channel.quota import Limit
from trust.channel.server import ServiceRegistration, build_server

__all__ = ["scene"]


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
