"""A gRPC server of ours: services behind the sanitising interceptor and a gate, with health.

Synchronous with a thread pool (architecture.md): handlers compute and use SQL. More load is met
by more processes. There is no way here to open a port without TLS.
"""

import secrets
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent import futures
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf.descriptor import ServiceDescriptor
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from records.refusal import Refusal
from trust.channel import tls13
from trust.channel.gate import EnrolmentGate, Gate, GateInterceptor
from trust.channel.reasons import ADDRESS_UNAVAILABLE
from trust.channel.sanitising import SanitisingInterceptor

CONTROL_BYTES = 1024 * 1024
"""Largest message of a server that carries statements."""
DATA_BYTES = 4 * 1024 * 1024
"""Largest message of a server that carries pages."""
QUEUED_PER_WORKER = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """What a server bears."""

    message_bytes: int = CONTROL_BYTES
    """Largest message in either direction, after decompression."""
    handshake_ms: int = 5000
    """A connection that has not finished TLS by then is closed."""
    connection_age_ms: int = 600_000
    """A connection is asked to end after this time and has 30 s to finish its calls."""
    reuse_port: bool = False
    """Several processes may listen on one port (production); else a busy port is an error."""
    random: Callable[[int], bytes] = secrets.token_bytes
    """Makes the numbers of incidents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRegistration:
    """One service of a server."""

    descriptor: ServiceDescriptor
    """From the generated module: `exchange_pb2.DESCRIPTOR.services_by_name["Exchange"]`."""
    add: Callable[[Any, grpc.Server], None]
    """Generated: `exchange_pb2_grpc.add_ExchangeServicer_to_server`."""
    servicer: object

    @property
    def methods(self) -> tuple[str, ...]:
        """Full method names, e.g. "/lantai.v1.Exchange/Submit"."""
        service = self.descriptor
        return tuple(f"/{service.full_name}/{method.name}" for method in service.methods)


class Server:
    """A built server: start it, ask its health, stop it with grace."""

    def __init__(
        self, server: grpc.Server, address: str, port: int, servicer: health.HealthServicer
    ) -> None:
        """Use `build_server`."""
        self._server = server
        self._host = address.rpartition(":")[0].strip("[]")
        self._port = port
        self._health = servicer

    def start(self) -> int:
        """Serving; the port that was bound.

        Raises:
            RuntimeError: the listener would talk TLS 1.2.
        """
        self._server.start()
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self._host, self._host)  # noqa: S104
        try:
            tls13.verify_listener(host, self._port)
        except (RuntimeError, OSError):
            self._server.stop(None)
            raise
        self._health.set("", health_pb2.HealthCheckResponse.SERVING)
        return self._port

    def set_serving(self, serving: bool) -> None:
        """Tell health checks whether this process wants calls."""
        status = health_pb2.HealthCheckResponse
        self._health.set("", status.SERVING if serving else status.NOT_SERVING)

    def stop(self, grace_seconds: float = 10.0) -> None:
        """No new calls; those that run had `grace_seconds` to finish."""
        self._health.enter_graceful_shutdown()
        self._server.stop(grace_seconds).wait()

    def serve_until_terminated(self, grace_seconds: float = 10.0) -> None:
        """Returns after SIGTERM or SIGINT, stopped cleanly. Call it on the main thread."""
        asked = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: asked.set())
        asked.wait()
        self.stop(grace_seconds)


def build_server(
    *,
    listen: str,
    credentials: grpc.ServerCredentials,
    services: Sequence[ServiceRegistration],
    gate: Gate | EnrolmentGate,
    workers: int = 16,
    settings: ServerSettings | None = None,
) -> Server:
    """A server on `listen` ("host:port", port 0 = any free one), not started yet.

    `workers` calls run at once, eight times as many wait, the rest are refused.

    Raises:
        ValueError: a registered method has no line in the gate's access table.
        RuntimeError: `tls13.require` was not called.
        Refusal: ADDRESS_UNAVAILABLE.
    """
    settings = settings or ServerSettings()
    gate.access.verify_complete(method for service in services for method in service.methods)
    if not tls13.is_required():
        message = "call trust.channel.tls13.require() before building a server"
        raise RuntimeError(message)
    server = grpc.server(
        futures.ThreadPoolExecutor(workers, thread_name_prefix="call"),
        interceptors=[SanitisingInterceptor(settings.random), GateInterceptor(gate)],
        options=_options(settings),
        maximum_concurrent_rpcs=workers * QUEUED_PER_WORKER,
    )
    for service in services:
        service.add(service.servicer, server)
    health_servicer = health.HealthServicer(experimental_non_blocking=False)
    health_pb2_grpc.add_HealthServicer_to_server(health_servicer, server)
    health_servicer.set("", health_pb2.HealthCheckResponse.NOT_SERVING)
    try:
        port = server.add_secure_port(listen, credentials)
    except RuntimeError as fault:
        raise Refusal(ADDRESS_UNAVAILABLE, listen) from fault
    if port == 0:
        raise Refusal(ADDRESS_UNAVAILABLE, listen)
    return Server(server, listen, port, health_servicer)


def _options(settings: ServerSettings) -> list[tuple[str, int]]:
    return [
        ("grpc.max_receive_message_length", settings.message_bytes),
        ("grpc.max_send_message_length", settings.message_bytes),
        # Key statement, act token and little else.
        ("grpc.max_metadata_size", 16 * 1024),
        ("grpc.absolute_max_metadata_size", 16 * 1024),
        ("grpc.server_handshake_timeout_ms", settings.handshake_ms),
        ("grpc.max_connection_age_ms", settings.connection_age_ms),
        ("grpc.max_connection_age_grace_ms", 30_000),
        ("grpc.keepalive_time_ms", 60_000),
        ("grpc.keepalive_timeout_ms", 20_000),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.min_ping_interval_without_data_ms", 20_000),
        ("grpc.max_concurrent_streams", 256),
        ("grpc.enable_retries", 0),
        ("grpc.so_reuseport", int(settings.reuse_port)),
    ]
