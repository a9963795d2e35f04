"""The way to the registry layer by layer, for the connection test."""

from collections.abc import Callable
from datetime import UTC, datetime

from node.adapters.registry_client import GrpcRegistry
from protos.lantai.v1 import liveness_pb2, liveness_pb2_grpc
from trust.channel.client import PartnerChannel
from trust.channel.credentials import TLSIdentity
from trust.channel.probing import connect, resolve, split_target, verify_server
from trust.identity.chain import verify_window
from trust.identity.directory_snapshot import DirectorySnapshot
from trust.identity.participant import Participant


class ProbedRegistry:
    """`RegistryLine` over sockets, TLS and gRPC."""

    def __init__(
        self,
        target: str,
        registry: Participant,
        identity: TLSIdentity,
        channel: PartnerChannel,
        fetch: Callable[[GrpcRegistry], DirectorySnapshot],
        clock: Callable[[], datetime],
    ) -> None:
        """`channel` is the node's own channel to the registry; `fetch` reads the directory."""
        self._target = target
        self._registry = registry
        self._identity = identity
        self._channel = channel
        self._fetch = fetch
        self._clock = clock
        self._addresses: list[str] = []

    def resolve(self) -> str:
        """What the name stands for. Raises Refusal: PROBE_ADDRESS, PROBE_DNS."""
        host, _ = split_target(self._target)
        self._addresses = resolve(host)
        return "、".join(self._addresses[:4])

    def connect(self) -> str:
        """Which address answered. Raises Refusal: PROBE_PORT_CLOSED, PROBE_PORT_SILENT."""
        _, port = split_target(self._target)
        connection, address = connect(self._addresses, port)
        connection.close()
        self._addresses = [address]
        return f"{address}:{port}"

    def verify_server(self) -> str:
        """Until when the server's certificate runs. Raises Refusal: PROBE_* of TLS."""
        _, port = split_target(self._target)
        connection, address = connect(self._addresses, port)
        roots = self._identity.roots_pem
        reached = verify_server(connection, address, self._registry, roots)
        return f"{reached.leaf.not_valid_after_utc:%Y-%m-%d}"

    def own_certificate(self) -> str:
        """Until when ours runs. Raises Refusal: CERTIFICATE_EXPIRED."""
        leaf = self._identity.leaf
        verify_window(leaf, self._clock())
        return f"{leaf.not_valid_after_utc:%Y-%m-%d %H:%M}（到期前自动续期）"

    def beat(self) -> datetime:
        """The registry's clock. Raises Refusal: as the registry's gate answers."""
        stub = liveness_pb2_grpc.LivenessStub(self._channel.channel)
        now_ms = int(self._clock().timestamp() * 1000)
        reply = stub.Beat(liveness_pb2.BeatRequest(now_ms=now_ms))
        return datetime.fromtimestamp(reply.now_ms / 1000, UTC)

    def directory(self) -> DirectorySnapshot:
        """The directory, fetched and verified. Raises Refusal: its reasons."""
        return self._fetch(GrpcRegistry(self._channel))
