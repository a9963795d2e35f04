"""A certificate service at work: gRPC server, directory follower, keeper of the site's files.

Started by `lantai-certificate serve`; tests start it in their own process.
"""

import logging
import secrets
import threading
from pathlib import Path

from certificate_service.access import ACCESS
from certificate_service.adapters.directory_follower import DirectoryFollower
from certificate_service.adapters.service_folder import ServiceFolder
from certificate_service.bootstrap import House, system_clock
from certificate_service.ports import Clock
from certificate_service.servicers.certificates import CertificatesServicer
from records.refusal import Refusal
from trust.channel.client import PartnerChannel, PartnerSettings
from trust.channel.credentials import IdentityHolder, TLSIdentity, server_credentials
from trust.channel.gate import Gate
from trust.channel.quota import MemoryRateLimiter, RateLimiter, RedisRateLimiter
from trust.channel.registrations import register
from trust.channel.renewal import Renewal
from trust.channel.server import Server, build_server
from trust.identity.participant import Participant, ParticipantKind

_log = logging.getLogger("lantai.certificate")
_RETRY_SECONDS = 2.0
_UPGRADE_SECONDS = 15.0


class RunningService:
    """One certificate service, from its data folder."""

    def __init__(self, data: Path, clock: Clock = system_clock) -> None:
        """Everything is opened and nothing listens.

        Raises:
            Refusal: as `House`; CONFIG_INVALID before enrolment, FONT_MISSING.
        """
        self.house = House(data, clock)
        self._folder = ServiceFolder(data, self.house.places.passphrase)
        self._holder = IdentityHolder(self._folder.tls_identity())
        settings = self.house.settings
        self._address = settings.address or settings.listen
        self._folder.state_own(settings.service_id, self._address, clock())
        self._follower = self._make_follower()
        self.server = self._make_server()
        self._stop = threading.Event()
        self._keeper = threading.Thread(target=self._keep_site, name="site", daemon=True)
        self._upgrader = threading.Thread(target=self._upgrade, name="upgrades", daemon=True)

    def start(self) -> int:
        """Listening; the port that was bound."""
        port = self.server.start()
        if self._follower is not None:
            self._follower.start()
        self._keeper.start()
        self._upgrader.start()
        return port

    def stop(self, grace_seconds: float = 5.0) -> None:
        """Nothing of it runs any more; calls in flight had the grace."""
        self.server.stop(grace_seconds)
        self._end()

    def serve_until_terminated(self) -> None:
        """Returns after SIGTERM or SIGINT, stopped cleanly."""
        self.server.serve_until_terminated()
        self._end()

    def _end(self) -> None:
        self._stop.set()
        if self._follower is not None:
            self._follower.stop()
        for worker in (self._keeper, self._upgrader):
            if worker.is_alive():
                worker.join(timeout=5)
        self.house.close()

    def _make_follower(self) -> DirectoryFollower | None:
        settings = self.house.settings
        if not settings.registry:
            return None
        expected = Participant(
            kind=ParticipantKind.REGISTRY,
            slug=settings.registry_id,
            trust_domain=self._holder.current.participant.trust_domain,
        )
        channel = PartnerChannel(
            settings.registry,
            expected,
            self._holder,
            self._folder.tls_statement,
            PartnerSettings(clock=self.house.clock),
        )
        # The follower's own way to the registry is where a new certificate is asked for.
        follower = DirectoryFollower(
            self.house.trust, channel, self._folder.declared, settings.directory_seconds
        )
        renewal = Renewal(
            self._holder, follower.ask, self._keep_identity, self.house.clock, secrets.token_bytes
        )
        follower.also("certificate", renewal.run)
        return follower

    def _keep_identity(self, identity: TLSIdentity) -> None:
        self._folder.store_tls(identity)
        self._folder.state_own(self.house.settings.service_id, self._address, self.house.clock())

    def _make_server(self) -> Server:
        house = self.house
        gate = Gate(
            own=self._holder.current.participant,
            access=ACCESS,
            view=house.trust.current,
            denied=house.trust.denied,
            clock=house.clock,
            limiter=self._limiter(),
            statement=self._folder.tls_statement,
        )
        servicer = CertificatesServicer(house.issuing(), house.status, house.typesetting())
        registration = register("Certificates", servicer)
        return build_server(
            listen=house.settings.listen,
            credentials=server_credentials(self._holder),
            services=(registration,),
            gate=gate,
            workers=house.settings.workers,
        )

    def _limiter(self) -> RateLimiter:
        shared = self.house.redis
        return MemoryRateLimiter() if shared is None else RedisRateLimiter(shared)

    def _keep_site(self) -> None:
        """Heals the site after a crash, then signs the status lists anew in good time."""
        wait = 0.2
        while not self._stop.wait(wait):
            try:
                self.house.publisher.publish_all()
                wait = self.house.settings.status_seconds
            except Refusal as refusal:
                # No trust list yet: the directory is still being fetched.
                _log.info("site not published: %s", refusal.code)
                wait = _RETRY_SECONDS

    def _upgrade(self) -> None:
        """Lengthens what was issued while an authority was down (PAdES B and T to LTA)."""
        upgrades = self.house.upgrades
        while upgrades is not None and not self._stop.wait(_UPGRADE_SECONDS):
            try:
                upgrades.run_due()
            except Refusal as refusal:
                _log.info("nothing upgraded: %s", refusal.code)
