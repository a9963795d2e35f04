"""The caller's end: one warmed, pinned connection per partner.

The channel demands the partner's own name in the server's certificate, whatever the address, and
where the directory names the partner's TLS keys it believes that very certificate only: a stolen
issuing authority impersonates nobody (decision 0403). Every call carries the key statement and
this machine's time, and has a deadline. A failed call raises a `PartnerRefusal`; gRPC's own
retries are off, because the outbox decides what is sent again.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import grpc

from records.refusal import Reason
from trust.channel.call import ACT_KEY
from trust.channel.conditions import NOW_KEY
from trust.channel.credentials import IdentityHolder, TLSIdentity, client_credentials
from trust.channel.facade import FacadeChannel, Lane, Way
from trust.channel.peer_proof import STATEMENT_KEY
from trust.channel.pinning import ExpectedServer, fetch_pinned_leaf
from trust.channel.reasons import PARTNER_UNAVAILABLE
from trust.channel.server import DATA_BYTES
from trust.channel.status import PartnerRefusal
from trust.identity.participant import Participant


def act_metadata(token: str) -> tuple[tuple[str, str], ...]:
    """Call metadata that carries an act token: `stub.Submit(envelope, metadata=...)`."""
    return ((ACT_KEY, token),)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerSettings:
    """How a channel behaves."""

    clock: Callable[[], datetime]
    pins: Callable[[], frozenset[str]] | None = None
    """SHA-256 of the public keys that the partner states for TLS now, from the directory; None
    where there is no directory yet: then every certificate of our roots with the partner's name
    is believed, which is enough for data that is signed anyway."""
    known: Mapping[str, Reason] = field(default_factory=dict)
    """Reasons by code whose sentences are shown when the partner names the code."""
    timeout: timedelta = timedelta(seconds=10)
    """Deadline of a call that names none."""
    lane_age: timedelta = timedelta(minutes=5)
    """A connection is replaced after this time, before the server would end it."""


class PartnerChannel:
    """The way to one partner. Stubs made from `channel` stay good through every rotation."""

    def __init__(
        self,
        target: str,
        expected: Participant,
        holder: IdentityHolder,
        key_statement: Callable[[], bytes],
        settings: PartnerSettings,
    ) -> None:
        """Nothing is connected yet.

        `target` is "host:port"; `expected` must answer there; `holder` has our own certificate
        and `key_statement` gives the DSSE JSON of our statement for it.
        """
        self._target = target
        self._expected = expected
        self._holder = holder
        self._key_statement = key_statement
        self._settings = settings
        self._lock = threading.Lock()
        self._lane: Lane | None = None
        self._lane_version = 0
        self._lane_since: datetime | None = None
        self._closed = False
        self.channel = FacadeChannel(
            Way(
                enter=self._enter,
                metadata=self._metadata,
                timeout_seconds=settings.timeout.total_seconds(),
                known=settings.known,
                failed=self._failed,
            )
        )
        """What stubs are made from."""

    def warm(self, timeout_seconds: float = 5.0) -> None:
        """The connection stands, so that the first call need not wait for it.

        Raises:
            Refusal: PARTNER_UNAVAILABLE, PARTNER_UNPROVEN.
        """
        lane = self._enter()
        try:
            grpc.channel_ready_future(lane.channel).result(timeout_seconds)
        except grpc.FutureTimeoutError:
            raise PartnerRefusal(PARTNER_UNAVAILABLE) from None
        finally:
            lane.end()

    def renew(self) -> None:
        """The next call opens a new connection; running ones finish on the old."""
        with self._lock:
            if self._lane is not None:
                self._lane.retire()
            self._lane = None

    def close(self) -> None:
        """No new calls; running ones may finish."""
        self.renew()
        self._closed = True

    def _enter(self) -> Lane:
        """The lane in use, begun; a new one where the old has aged or our certificate changed."""
        with self._lock:
            if self._closed:
                raise PartnerRefusal(PARTNER_UNAVAILABLE, "closed")
            if self._lane is None or self._is_outdated():
                self._replace_lane()
            lane = self._lane
            if lane is None:
                raise AssertionError
            lane.begin()
            return lane

    def _is_outdated(self) -> bool:
        since = self._lane_since
        aged = since is None or self._settings.clock() - since >= self._settings.lane_age
        return aged or self._lane_version != self._holder.version

    def _replace_lane(self) -> None:
        version = self._holder.version
        lane = Lane(self._open(self._holder.current))
        if self._lane is not None:
            self._lane.retire()
        self._lane = lane
        self._lane_version = version
        self._lane_since = self._settings.clock()

    def _open(self, identity: TLSIdentity) -> grpc.Channel:
        trusted = b""
        if self._settings.pins is not None:
            server = ExpectedServer(
                target=self._target, participant=self._expected, roots_pem=identity.roots_pem
            )
            trusted = fetch_pinned_leaf(server, self._settings.pins(), self._settings.clock())
        credentials = client_credentials(identity, trusted)
        return grpc.secure_channel(
            self._target, credentials, options=channel_options(self._expected.dns_name)
        )

    def _failed(self, lane: Lane, refusal: PartnerRefusal) -> None:
        """A pinned connection that broke is looked at again: the partner may have a new key."""
        if self._settings.pins is None or refusal.reason is not PARTNER_UNAVAILABLE:
            return
        with self._lock:
            if self._lane is lane:
                lane.retire()
                self._lane = None

    def _metadata(self) -> tuple[tuple[str, str | bytes], ...]:
        now_ms = round(self._settings.clock().timestamp() * 1000)
        return ((STATEMENT_KEY, self._key_statement()), (NOW_KEY, str(now_ms)))


def channel_options(dns_name: str) -> list[tuple[str, int | str]]:
    """How every channel of ours behaves; the server must carry `dns_name`."""
    return [
        ("grpc.default_authority", dns_name),
        ("grpc.enable_retries", 0),
        ("grpc.use_local_subchannel_pool", 1),
        ("grpc.max_receive_message_length", DATA_BYTES),
        ("grpc.max_send_message_length", DATA_BYTES),
        ("grpc.keepalive_time_ms", 60_000),
        ("grpc.keepalive_timeout_ms", 20_000),
        ("grpc.initial_reconnect_backoff_ms", 200),
        ("grpc.min_reconnect_backoff_ms", 1_000),
        ("grpc.max_reconnect_backoff_ms", 5_000),
    ]
