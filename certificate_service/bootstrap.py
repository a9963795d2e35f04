"""The only wiring of the certificate service: settings in, use cases out. Nothing listens here."""

import secrets
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from redis import Redis

from certificate_service.adapters.archive_folder import FolderQrKeys
from certificate_service.adapters.directory_follower import DirectoryTrust
from certificate_service.adapters.revocation_lists import HTTPRevocationLists
from certificate_service.adapters.seal_images import FolderSealImages
from certificate_service.adapters.seal_process import SealProcesses
from certificate_service.adapters.site_folder import SiteFolder
from certificate_service.adapters.sql_file_proofs import SQLFileProofs
from certificate_service.adapters.sql_long_files import SQLLongFiles
from certificate_service.adapters.sql_register import SQLRegister
from certificate_service.adapters.sql_witnessed import SQLWitnessedProofs
from certificate_service.adapters.time_stamps import HTTPTimeStamps
from certificate_service.adapters.trust_archive import FOLDER, PastRoots
from certificate_service.adapters.trust_file import TrustFile
from certificate_service.adapters.work_queues import open_work_queue
from certificate_service.config import Places, Settings, load_settings
from certificate_service.document.fonts import FontBook, installed_chains
from certificate_service.document.layout import DESIGNS
from certificate_service.document.office import OfficeSheets
from certificate_service.document.paper import Paper
from certificate_service.domain.reasons import TRUST_UNAVAILABLE
from certificate_service.ports import Clock
from certificate_service.services.change_status import ChangeStatus
from certificate_service.services.issue_certificate import IssueCertificate
from certificate_service.services.long_term import LongTerm
from certificate_service.services.make_document import DocumentMaker, Place
from certificate_service.services.new_release import Parts
from certificate_service.services.publish import Publisher
from certificate_service.services.typeset import Typeset
from certificate_service.services.upgrade_queue import UpgradeQueue
from records.refusal import Refusal
from trust.channel.quota import open_redis
from trust.identity.council import council_from_json, root_fingerprint
from trust.identity.field_key_files import FieldKeyFiles
from trust.identity.field_register import open_fields
from trust.store.engine import open_engine


def system_clock() -> datetime:
    """Now, aware UTC."""
    return datetime.now(UTC)


class House:
    """One certificate service, opened from its data folder."""

    def __init__(self, data: Path, clock: Clock = system_clock) -> None:
        """Everything is opened; no process and no listener is started.

        Raises:
            Refusal: CONFIG_INVALID, SAMPLE_DOMAIN, KEY_*, STORE_*, TRUST_UNAVAILABLE.
        """
        self.settings, self.places = load_settings(data)
        self.clock = clock
        self.trust = _open_trust(self.places, clock)
        self.engine = open_engine(self.places.database)
        keys = FieldKeyFiles(self.places.data / "keys", self.places.passphrase, secrets.token_bytes)
        fields = open_fields(self.engine, keys, secrets.token_bytes)
        self.register = SQLRegister(self.engine, fields)
        self.qr_keys = FolderQrKeys(self.places.archives, self.places.passphrase)
        passphrase = self.places.passphrase or b""
        self.seals = SealProcesses(
            self.places.archives, dict.fromkeys(self.qr_keys.archives(), passphrase)
        )
        self.file_proofs = SQLFileProofs(self.engine)
        self.witnessed = SQLWitnessedProofs(self.engine)
        self.publisher = Publisher(
            register=self.register,
            qr_keys=self.qr_keys,
            trust=self.trust,
            site=SiteFolder(self.places.site),
            clock=clock,
            verify_url=self.settings.verify_url,
            site_url=self.settings.site_url,
            file_proofs=self.file_proofs,
            witnessed=self.witnessed,
        )
        self.seal_images = FolderSealImages(self.places.archives, self.trust, clock, self.engine)
        self.stamps = HTTPTimeStamps(self.settings.tsa) if self.settings.tsa else None
        self.upgrades = self._make_upgrades()
        self.status = ChangeStatus(
            register=self.register, trust=self.trust, publisher=self.publisher, clock=clock
        )

    def issuing(self) -> IssueCertificate:
        """The use case that draws and seals; loads the fonts.

        Raises:
            Refusal: FONT_MISSING.
        """
        paper = Paper(self.fonts, DESIGNS)
        paper.warm()
        return IssueCertificate(
            Parts(
                trust=self.trust,
                register=self.register,
                seals=self.seals,
                qr_keys=self.qr_keys,
                documents=DocumentMaker(
                    paper,
                    _place(self.settings, self.places.council.read_bytes()),
                    self.seal_images,
                ),
                publisher=self.publisher,
                clock=self.clock,
                random=secrets.token_bytes,
                stamps=self.stamps,
                upgrades=self.upgrades,
                file_proofs=self.file_proofs,
                witnessed=self.witnessed,
            )
        )

    @cached_property
    def fonts(self) -> FontBook:
        """The faces, loaded once, about half a second. Raises Refusal: FONT_MISSING."""
        return FontBook(installed_chains(self.places.parts / "fonts"))

    def typesetting(self) -> Typeset:
        """The use case that draws office papers. Raises Refusal: FONT_MISSING."""
        sheets = OfficeSheets(self.fonts, DESIGNS)
        sample = not self.settings.production
        return Typeset(self.trust, sheets, self.clock, sample=sample)

    def _make_upgrades(self) -> UpgradeQueue | None:
        if self.stamps is None:
            return None
        lists = HTTPRevocationLists(self.places.data / "revocation")
        council = council_from_json(self.places.council.read_bytes())
        roots = PastRoots(self.trust, council, self.places.site / FOLDER)
        return UpgradeQueue(
            LongTerm(roots, self.stamps, lists, self.clock),
            SQLLongFiles(self.engine),
            self.register,
            self.clock,
            open_work_queue(self.redis, "upgrades"),
        )

    @cached_property
    def redis(self) -> Redis | None:
        """The shared Redis; None where there is none: limits and queues are this process's own."""
        return open_redis(self.settings.redis) if self.settings.redis else None

    def close(self) -> None:
        """Seal signers and database connections have ended."""
        self.seals.close()
        self.engine.dispose()


def _place(settings: Settings, council: bytes) -> Place:
    return Place(
        trust_domain=settings.trust_domain,
        verify_url=settings.verify_url,
        sample=not settings.production,
        root_fingerprint=root_fingerprint(council_from_json(council)),
        legal_basis=settings.legal_basis,
        bilingual=settings.bilingual,
    )


def _open_trust(places: Places, clock: Clock) -> DirectoryTrust:
    try:
        council = council_from_json(places.council.read_bytes())
    except OSError as error:
        raise Refusal(TRUST_UNAVAILABLE, places.council.name) from error
    first = None
    if places.trust_list is not None:
        first = TrustFile(places.trust_list, places.council, clock)
    return DirectoryTrust(places.directory, council, clock, first)
