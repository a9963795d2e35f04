"""Calls between members over real sockets: what arrives, what comes back, what never leaks."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent import futures
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import grpc
import pytest
from channel_world import DOMAIN, EXCHANGE, EchoExchange, Someone, World, wall_clock
from grpc_health.v1 import health_pb2, health_pb2_grpc

from protos.lantai.v1 import (
    enrolment_pb2,
    enrolment_pb2_grpc,
    envelope_pb2,
    exchange_pb2,
    exchange_pb2_grpc,
)
from records.refusal import Kind, Reason, Refusal
from trust.channel import caller
from trust.channel.access import ANONYMOUS, NODE, AccessTable
from trust.channel.client import PartnerSettings
from trust.channel.conditions import SHAVED
from trust.channel.credentials import server_credentials
from trust.channel.enrolment_client import EnrolmentChannel
from trust.channel.facade import PartnerFuture
from trust.channel.gate import EnrolmentGate
from trust.channel.quota import Limit, MemoryRateLimiter
from trust.channel.sanitising import SanitisingInterceptor
from trust.channel.server import Server, ServiceRegistration, build_server
from trust.channel.status import PartnerRefusal, reasons_by_code
from trust.identity.participant import ParticipantKind

SECRET = "张三 330402196201011234"
MESSAGE = envelope_pb2.Envelope(payload_type="application/x", payload=b"hello")
SCOPE = Reason("AGREEMENT_SCOPE", Kind.REFUSED, "协议未包含", "not agreed", "补签协议", "agree")


@dataclass
class Pair:
    world: World
    jiaxing: Someone
    shangrao: Someone
    echo: EchoExchange
    server: Server
    target: str
    stub: exchange_pb2_grpc.ExchangeStub


@pytest.fixture
def pair() -> Iterator[Pair]:
    world = World()
    jiaxing, shangrao = world.join("jiaxing"), world.join("shangrao")
    echo = EchoExchange()
    server, target = world.serve(shangrao, echo)
    partner = world.call(jiaxing, target, shangrao)
    stub = exchange_pb2_grpc.ExchangeStub(partner.channel)
    yield Pair(world, jiaxing, shangrao, echo, server, target, stub)
    partner.close()
    server.stop(0)


def test_a_message_a_future_and_a_stream_arrive(pair: Pair) -> None:
    assert pair.stub.Locate(MESSAGE) == MESSAGE
    answers = [pair.stub.Submit.future(MESSAGE) for _ in range(5)]
    assert [answer.result(60) for answer in answers] == [MESSAGE] * 5
    assert all(answer.done() for answer in answers)
    pieces = list(pair.stub.FetchPages(exchange_pb2.FetchPagesRequest()))
    assert [piece.offset for piece in pieces] == [0, 4, 8]


def test_the_servicer_knows_who_calls_and_until_when(pair: Pair) -> None:
    seen: list[caller.Caller] = []

    def note(request: Any, context: grpc.ServicerContext) -> Any:
        seen.append(caller.current(context))
        return request

    pair.echo.on_locate = note
    begun = wall_clock()
    pair.stub.Locate(MESSAGE, timeout=30)
    (known,) = seen
    identity = pair.jiaxing.holder.current
    assert known.participant == pair.jiaxing.participant
    assert (known.participant_id, known.kind) == ("jiaxing", ParticipantKind.NODE)
    assert known.certificate_sha256 == identity.certificate_sha256
    assert known.server_id == "shangrao"
    # However busy the machine was: nothing but the call itself lay between the two clocks.
    spent, asked = wall_clock() - begun, timedelta(seconds=30)
    assert abs(known.deadline - begun - asked) <= SHAVED + spent


def test_a_refusal_comes_back_with_code_detail_and_chinese_sentence(pair: Pair) -> None:
    def refuse(_request: Any, _context: Any) -> Any:
        raise Refusal(SCOPE, "category marriage_registration")

    pair.echo.on_locate = refuse
    known = reasons_by_code() | {SCOPE.code: SCOPE}
    partner = pair.world.call(pair.jiaxing, pair.target, pair.shangrao, known=known)
    with pytest.raises(Refusal) as caught:
        exchange_pb2_grpc.ExchangeStub(partner.channel).Locate(MESSAGE)
    partner.close()
    assert caught.value.reason is SCOPE
    assert caught.value.line() == (
        "AGREEMENT_SCOPE: 协议未包含 (category marriage_registration) → 补签协议"
    )


@pytest.mark.parametrize("way", ["raise", "abort", "set_details", "refusal"])
def test_no_text_of_a_servicer_reaches_the_peer_or_the_log(
    pair: Pair, caplog: pytest.LogCaptureFixture, way: str
) -> None:
    def fail(request: Any, context: grpc.ServicerContext) -> Any:
        if way == "abort":
            context.abort(grpc.StatusCode.NOT_FOUND, SECRET)
        if way == "set_details":
            context.set_code(grpc.StatusCode.NOT_FOUND)
            context.set_details(SECRET)
            return request
        if way == "refusal":
            raise Refusal(SCOPE, "330402196201011234")
        raise ValueError(SECRET)

    pair.echo.on_locate = fail
    identity = pair.jiaxing.holder.current
    now = str(round(pair.world.clock().timestamp() * 1000))
    proof = (("lantai-key-bin", pair.jiaxing.statement), ("lantai-now-ms", now))
    caplog.set_level(logging.DEBUG)
    with pair.world.raw_channel(identity, pair.target, pair.shangrao) as channel:
        with pytest.raises(grpc.RpcError) as caught:
            channel.unary_unary("/lantai.v1.Exchange/Locate")(b"", timeout=60, metadata=proof)
    fault: Any = caught.value
    told = f"{fault.details()} {fault.trailing_metadata()} {fault.debug_error_string()}"
    for piece in ["张三", "330402196201011234", "ValueError"]:
        assert piece not in told
    assert SECRET not in caplog.text
    assert "330402" not in caplog.text
    if way == "raise":
        incident = dict(fault.trailing_metadata())["lantai-incident"]
        assert incident in caplog.text
        assert "ValueError" in caplog.text


def fail_four_ways() -> grpc.GenericRpcHandler:
    def one(_request: Any, _context: Any) -> bytes:
        raise KeyError(SECRET)

    def many(_request: Any, _context: Any) -> Iterator[bytes]:
        yield b"first"
        raise KeyError(SECRET)

    return grpc.method_handlers_generic_handler(
        "t.T",
        {
            "unary_unary": grpc.unary_unary_rpc_method_handler(one),
            "stream_unary": grpc.stream_unary_rpc_method_handler(one),
            "unary_stream": grpc.unary_stream_rpc_method_handler(many),
            "stream_stream": grpc.stream_stream_rpc_method_handler(many),
        },
    )


@pytest.mark.parametrize("shape", ["unary_unary", "stream_unary", "unary_stream", "stream_stream"])
def test_an_exception_in_any_shape_is_an_incident_number(shape: str) -> None:
    server = grpc.server(
        futures.ThreadPoolExecutor(2), interceptors=[SanitisingInterceptor(os.urandom)]
    )
    server.add_generic_rpc_handlers((fail_four_ways(),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        request = iter([b"x"]) if shape.startswith("stream") else b"x"
        with pytest.raises(grpc.RpcError) as caught:
            answer = getattr(channel, shape)(f"/t.T/{shape}")(request, timeout=60)
            list(answer)
    server.stop(0)
    fault: Any = caught.value
    assert fault.code() is grpc.StatusCode.INTERNAL
    assert dict(fault.trailing_metadata())["lantai-code"] == "INTERNAL_FAULT"
    assert "张三" not in f"{fault.details()} {fault.debug_error_string()}"


def test_a_method_that_nobody_wrote_is_unknown(pair: Pair) -> None:
    with pytest.raises(PartnerRefusal, match="METHOD_UNKNOWN"):
        pair.stub.Deliver(MESSAGE)


def test_a_slow_partner_is_a_timeout_and_a_dead_one_unavailable(pair: Pair) -> None:
    release = threading.Event()

    def wait(request: Any, _context: Any) -> Any:
        release.wait(60)
        return request

    pair.echo.on_locate = wait
    with pytest.raises(PartnerRefusal, match="PARTNER_TIMEOUT"):
        pair.stub.Locate(MESSAGE, timeout=0.3)
    with pytest.raises(PartnerRefusal, match="PARTNER_TIMEOUT"):
        pair.stub.Locate.future(MESSAGE, timeout=60).result(0.1)
    release.set()
    pair.server.stop(0)
    with pytest.raises(PartnerRefusal, match="PARTNER_UNAVAILABLE") as caught:
        pair.stub.Locate(MESSAGE, timeout=60)
    assert caught.value.reason.kind is Kind.UNAVAILABLE


def test_a_message_too_large_and_a_full_queue_are_told_apart(pair: Pair) -> None:
    with pytest.raises(PartnerRefusal, match="MESSAGE_TOO_LARGE") as large:
        pair.stub.Locate(envelope_pb2.Envelope(payload=bytes(2 * 1024 * 1024)))
    assert large.value.reason.kind is Kind.USAGE
    release = threading.Event()

    def wait(request: Any, _context: Any) -> Any:
        release.wait(120)
        return request

    pair.echo.on_locate = wait
    running = [pair.stub.Locate.future(MESSAGE) for _ in range(8 * 8 + 20)]
    codes = []
    try:
        for _ in range(600):
            if sum(answer.done() for answer in running) >= 20:
                break
            time.sleep(0.1)
        codes = [refusal_of(answer) for answer in running if answer.done()]
    finally:
        release.set()
    finished = [answer for answer in running if refusal_of(answer) == "OK"]
    assert set(codes) == {"PARTNER_BUSY"}
    assert len(finished) == 64
    assert len(codes) == 20


def refusal_of(answer: PartnerFuture) -> str:
    try:
        answer.result(120)
    except PartnerRefusal as refusal:
        return refusal.code
    return "OK"


def test_a_stream_that_breaks_ends_with_a_refusal(pair: Pair) -> None:
    class Broken(EchoExchange):
        def FetchPages(self, request: Any, context: Any) -> Iterator[Any]:
            yield envelope_pb2.Chunk(data=b"page")
            raise Refusal(SCOPE)

    server, target = pair.world.serve(pair.shangrao, Broken())
    partner = pair.world.call(pair.jiaxing, target, pair.shangrao)
    stream = exchange_pb2_grpc.ExchangeStub(partner.channel).FetchPages(
        exchange_pb2.FetchPagesRequest()
    )
    assert next(stream).data == b"page"
    with pytest.raises(PartnerRefusal, match="AGREEMENT_SCOPE"):
        next(stream)
    partner.close()
    server.stop(0)


def test_health_is_told_to_members(pair: Pair) -> None:
    partner = pair.world.call(pair.jiaxing, pair.target, pair.shangrao)
    stub = health_pb2_grpc.HealthStub(partner.channel)
    request = health_pb2.HealthCheckRequest()
    assert stub.Check(request).status == health_pb2.HealthCheckResponse.SERVING
    pair.server.set_serving(False)
    assert stub.Check(request).status == health_pb2.HealthCheckResponse.NOT_SERVING
    partner.close()


def test_own_programs_watch_health(pair: Pair) -> None:
    own = pair.world.call(pair.shangrao, pair.target, pair.shangrao)
    stream = health_pb2_grpc.HealthStub(own.channel).Watch(
        health_pb2.HealthCheckRequest(), timeout=60
    )
    assert next(stream).status == health_pb2.HealthCheckResponse.SERVING
    pair.server.set_serving(False)
    assert next(stream).status == health_pb2.HealthCheckResponse.NOT_SERVING
    stream.cancel()
    own.close()


def test_stopping_lets_a_running_call_finish(pair: Pair) -> None:
    entered = threading.Event()

    def slow(request: Any, _context: Any) -> Any:
        entered.set()
        time.sleep(0.5)
        return request

    pair.echo.on_locate = slow
    answer = pair.stub.Locate.future(MESSAGE)
    assert entered.wait(60)
    pair.server.stop(60)
    assert answer.result(60) == MESSAGE


def test_closing_a_channel_lets_a_running_call_finish(pair: Pair) -> None:
    entered = threading.Event()

    def slow(request: Any, _context: Any) -> Any:
        entered.set()
        time.sleep(0.3)
        return request

    pair.echo.on_locate = slow
    partner = pair.world.call(pair.jiaxing, pair.target, pair.shangrao)
    stub = exchange_pb2_grpc.ExchangeStub(partner.channel)
    answer = stub.Locate.future(MESSAGE)
    assert entered.wait(60)
    partner.close()
    assert answer.result(60) == MESSAGE
    with pytest.raises(PartnerRefusal, match="PARTNER_UNAVAILABLE"):
        stub.Locate(MESSAGE)


def test_a_busy_port_is_refused_by_name(pair: Pair) -> None:
    with pytest.raises(Refusal, match="ADDRESS_UNAVAILABLE"):
        build_server(
            listen=pair.target,
            credentials=server_credentials(pair.shangrao.holder),
            services=[
                ServiceRegistration(
                    descriptor=EXCHANGE,
                    add=exchange_pb2_grpc.add_ExchangeServicer_to_server,
                    servicer=pair.echo,
                )
            ],
            gate=pair.world.gate(pair.shangrao),
        )


class EnrolmentEcho(enrolment_pb2_grpc.EnrolmentServicer):
    def Enrol(self, request: Any, context: grpc.ServicerContext) -> Any:
        with pytest.raises(RuntimeError):
            caller.current(context)
        return enrolment_pb2.EnrolReply(enrolment_id="00" * 16, fingerprint=request.token)

    def Collect(self, request: Any, context: Any) -> Any:
        return enrolment_pb2.CollectReply(state="pending")

    def Renew(self, request: Any, context: Any) -> Any:
        raise AssertionError


def test_strangers_enrol_on_a_listener_of_its_own() -> None:
    world = World()
    registry = world.join("registry", ParticipantKind.REGISTRY)
    rights = {
        "/lantai.v1.Enrolment/Enrol": {ANONYMOUS},
        "/lantai.v1.Enrolment/Collect": {ANONYMOUS},
        "/lantai.v1.Enrolment/Renew": {NODE},
    }
    server = build_server(
        listen="127.0.0.1:0",
        credentials=server_credentials(registry.holder, require_client=False),
        services=[
            ServiceRegistration(
                descriptor=enrolment_pb2.DESCRIPTOR.services_by_name["Enrolment"],
                add=enrolment_pb2_grpc.add_EnrolmentServicer_to_server,
                servicer=EnrolmentEcho(),
            )
        ],
        gate=EnrolmentGate(
            access=AccessTable(rights),
            clock=world.clock,
            limiter=MemoryRateLimiter(),
            calls=Limit(per_minute=6, burst=4),
        ),
        workers=2,
    )
    target = f"127.0.0.1:{server.start()}"
    settings = PartnerSettings(clock=world.clock, known=reasons_by_code())
    with EnrolmentChannel(target, registry.participant, world.root.pem, settings) as stranger:
        stub = enrolment_pb2_grpc.EnrolmentStub(stranger.channel)
        assert stub.Enrol(enrolment_pb2.EnrolRequest(token="t")).fingerprint == "t"
        assert stub.Collect(enrolment_pb2.CollectRequest()).state == "pending"
        with pytest.raises(PartnerRefusal, match="METHOD_DENIED"):
            stub.Renew(enrolment_pb2.RenewRequest())
        for _ in range(2):
            stub.Collect(enrolment_pb2.CollectRequest())
        with pytest.raises(PartnerRefusal, match="QUOTA_EXCEEDED") as caught:
            stub.Collect(enrolment_pb2.CollectRequest())
        assert caught.value.retry_after_ms > 0
    other_root, _ = world.new_authority()
    with EnrolmentChannel(target, registry.participant, other_root.pem, settings) as misled:
        with pytest.raises(PartnerRefusal, match="PARTNER_UNAVAILABLE"):
            enrolment_pb2_grpc.EnrolmentStub(misled.channel).Collect(
                enrolment_pb2.CollectRequest(), timeout=60
            )
    server.stop(0)
    assert registry.participant.trust_domain == DOMAIN


def test_sigterm_ends_a_server_cleanly() -> None:
    program = (
        "from trust.channel import tls13; tls13.require()\n"
        "from channel_world import EchoExchange, World\n"
        "world = World(); own = world.join('shangrao')\n"
        "server, target = world.serve(own, EchoExchange())\n"
        "import signal, threading, time\n"
        "def say():\n"
        "    while not callable(signal.getsignal(signal.SIGTERM)):\n"
        "        time.sleep(0.01)\n"
        "    print(target, flush=True)\n"
        "threading.Thread(target=say).start()\n"
        "server.serve_until_terminated(60)\n"
        "print('stopped', flush=True)\n"
    )
    tests = Path(__file__).parents[1]
    running = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        text=True,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": f"{tests}:{tests.parent}"},
    )
    assert running.stdout is not None
    assert running.stdout.readline().startswith("127.0.0.1:")
    running.send_signal(signal.SIGTERM)
    said, _ = running.communicate(timeout=120)
    assert (running.returncode, said.strip()) == (0, "stopped")
