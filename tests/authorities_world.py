"""Time-stamp and revocation authorities that a test can kill, revive, age and replace."""

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from certificate_house import World
from certificate_keys import LISTS, seal_authority_of, seal_root_of
from certificate_papers import HOLDER
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from certificate_service.adapters.sql_long_files import SQLLongFiles
from certificate_service.adapters.trust_archive import FOLDER, PastRoots
from certificate_service.adapters.work_queues import MemoryWorkQueue
from certificate_service.domain.order_reasons import TSA_UNAVAILABLE
from certificate_service.domain.reasons import REVOCATION_UNAVAILABLE
from certificate_service.services.issue_certificate import IssueCertificate
from certificate_service.services.long_term import LongTerm
from certificate_service.services.upgrade_queue import UpgradeQueue
from deploy.localnet.time_stamp import TimeStampAuthority
from records.refusal import Refusal
from trust.identity.authority import Authority, new_root_key
from trust.identity.council import council_from_json
from trust.identity.seal_authority import (
    Publication,
    create_seal_issuing,
    create_seal_root,
    issue_time_stamp_certificate,
    sign_revocation_list,
)


@dataclass
class Authorities:
    """One hierarchy for time-stamps and lists; `world.now` is its clock unless told otherwise."""

    root: Authority
    issuing: Authority
    clock: Any
    publication: Publication = LISTS
    stamping: bool = True
    listing: bool = True
    garbage: bool = False
    stamped: int = 0
    dies_after: int = 1 << 30
    """Time-stamps until it dies."""
    life: timedelta = timedelta(days=7)
    curve: ec.EllipticCurve = field(default_factory=ec.SECP256R1)
    _tsa: TimeStampAuthority | None = field(default=None)

    @property
    def tsa(self) -> TimeStampAuthority:
        if self._tsa is None:
            key = ec.generate_private_key(self.curve)
            certificate = issue_time_stamp_certificate(
                self.issuing,
                "样本时间戳",
                key.public_key(),
                now=self.clock(),
                random=secrets.token_bytes,
                publication=self.publication,
            )
            self._tsa = TimeStampAuthority(
                certificate=certificate,
                issuer=self.issuing.certificate,
                key=key,
                clock=self.clock,
                random=secrets.token_bytes,
            )
        return self._tsa

    def stamp(self, request: bytes) -> bytes:
        if not self.stamping or self.stamped >= self.dies_after:
            raise Refusal(TSA_UNAVAILABLE)
        self.stamped += 1
        return request[::-1] if self.garbage else self.tsa.answer(request)

    def fetch(self, url: str, now: datetime) -> bytes:
        del now
        if not self.listing:
            raise Refusal(REVOCATION_UNAVAILABLE)
        authority = {
            self.publication.crl_url: self.issuing,
            self.publication.root_crl_url: self.root,
        }[url]
        listed = sign_revocation_list(authority, (), number=1, now=self.clock(), life=self.life)
        return listed.public_bytes(Encoding.DER)

    @property
    def root_pem(self) -> str:
        return self.root.certificate.public_bytes(Encoding.PEM).decode()


def new_authorities(clock: Any, host: str, curve: ec.EllipticCurve) -> Authorities:
    """A hierarchy of its own, e.g. the one that time-stamps in 2044."""
    publication = Publication(
        crl_url=f"http://{host}/seal.crl", root_crl_url=f"http://{host}/root.crl"
    )
    root = create_seal_root(host, new_root_key(), now=clock(), random=secrets.token_bytes)
    issuing = create_seal_issuing(
        root,
        host,
        ec.generate_private_key(curve),
        now=clock(),
        random=secrets.token_bytes,
        publication=publication,
    )
    return Authorities(
        root=root, issuing=issuing, clock=clock, publication=publication, curve=curve
    )


def own_authorities(world: World, clock: Any = None) -> Authorities:
    """The hierarchy that certified the world's seal stamps and lists too."""
    folder = world.folder / "archives" / HOLDER
    return Authorities(
        root=seal_root_of(folder),
        issuing=seal_authority_of(folder),
        clock=clock or (lambda: world.now),
    )


def connect(world: World, authorities: Any, clock: Any = None) -> UpgradeQueue:
    """The world's service uses these authorities from now on; its queue."""
    tick = clock or (lambda: world.now)
    queue = UpgradeQueue(
        LongTerm(_roots_of(world), authorities, authorities, tick),
        SQLLongFiles(world.engine),
        world.register,
        tick,
        MemoryWorkQueue(),
    )
    parts = replace(world.issue._parts, stamps=authorities, upgrades=queue)
    world.issue = IssueCertificate(parts)
    return queue


def _roots_of(world: World) -> Any:
    council = council_from_json((world.folder / "council.json").read_bytes())
    return PastRoots(world.trust, council, world.folder / "site" / FOLDER)
