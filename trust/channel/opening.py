"""Opens a connection whose server has proved itself, and gives it out only once it stands.

Between looking a server in the face and connecting to it the partner may have renewed its
certificate, and the directory may not know the new key yet. Neither costs a call: a connection
that did not come up has carried none, so it is looked at again, and a key that the directory does
not have may be introduced by the partner itself, with a statement of its sign key (decision 0880).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from records.refusal import Refusal
from trust.channel.conditions import NOW_KEY
from trust.channel.credentials import TLSIdentity, client_credentials
from trust.channel.peer_proof import STATEMENT_KEY
from trust.channel.pinning import ExpectedServer, PinnedLeaf, fetch_leaf
from trust.channel.reasons import PARTNER_TIMEOUT, PARTNER_UNAVAILABLE, PARTNER_UNPROVEN
from trust.channel.server import DATA_BYTES
from trust.channel.status import PartnerRefusal, restore

Introduce = Callable[[bytes, str], None]
"""Takes the statement that a server sent about itself and the SHA-256 of the key that it showed;
raises a Refusal unless the statement proves the key and is newer than what is known."""

_LOOKS = 6
_ANSWER_SECONDS = 3.0
_NOT_STATED = "the key is not one that the partner stated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a connection is opened with."""

    target: str
    server: ExpectedServer
    identity: TLSIdentity
    statement: bytes
    """DSSE JSON of our own key statement."""
    now: datetime
    introduce: Introduce | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A connection that stands."""

    channel: grpc.Channel
    leaf_spki: str
    """SHA-256 of the key that the server proved, hex."""


def open_pinned(opening: Opening, pins: Callable[[], frozenset[str]]) -> Opened:
    """A connection to a server with a key among `pins`, or with one introduced just now.

    Raises:
        Refusal: PARTNER_UNAVAILABLE, PARTNER_UNPROVEN.
    """
    reason: Refusal = PartnerRefusal(PARTNER_UNAVAILABLE, "no connection came up")
    for _ in range(_LOOKS):
        leaf = fetch_leaf(opening.server, opening.now)
        # Asked after the look: a partner publishes a key before it shows it.
        is_stated = leaf.spki_sha256 in pins()
        if not is_stated and opening.introduce is None:
            raise Refusal(PARTNER_UNPROVEN, _NOT_STATED)
        try:
            return _connect(opening, leaf, is_stated=is_stated)
        except _LookAgain as again:
            # It renewed between our look and the connection, or between that and its answer.
            reason = again.reason
    raise reason


class _LookAgain(Exception):
    """The connection is not the one that was looked at."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__()
        self.reason = reason


def _connect(opening: Opening, leaf: PinnedLeaf, *, is_stated: bool) -> Opened:
    channel = grpc.secure_channel(
        opening.target,
        client_credentials(opening.identity, leaf.pem),
        options=channel_options(opening.server.participant.dns_name),
    )
    try:
        statement = _greet(opening, channel)
        if not is_stated:
            _introduce(opening, statement, leaf)
    except BaseException:
        channel.close()
        raise
    return Opened(channel=channel, leaf_spki=leaf.spki_sha256)


def _greet(opening: Opening, channel: grpc.Channel) -> bytes:
    """The server answered; what it says about its key, empty where it says nothing.

    Nothing but our own public statement is sent. A refusal is an answer too: the call that comes
    after will hear it.
    """
    metadata = (
        (STATEMENT_KEY, opening.statement),
        (NOW_KEY, str(round(opening.now.timestamp() * 1000))),
    )
    stub: Any = health_pb2_grpc.HealthStub(channel)
    try:
        _, call = stub.Check.with_call(
            health_pb2.HealthCheckRequest(), timeout=_ANSWER_SECONDS, metadata=metadata
        )
    except grpc.RpcError as fault:
        refusal = restore(fault, {})
        if refusal.reason is PARTNER_UNAVAILABLE:
            raise _LookAgain(refusal) from fault
        if refusal.reason is PARTNER_TIMEOUT:
            raise PartnerRefusal(PARTNER_UNAVAILABLE, "no answer") from fault
        return b""
    said = {str(key): value for key, value in call.initial_metadata() or ()}
    statement = said.get(STATEMENT_KEY, b"")
    return statement if isinstance(statement, bytes) else b""


def _introduce(opening: Opening, statement: bytes, leaf: PinnedLeaf) -> None:
    if opening.introduce is None or not statement:
        raise PartnerRefusal(PARTNER_UNPROVEN, _NOT_STATED)
    try:
        opening.introduce(statement, leaf.spki_sha256)
    except Refusal as refusal:
        raise _LookAgain(PartnerRefusal(PARTNER_UNPROVEN, refusal.code)) from refusal


def channel_options(dns_name: str) -> list[tuple[str, int | str]]:
    """How every channel of ours behaves; the server must carry `dns_name`."""
    return [
        ("grpc.default_authority", dns_name),
        ("grpc.enable_retries", 0),
        # A proxy variable of the environment must not decide where a call goes.
        ("grpc.enable_http_proxy", 0),
        ("grpc.use_local_subchannel_pool", 1),
        ("grpc.max_receive_message_length", DATA_BYTES),
        ("grpc.max_send_message_length", DATA_BYTES),
        ("grpc.keepalive_time_ms", 60_000),
        ("grpc.keepalive_timeout_ms", 20_000),
        ("grpc.initial_reconnect_backoff_ms", 200),
        ("grpc.min_reconnect_backoff_ms", 1_000),
        ("grpc.max_reconnect_backoff_ms", 5_000),
    ]
