"""The running registry: two listeners and a keeper that renews its own certificate.

Members come in by mutual TLS and the ten-step gate; strangers reach the enrolment listener, which
shows a certificate and asks for none.
"""

import logging
import threading
from dataclasses import replace
from datetime import datetime, timedelta

from federation_registry.access import member_access, stranger_access
from federation_registry.adapters.key_files import TLSFiles
from federation_registry.adapters.memory_liveness import MemoryLivenessBook
from federation_registry.adapters.redis_liveness import RedisLivenessBook
from federation_registry.bootstrap import House
from federation_registry.ports import LivenessBook
from federation_registry.servicers.directory import DirectoryServicer, register_directory
from federation_registry.servicers.enrolment import EnrolmentServicer, register_enrolment
from federation_registry.servicers.liveness import LivenessServicer, register_liveness
from federation_registry.servicers.relay import RelayServicer
from federation_registry.servicers.routing import RoutingServicer, register_routing
from federation_registry.servicers.witness import WitnessServicer
from federation_registry.services.answer_route import AnswerRoute
from federation_registry.services.hear_beat import HearBeat
from federation_registry.services.renew_certificate import RenewCertificate
from federation_registry.services.sign_head import SignHead, Signing
from federation_registry.services.state_own_parts import Own, StateOwnParts
from records.refusal import Refusal
from trust.channel.credentials import (
    IdentityHolder,
    TLSIdentity,
    renewal_due,
    server_credentials,
)
from trust.channel.gate import EnrolmentGate, Gate
from trust.channel.quota import MemoryRateLimiter, RateLimiter, RedisRateLimiter, open_redis
from trust.channel.registrations import register
from trust.channel.server import Server, ServerSettings, build_server

KEEP_EVERY_SECONDS = 2.0
PRUNE_EVERY = timedelta(hours=1)
ANNOUNCE_EVERY = timedelta(days=1)
MESSAGE_BYTES = 9 * 1024 * 1024
"""A head of a large federation has up to 8 MiB."""
ENROL_WORKERS = 4

_log = logging.getLogger("lantai.registry")


