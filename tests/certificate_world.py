"""A small world of real keys in which certificates are ordered, logged, sealed and verified.

Jiaxing asks, Shangrao holds. Everything is made with the product's own parts: council, trust
list, seal authority, officers, two logs in SQLite. Nothing here decides anything.
"""

import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from certificate_house import World
from certificate_keys import InProcessSeals, make_officer, write_archive
from certificate_papers import (
    DOMAIN,
    HOLDER,
    HOLDER_NAME,
    VERIFY_URL,
    WINDOW,
    WINDOW_NAME,
    make_agreement,
    real_now,
)
from paper_scan import small_scan

from certificate_service.adapters.archive_folder import FolderQrKeys
from certificate_service.adapters.site_folder import SiteFolder
from certificate_service.adapters.sql_register import SQLRegister
from certificate_service.adapters.sql_witnessed import SQLWitnessedProofs
from certificate_service.adapters.trust_file import TrustFile
from certificate_service.document.fonts import FontBook, installed_chains
from certificate_service.document.layout import DESIGNS
from certificate_service.document.paper import Paper
from certificate_service.services.change_status import ChangeStatus
from certificate_service.services.issue_certificate import IssueCertificate
from certificate_service.services.make_document import DocumentMaker, Place
from certificate_service.services.new_release import Parts
from certificate_service.services.publish import Publisher
from deploy.ceremony import (
    found_authority,
    listed_key,
    seat_council,
    sign_agreement,
    sign_trust_list,
    state_key,
)
from tests.field_keys import folder_fields
from trust.identity.council import council_from_json, root_fingerprint
from trust.identity.keys import Ed25519Signer, new_ed25519
from trust.identity.trust_list import Member, TrustList
from trust.store.engine import open_engine
from trust.transparency.log import TransparencyLog, ensure_log

_YEAR = timedelta(days=365)
_FONTS: dict[Path, Paper] = {}


def paper(fonts: Path) -> Paper:
    """Fonts take a second to load: once for all tests of a run."""
    if fonts not in _FONTS:
        _FONTS[fonts] = Paper(FontBook(installed_chains(fonts)), DESIGNS)
    return _FONTS[fonts]


def build_world(
    folder: Path,
    fonts: Path,
    now: datetime,
    database_url: str = "",
    *,
    clock: Any = None,
    extra_members: tuple[Member, ...] = (),
    tls_roots_pem: str = "",
    witness_quorum: int = 0,
) -> World:
    """A federation of two nodes with one served archive, all in `folder`."""
    tick = clock or (lambda: now)
    authority = found_authority(folder / "authorities", HOLDER, "shangrao")
    window_authority = found_authority(folder / "authorities", WINDOW, "jiaxing")
    seal_root, _issuing = write_archive(folder / "archives" / HOLDER, authority, now)
    shangrao, jiaxing, log_signer = (Ed25519Signer.from_private(new_ed25519()) for _ in range(3))
    council = seat_council(folder / "seats", folder / "council.json")
    members = tuple(
        Member(
            participant_id=slug,
            kind="node",
            name=name,
            state="active",
            since=now,
            sign_keys=(listed_key(signer.public_key, now),),
            archives=(keys.listed(name, keys.archive_code, now),),
        )
        for slug, name, signer, keys in (
            ("shangrao", HOLDER_NAME, shangrao, authority),
            ("jiaxing", WINDOW_NAME, jiaxing, window_authority),
        )
    )
    trust_list = TrustList(
        trust_domain=DOMAIN,
        version=1,
        issued_at=now,
        expires_at=now + timedelta(days=90),
        previous_sha256="",
        suites=("LT-1",),
        tls_roots_pem=tls_roots_pem,
        seal_roots_pem=seal_root.decode(),
        members=(*members, *extra_members),
        witness_quorum=witness_quorum,
    )
    sign_trust_list(council, trust_list, folder / "trust-list.json")
    log_key = state_key(
        shangrao,
        "shangrao",
        "log",
        log_signer._key.public_key(),
        (now, _YEAR),
        archive_code=HOLDER,
    )
    agreement = sign_agreement(make_agreement(now), jiaxing, shangrao)
    engine = open_engine(database_url or f"sqlite:///{folder / 'lantai.db'}")
    ensure_log(engine)
    trust = TrustFile(folder / "trust-list.json", folder / "council.json", tick)
    register = SQLRegister(engine, folder_fields(folder))
    site = SiteFolder(folder / "site")
    qr_keys = FolderQrKeys(folder / "archives")
    seals = InProcessSeals(folder / "archives", tick)
    witnessed = SQLWitnessedProofs(engine)
    publisher = Publisher(
        register=register,
        qr_keys=qr_keys,
        trust=trust,
        site=site,
        clock=tick,
        witnessed=witnessed,
    )
    place = _place(folder)
    parts = Parts(
        trust=trust,
        register=register,
        seals=seals,
        qr_keys=qr_keys,
        documents=DocumentMaker(paper(fonts), place),
        publisher=publisher,
        clock=tick,
        random=secrets.token_bytes,
        witnessed=witnessed,
    )
    return World(
        folder=folder,
        now=now,
        authority=authority,
        window_authority=window_authority,
        shangrao=shangrao,
        jiaxing=jiaxing,
        log_signer=log_signer,
        log_key=log_key,
        dispatcher=make_officer(authority, ("release_dispatcher",), now),
        keeper=make_officer(authority, ("seal_keeper",), now),
        agreement=agreement,
        engine=engine,
        log=TransparencyLog(),
        image=small_scan(),
        trust=trust,
        register=register,
        site=site,
        seals=seals,
        qr_keys=qr_keys,
        issue=IssueCertificate(parts),
        status=ChangeStatus(register=register, trust=trust, publisher=publisher, clock=tick),
        publisher=publisher,
    )


def _place(folder: Path) -> Place:
    council = council_from_json((folder / "council.json").read_bytes())
    return Place(
        trust_domain=DOMAIN,
        verify_url=VERIFY_URL,
        sample=True,
        root_fingerprint=root_fingerprint(council),
    )


def reopen(folder: Path, fonts: Path) -> dict[str, Any]:
    """The issuing side again, in another process, on the same folder and the real clock."""
    trust = TrustFile(folder / "trust-list.json", folder / "council.json", real_now)
    register = SQLRegister(open_engine(f"sqlite:///{folder / 'lantai.db'}"), folder_fields(folder))
    qr_keys = FolderQrKeys(folder / "archives")
    publisher = Publisher(
        register=register,
        qr_keys=qr_keys,
        trust=trust,
        site=SiteFolder(folder / "site"),
        clock=real_now,
    )
    place = _place(folder)
    parts = Parts(
        trust=trust,
        register=register,
        seals=InProcessSeals(folder / "archives", real_now),
        qr_keys=qr_keys,
        documents=DocumentMaker(paper(fonts), place),
        publisher=publisher,
        clock=real_now,
        random=secrets.token_bytes,
    )
    return {"register": register, "publisher": publisher, "issue": IssueCertificate(parts)}
