"""The only wiring of the certificate service: settings in, running parts out."""

import logging
import secrets
import threading
from datetime import UTC, datetime
from pathlib import Path

from certificate_service.access import ACCESS
from certificate_service.adapters.archive_folder import FolderQrKeys
from certificate_service.adapters.directory_follower import DirectoryFollower, DirectoryTrust
from certificate_service.adapters.seal_process import SealProcesses
from certificate_service.adapters.service_folder import ServiceFolder
from certificate_service.adapters.site_folder import SiteFolder
from certificate_service.adapters.sql_register import SQLRegister
from certificate_service.adapters.trust_file import TrustFile
from certificate_service.config import load_settings
from certificate_service.document.fonts import FontBook, installed_chains
from certificate_service.document.layout import DESIGNS
from certificate_service.document.paper import Paper
from certificate_service.ports import Clock
from certificate_service.servicers.certificates import CertificatesServicer
from certificate_service.services.change_status import ChangeStatus
from certificate_service.services.issue_certificate import IssueCertificate, Parts
from certificate_service.services.make_document import DocumentMaker, Place
from certificate_service.services.publish import Publisher
from protos.lantai.v1 import certificates_pb2, certificates_pb2_grpc
from records.refusal import Refusal
from trust.channel.client import PartnerChannel, PartnerSettings
from trust.channel.credentials import IdentityHolder, server_credentials
from trust.channel.gate import Gate
from trust.channel.quota import MemoryRateLimiter, RateLimiter, RedisRateLimiter, open_redis
from trust.channel.server import Server, ServerSettings, ServiceRegistration, build_server
from trust.identity.council import council_from_json
from trust.identity.participant import Participant, ParticipantKind
from trust.store.engine import open_engine

_log = logging.getLogger("lantai.certificate")


def system_clock() -> datetime:
    """Now, aware UTC."""
    return datetime.now(UTC)


class RunningService:
    """One certificate service, from its data folder."""

    def __init__(self, data: Path, clock: Clock = system_clock) -> None:
        """Everything is opened and nothing listens.

        Raises:
            Refusal: CONFIG_INVALID, FONT_MISSING, KEY_*, STORE_*, TRUST_UNAVAILABLE.
        """
        self.settings, self.places = load_settings(data)
        self._clock = clock
        self._folder = ServiceFolder(data, self.places.passphrase)
        self._holder = IdentityHolder(self._folder.tls_identity())
        self._trust = self._open_trust()
        self._engine = open_engine(self.places.database)
        self._register = SQLRegister(self._engine)
        self._qr_keys = FolderQrKeys(self.places.archives, self.places.passphrase)
        passphrase = self.places.passphrase or b""
        self._seals = SealProcesses(
            self.places.archives, {code: passphrase for code in self._qr_keys.archives()}
        )
        self.publisher = Publisher(
            register=self._register,
            qr_keys=self._qr_keys,
            trust=self._trust,
            site=SiteFolder(self.places.site),
            clock=clock,
        )
        self.issue = IssueCertificate(self._parts())
        self.status = ChangeStatus(
            register=self._register, trust=self._trust, publisher=self.publisher, clock=clock
        )
        self._stop = threading.Event()
        self._keeper = threading.Thread(target=self._keep_site, name="site", daemon=True)
        self._state_own()
        self._follower = self._make_follower()
        self.server = self._make_server()

    def start(self) -> int:
        """Listening; the port that was bound."""
        port = self.server.start()
        if self._follower is not None:
            self._follower.start()
        self._keeper.start()
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
        if self._keeper.is_alive():
            self._keeper.join(timeout=5)
        self._seals.close()
        self._engine.dispose()

    def _open_trust(self) -> DirectoryTrust:
        first = None
        if self.places.trust_list is not None:
            first = TrustFile(self.places.trust_list, self.places.council, self._clock)
        council = council_from_json(self.places.council.read_bytes())
        return DirectoryTrust(self.places.directory, council, self._clock, first)

    def _parts(self) -> Parts:
        fonts = FontBook(installed_chains(self.places.parts / "fonts"))
        place = Place(
            trust_domain=self.settings.trust_domain,
            verify_url=self.settings.verify_url,
            sample=not self.settings.production,
        )
        return Parts(
            trust=self._trust,
            register=self._register,
            seals=self._seals,
            qr_keys=self._qr_keys,
            documents=DocumentMaker(Paper(fonts, DESIGNS), place),
            publisher=self.publisher,
            clock=self._clock,
            random=secrets.token_bytes,
        )

    def _state_own(self) -> None:
        address = self.settings.address or self.settings.listen
        self._folder.state_own(self.settings.service_id, address, self._clock())

    def _make_follower(self) -> DirectoryFollower | None:
        if not self.settings.registry:
            return None
        own = self._holder.current.participant
        expected = Participant(
            kind=ParticipantKind.REGISTRY,
            slug=self.settings.registry_id,
            trust_domain=own.trust_domain,
        )
        channel = PartnerChannel(
            self.settings.registry,
            expected,
            self._holder,
            self._folder.tls_statement,
            PartnerSettings(clock=self._clock),
        )
        return DirectoryFollower(
            self._trust, channel, self._folder.declared, self.settings.directory_seconds
        )

    def _make_server(self) -> Server:
        gate = Gate(
            own=self._holder.current.participant,
            access=ACCESS,
            view=self._trust.current,
            denied=self._trust.denied,
            clock=self._clock,
            limiter=self._limiter(),
        )
        registration = ServiceRegistration(
            descriptor=certificates_pb2.DESCRIPTOR.services_by_name["Certificates"],
            add=certificates_pb2_grpc.add_CertificatesServicer_to_server,
            servicer=CertificatesServicer(self.issue, self.status),
        )
        return build_server(
            listen=self.settings.listen,
            credentials=server_credentials(self._holder),
            services=(registration,),
            gate=gate,
            workers=self.settings.workers,
            settings=ServerSettings(),
        )

    def _limiter(self) -> RateLimiter:
        if self.settings.redis:
            return RedisRateLimiter(open_redis(self.settings.redis))
        return MemoryRateLimiter()

    def _keep_site(self) -> None:
        """Heals the site after a crash, then signs the status lists anew in good time."""
        wait = 0.5
        while not self._stop.wait(wait):
            try:
                self.publisher.publish_all()
                wait = self.settings.status_seconds
            except Refusal as refusal:
                # No trust list yet: the directory is still being fetched.
                _log.info("site not published: %s", refusal.code)
                wait = 2.0