class Serving:
    """One process of the registry."""

    def __init__(self, house: House) -> None:
        """Build both servers; nothing listens yet."""
        self._house = house
        self._holder = IdentityHolder(_identity(house.keys.identity()))
        self._signer = house.keys.signer()
        self._renewal = self._next_renewal()
        self._prune_at = house.clock() + PRUNE_EVERY
        self._announced: datetime | None = None
        self._stop = threading.Event()
        self._keeper: threading.Thread | None = None
        limiter, liveness = _shared(house)
        self.head = SignHead(
            house.store,
            house.directory,
            liveness,
            Signing(registry_id=house.settings.registry_id, signer=self._signer),
            house.clock,
        )
        enrolment = EnrolmentServicer(
            house.enrol,
            RenewCertificate(house.book, house.current_issuing, house.clock, house.random),
        )
        self._members = self._member_server(enrolment, limiter, liveness)
        self._strangers = self._enrolment_server(enrolment, limiter)

    def start(self) -> tuple[str, str]:
        """Serving; (members' address, enrolment address) with the ports that were bound.

        Raises:
            Refusal: ADDRESS_UNAVAILABLE.
            RuntimeError: TLS 1.2 would be spoken.
        """
        settings = self._house.settings
        members = _with_port(settings.listen, self._members.start())
        strangers = _with_port(settings.enrol_listen, self._strangers.start())
        own = StateOwnParts(
            Own(
                registry_id=settings.registry_id,
                signer=self._signer,
                holder=self._holder,
                listens=settings.public_address or members,
            ),
            self._house.store,
            self._house.publish,
            self._house.clock,
        )
        self._keeper = threading.Thread(target=self._keep, args=(own,), name="keeper", daemon=True)
        self._keeper.start()
        # A large federation takes most of a minute to verify: begun before anybody asks.
        threading.Thread(target=self._warm, name="warm", daemon=True).start()
        return members, strangers

    def run(self) -> None:
        """Returns after SIGTERM or SIGINT, everything stopped. Call it on the main thread."""
        try:
            self._members.serve_until_terminated()
        finally:
            self.stop(grace_seconds=0.0)

    def stop(self, grace_seconds: float = 5.0) -> None:
        """Nothing listens any more."""
        self._stop.set()
        self._strangers.stop(grace_seconds)
        self._members.stop(grace_seconds)
        if self._keeper:
            self._keeper.join(timeout=10)

    def renew_identity(self) -> None:
        """A new key and certificate of our own; open connections go on."""
        files = self._house.keys.renew_identity(
            self._house.participant, now=self._house.clock(), random=self._house.random
        )
        self._holder.replace(_identity(files))
        self._renewal = self._next_renewal()

    def _next_renewal(self) -> datetime:
        leaf = self._holder.current.leaf
        return renewal_due(leaf.not_valid_before_utc, leaf.not_valid_after_utc, self._house.random)

    def _warm(self) -> None:
        try:
            self._house.directory.index()
        except Refusal as refusal:
            _log.info("no routes yet: %s", refusal.code)

    def _keep(self, own: StateOwnParts) -> None:
        stated: tuple[int, int] | None = None
        while not self._stop.is_set():
            try:
                if self._house.clock() >= self._renewal:
                    self.renew_identity()
                self._announce()
                self._prune()
                if stated != self._versions():
                    own.refresh()
                    stated = self._versions()
            except Refusal as refusal:
                # No trust list yet, or a store that is busy: tried again in a moment.
                _log.info("keeper: %s", refusal.code)
            self._stop.wait(KEEP_EVERY_SECONDS)

    def _prune(self) -> None:
        """Once an hour: what nobody needs any more goes."""
        now = self._house.clock()
        if now >= self._prune_at:
            self._prune_at = now + PRUNE_EVERY
            self._house.store.prune(now)

    def _announce(self) -> None:
        """Once a day: what ends soon."""
        now = self._house.clock()
        if self._announced is None or now - self._announced >= ANNOUNCE_EVERY:
            self._announced = now
            for notice in self._house.notices():
                _log.warning("%s %s", notice.code, notice.expiry.subject)

    def _versions(self) -> tuple[int, int]:
        """What our own parts may depend on: the directory's content and our certificate."""
        return self._house.store.version(), self._holder.version

    def _member_server(
        self, enrolment: EnrolmentServicer, limiter: RateLimiter, liveness: LivenessBook
    ) -> Server:
        house = self._house
        routes = AnswerRoute(house.directory, house.areas.current, self.head, house.clock)
        beats = HearBeat(liveness, house.store, house.clock)
        gate = Gate(
            own=house.participant,
            access=member_access(),
            view=house.directory.view,
            denied=house.directory.denied,
            clock=house.clock,
            limiter=limiter,
        )
        return build_server(
            listen=house.settings.listen,
            credentials=server_credentials(self._holder),
            services=[
                register_directory(DirectoryServicer(self.head, house.store, house.publish)),
                register_routing(RoutingServicer(routes)),
                register_liveness(LivenessServicer(beats)),
                register_enrolment(enrolment),
                register("Relay", RelayServicer(house.carry)),
                register("Witness", WitnessServicer(house.witness)),
            ],
            gate=gate,
            workers=house.settings.workers,
            settings=self._server_settings(),
        )

    def _enrolment_server(self, enrolment: EnrolmentServicer, limiter: RateLimiter) -> Server:
        house = self._house
        return build_server(
            listen=house.settings.enrol_listen,
            credentials=server_credentials(self._holder, require_client=False),
            services=[register_enrolment(enrolment)],
            gate=EnrolmentGate(access=stranger_access(), clock=house.clock, limiter=limiter),
            workers=ENROL_WORKERS,
            settings=replace(self._server_settings(), message_bytes=64 * 1024),
        )

    def _server_settings(self) -> ServerSettings:
        return ServerSettings(
            message_bytes=MESSAGE_BYTES,
            reuse_port=self._house.settings.reuse_port,
            random=self._house.random,
        )


def _shared(house: House) -> tuple[RateLimiter, LivenessBook]:
    """What replicas share: through Redis where one is configured, else in this process."""
    if not house.settings.redis:
        return MemoryRateLimiter(), MemoryLivenessBook()
    client = open_redis(house.settings.redis)
    return RedisRateLimiter(client), RedisLivenessBook(client, house.settings.registry_id)


def _identity(files: TLSFiles) -> TLSIdentity:
    return TLSIdentity(
        chain_pem=files.chain_pem,
        private_key_pem=files.private_key_pem,
        roots_pem=files.roots_pem,
    )


def _with_port(listen: str, port: int) -> str:
    return f"{listen.rpartition(':')[0]}:{port}"
