"""The caller's end: one warmed, pinned connection per partner.

The channel demands the partner's own name in the server's certificate, whatever the address, and
where the directory names the partner's TLS keys it believes that very certificate only: a stolen
issuing authority impersonates nobody (decision 0403). Every call carries the key statement and
this machine's time, and has a deadline. A failed call raises a `PartnerRefusal`; gRPC's own
retries are off, because the outbox decides what is sent again.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import grpc

from records.refusal import Reason, Refusal
from trust.channel.call import ACT_KEY
from trust.channel.conditions import NOW_KEY
from trust.channel.credentials import IdentityHolder, TLSIdentity, client_credentials
from trust.channel.facade import FacadeChannel, Lane, Way
from trust.channel.news import NEWS_KEY, PartnerNews
from trust.channel.opening import Introduce, Opened, Opening, channel_options, open_pinned
from trust.channel.peer_proof import STATEMENT_KEY
from trust.channel.pinning import ExpectedServer
from trust.channel.reasons import OWN_STATEMENT_BEHIND, PARTNER_UNAVAILABLE
from trust.channel.status import PartnerRefusal
from trust.envelope.dsse import envelope_from_json
from trust.identity.participant import Participant


def act_metadata(token: str) -> tuple[tuple[str, str], ...]:
    """Call metadata that carries an act token: `stub.Submit(envelope, metadata=...)`."""
    return ((ACT_KEY, token),)


RETRY_AFTER = timedelta(seconds=10)
"""A replacement that failed is tried again after this time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerSettings:
    """How a channel behaves."""

    clock: Callable[[], datetime]
    pins: Callable[[], frozenset[str]] | None = None
    """SHA-256 of the public keys that the partner states for TLS now, from the directory; None
    where there is no directory yet: then every certificate of our roots with the partner's name
    is believed, which is enough for data that is signed anyway."""
    introduce: Introduce | None = None
    """Hears what a server with a key that is not among `pins` says about itself; None = such a
    server is not talked to."""
    known: Mapping[str, Reason] = field(default_factory=dict)
    """Reasons by code whose sentences are shown when the partner names the code."""
    timeout: timedelta = timedelta(seconds=10)
    """Deadline of a call that names none."""
    news: PartnerNews | None = None
    """Tells the partner which directory we have and hears which it has."""
    lane_age: timedelta = timedelta(minutes=5)
    """A connection is replaced after this time, before the server would end it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """The lane in use and what it was opened with."""

    lane: Lane
    version: int
    """Of our identity."""
    since: datetime
    leaf_spki: str
    """Of the partner's leaf; empty where it was not pinned."""


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
        self._standing: _Standing | None = None
        self._closed = False
        self.channel = FacadeChannel(
            Way(
                enter=self._enter,
                metadata=self._metadata,
                timeout_seconds=settings.timeout.total_seconds(),
                known=settings.known,
                failed=self._failed,
                heard=self._heard,
            )
        )
        """What stubs are made from."""

    @property
    def expected(self) -> Participant:
        """Who must answer at the other end."""
        return self._expected

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

    def certificate_sha256(self) -> str:
        """SHA-256 of our certificate on the connection that the next call will take, hex.

        Act tokens are bound to it; during a rotation it may still be the old one.

        Raises:
            Refusal: as a call would.
        """
        lane = self._enter()
        lane.end()
        return lane.certificate_sha256

    def renew(self) -> None:
        """The next call opens a new connection; running ones finish on the old."""
        with self._lock:
            self._retire()

    def close(self) -> None:
        """No new calls; running ones may finish."""
        with self._lock:
            self._closed = True
            self._retire()

    def _enter(self) -> Lane:
        """The lane in use, begun; a new one where the old should not be used any more."""
        with self._lock:
            if self._closed:
                raise PartnerRefusal(PARTNER_UNAVAILABLE, "closed")
            # 1. A key that the partner no longer states is not talked to, old connection or not.
            stated = self._settings.pins() if self._settings.pins is not None else None
            if self._standing is not None and stated is not None:
                if self._standing.leaf_spki not in stated:
                    self._retire()
            # 2. A new connection where there is none, or where it is time.
            now = self._settings.clock()
            if self._standing is None:
                self._standing = self._open(now)
            elif self._is_outdated(self._standing, now):
                self._standing = self._replace(self._standing, now)
            self._standing.lane.begin()
            return self._standing.lane

    def _is_outdated(self, standing: _Standing, now: datetime) -> bool:
        aged = now - standing.since >= self._settings.lane_age
        return aged or standing.version != self._holder.version

    def _replace(self, standing: _Standing, now: datetime) -> _Standing:
        """A new lane; the old one for a while where that fails, since nothing is wrong with it."""
        try:
            new = self._open(now)
        except Refusal:
            again = now - self._settings.lane_age + RETRY_AFTER
            return replace(standing, since=again, version=self._holder.version)
        standing.lane.retire()
        return new

    def _open(self, now: datetime) -> _Standing:
        version = self._holder.version
        identity, statement = self._holder.current, self._key_statement()
        if not _is_about(statement, identity):
            # Between the two halves of our own rotation.
            raise PartnerRefusal(OWN_STATEMENT_BEHIND)
        pins = self._settings.pins
        if pins is None:
            channel = grpc.secure_channel(
                self._target,
                client_credentials(identity),
                options=channel_options(self._expected.dns_name),
            )
            opened = Opened(channel=channel, leaf_spki="")
        else:
            opened = open_pinned(self._opening(identity, statement, now), pins)
        metadata = ((STATEMENT_KEY, statement),)
        lane = Lane(opened.channel, metadata, identity.certificate_sha256)
        return _Standing(lane=lane, version=version, since=now, leaf_spki=opened.leaf_spki)

    def _opening(self, identity: TLSIdentity, statement: bytes, now: datetime) -> Opening:
        server = ExpectedServer(
            target=self._target, participant=self._expected, roots_pem=identity.roots_pem
        )
        return Opening(
            target=self._target,
            server=server,
            identity=identity,
            statement=statement,
            now=now,
            introduce=self._settings.introduce,
        )

    def _failed(self, lane: Lane, refusal: PartnerRefusal) -> None:
        """A pinned connection that broke is looked at again: the partner may have a new key."""
        if self._settings.pins is None or refusal.reason is not PARTNER_UNAVAILABLE:
            return
        with self._lock:
            if self._standing is not None and self._standing.lane is lane:
                self._retire()

    def _retire(self) -> None:
        if self._standing is not None:
            self._standing.lane.retire()
        self._standing = None

    def _metadata(self) -> tuple[tuple[str, str | bytes], ...]:
        now_ms = round(self._settings.clock().timestamp() * 1000)
        news = self._settings.news
        words = news.tell() if news is not None else ""
        told = ((NEWS_KEY, words),) if words else ()
        return ((NOW_KEY, str(now_ms)), *told)

    def _heard(self, call: grpc.Call) -> None:
        """What the partner says of its directory; where it cannot be read, nothing is lost."""
        if self._settings.news is not None:
            said = dict(call.initial_metadata() or ())
            self._settings.news.hear(self._expected.slug, said.get(NEWS_KEY))


def _is_about(statement: bytes, identity: TLSIdentity) -> bool:
    """Whether a statement of ours names the identity's key (our own words are not verified)."""
    return identity.spki_sha256.encode() in envelope_from_json(statement).payload
