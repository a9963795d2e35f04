"""A small world of real keys in which certificates are ordered, logged, sealed and verified.

Jiaxing asks, Shangrao holds. Everything is made with the product's own parts: council, trust
list, seal authority, officers, two logs in SQLite. Nothing here decides anything.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from paper_scan import small_scan

from certificate_service.adapters.archive_folder import (
    AUTHORITY,
    QR_KEY,
    QR_STATEMENT,
    SEAL_CERTIFICATES,
    SEAL_KEY,
    SEAL_STATEMENT,
    FolderQrKeys,
    read_seal_certificates,
)
from certificate_service.adapters.seal_signer import SealSigner
from certificate_service.adapters.site_folder import SiteFolder
from certificate_service.adapters.sql_register import SQLRegister
from certificate_service.adapters.sql_witnessed import SQLWitnessedProofs
from certificate_service.adapters.trust_file import TrustFile
from certificate_service.document.fonts import FontBook, installed_chains
from certificate_service.document.layout import DESIGNS
from certificate_service.document.paper import Paper
from certificate_service.domain.order_reasons import SEAL_REFUSED
from certificate_service.services.authorise import ReleasePapers
from certificate_service.services.change_status import ChangeStatus
from certificate_service.services.issue_certificate import IssueCertificate
from certificate_service.services.make_document import DocumentMaker, Place
from certificate_service.services.new_release import Parts
from certificate_service.services.publish import Publisher
from deploy.ceremony import (
    Appointee,
    ArchiveAuthority,
    found_authority,
    listed_key,
    seat_council,
    sign_agreement,
    sign_trust_list,
    state_key,
)
from records.agreements import Agreement
from records.exchange import Applicant, AssistRequest, Header
from records.queries import RecordQuery, SoughtPerson
from records.refusal import Refusal
from records.release import ExtractRow, ReleasedPage, ReleaseOrder, StatusOrder
from tests.field_keys import folder_fields
from trust.envelope.dsse import Envelope, envelope_id, envelope_to_json
from trust.envelope.statement import sign_statement
from trust.identity.authority import Authority, new_root_key
from trust.identity.council import council_from_json, root_fingerprint
from trust.identity.keys import Ed25519Signer, new_ed25519, new_p256, write_private_key
from trust.identity.seal_authority import (
    Publication,
    SealHolder,
    create_seal_issuing,
    create_seal_root,
    issue_seal_certificate,
)
from trust.identity.trust_list import Member, TrustList
from trust.store.engine import open_engine, transaction
from trust.transparency.leaf import Leaf, encode_leaf
from trust.transparency.log import TransparencyLog, ensure_log

DOMAIN = "demo.invalid"
HOLDER, WINDOW = "361100", "330400"
HOLDER_NAME, WINDOW_NAME = "上饶市档案馆", "嘉兴市档案馆"
CASE = "LT-330400-20261121-0042"
VERIFY_URL = "https://v.demo.invalid/v#"
_YEAR = timedelta(days=365)


@dataclass
class Officer:
    officer_id: str
    signer: Ed25519Signer
    appointment: Envelope


@dataclass
class World:
    """Everything that one test needs; built by `build_world`."""

    folder: Path
    now: datetime
    authority: ArchiveAuthority
    window_authority: ArchiveAuthority
    shangrao: Ed25519Signer
    jiaxing: Ed25519Signer
    log_signer: Ed25519Signer
    log_key: Envelope
    dispatcher: Officer
    keeper: Officer
    agreement: Envelope
    engine: Any
    log: TransparencyLog
    image: bytes
    trust: TrustFile
    register: SQLRegister
    site: SiteFolder
    seals: "InProcessSeals"
    qr_keys: FolderQrKeys
    issue: IssueCertificate
    status: ChangeStatus
    publisher: Publisher
    serial: int = 0
    random: Any = field(default=secrets.token_bytes)

    @property
    def trust_list(self) -> Path:
        return self.folder / "trust-list.json"

    @property
    def council(self) -> Path:
        return self.folder / "council.json"

    def officer(self, posts: tuple[str, ...], **changes: Any) -> Officer:
        """A further officer of the holder, appointed by its authority."""
        return make_officer(changes.pop("authority", self.authority), posts, self.now, **changes)

    def request(self, **changes: Any) -> Envelope:
        fields: dict[str, Any] = {
            "header": Header(
                message_id="019ddd00-0000-7000-8000-000000000001",
                case_no=CASE,
                sender="jiaxing",
                recipient="shangrao",
                created_at=self.now,
                expires_at=self.now + timedelta(hours=1),
            ),
            "window_archive": WINDOW,
            "holder_archive": HOLDER,
            "applicant": Applicant(name="张𠅤", id_type="resident_id", id_no=""),
            "query": RecordQuery(
                category="marriage_registration", subject=SoughtPerson(name="张𠅤")
            ),
            "purpose": "pension",
            "eligibility_rule": "D01",
            "filed_by": "330400/" + "c" * 16,
            "reviewed_by": "330400/" + "d" * 16,
            "deadline": self.now + timedelta(minutes=15),
        }
        return sign_statement(AssistRequest(**(fields | changes)), self.jiaxing)

    def order(self, request: Envelope | None = None, **changes: Any) -> ReleaseOrder:
        """An order that answers the request."""
        fields = order_fields(self.now, self.image) | {
            "dispatcher": self.dispatcher.officer_id,
            "seal_keeper": self.keeper.officer_id,
            "request_envelope_id": envelope_id(request) if request else "",
        }
        return ReleaseOrder(**(fields | changes))

    def sign(self, order: Any, *officers: Officer) -> Envelope:
        signers = officers or (self.dispatcher, self.keeper)
        return sign_statement(order, *(one.signer for one in signers))

    def papers(self, **changes: Any) -> ReleasePapers:
        """A whole, good set of papers; any part can be replaced."""
        request = changes.pop("request", self.request())
        order = changes.pop("order", None) or self.order(request)
        envelope = changes.pop("order_envelope", None) or self.sign(order)
        self.serial += 1
        good = ReleasePapers(
            order=envelope,
            appointments=(self.dispatcher.appointment, self.keeper.appointment),
            request=request,
            agreement=self.agreement,
            release_proof=self.append(
                Leaf(ts_ms=self.ms, kind="release", case=order.case_no, order=envelope_id(envelope))
            ),
            log_key=self.log_key,
            leaf_index=self.size(),
            serial=self.serial,
        )
        return replace(good, **changes)

    @property
    def ms(self) -> int:
        return int(self.now.timestamp() * 1000)

    @property
    def origin(self) -> str:
        return f"{DOMAIN}/log/{HOLDER}"

    def size(self) -> int:
        with transaction(self.engine) as conn:
            return self.log.size(conn, self.origin)

    def append(self, leaf: Leaf, *, signer: Ed25519Signer | None = None) -> str:
        """Append to the holder's log; the proof."""
        with transaction(self.engine) as conn:
            index = self.log.append(conn, self.origin, encode_leaf(leaf))
            key = signer or self.log_signer
            return self.log.make_proof(conn, self.origin, index, key, self.now)

    def certificate_leaf(self, number: str, token: bytes) -> str:
        digest = hashlib.sha256(token).hexdigest()
        return self.append(
            Leaf(ts_ms=self.ms, kind="certificate", number=number, token_sha256=digest)
        )

    def file_leaf(self, number: str, pdf: bytes) -> str:
        digest = hashlib.sha256(pdf).hexdigest()
        return self.append(
            Leaf(ts_ms=self.ms, kind="certificate_file", number=number, file_sha256=digest)
        )

    def certify(self, **changes: Any) -> "Made":
        """The whole way: prepare, leaf, issue, leaf, confirm."""
        papers = self.papers(**changes)
        release = self.issue.prepare(papers, self.images(papers), "shangrao")
        proof = self.certificate_leaf(release.number, release.token)
        pdf = self.issue.issue(release.release_id, proof, "shangrao")
        file_proof = self.file_leaf(release.number, pdf)
        digest = hashlib.sha256(pdf).digest()
        self.issue.confirm(release.release_id, digest, file_proof, "shangrao")
        return Made(number=release.number, code=release.code, token=release.token, pdf=pdf)

    def images(self, papers: ReleasePapers) -> list[bytes]:
        count = papers.order.payload.count(b'"media_type"')
        return [self.image] * count

    def status_order(self, number: str, status: str, **changes: Any) -> Envelope:
        fields: dict[str, Any] = {
            "order_id": "22222222-2222-4333-8444-555555555555",
            "holder_archive": HOLDER,
            "number": number,
            "status": status,
            "reason_class": "error_in_extract",
            "dispatcher": self.dispatcher.officer_id,
            "seal_keeper": self.keeper.officer_id,
            "ordered_at": self.now,
        }
        signers = changes.pop("signers", ())
        return self.sign(StatusOrder(**(fields | changes)), *signers)


@dataclass
class Made:
    number: str
    code: str
    token: bytes
    pdf: bytes


class InProcessSeals:
    """The real signer's logic without a process around it, on the test's clock."""

    def __init__(self, root: Path, clock: Any) -> None:
        self._root, self._clock = root, clock
        self._signers: dict[str, SealSigner] = {}

    def certificates(self, archive_code: str) -> Any:
        return read_seal_certificates(self._root / archive_code)

    def admit(self, archive_code: str, order: Envelope, appointments: Any) -> None:
        request = {
            "order": _b64(envelope_to_json(order)),
            "appointments": [_b64(envelope_to_json(one)) for one in appointments],
        }
        self._ask(archive_code, {"admit": request})

    def sign(self, archive_code: str, release_id: str, signed_attributes: bytes) -> bytes:
        request = {"release_id": release_id, "attributes": _b64(signed_attributes)}
        return base64.b64decode(self._ask(archive_code, {"sign": request})["signature"])

    def _ask(self, archive_code: str, request: Any) -> Any:
        import json

        signer = self._signers.get(archive_code)
        if signer is None:
            signer = SealSigner(self._root / archive_code, self._clock, None)
            self._signers[archive_code] = signer
        answer = signer.answer(json.dumps(request).encode())
        if "code" in answer:
            raise Refusal(SEAL_REFUSED, f"{answer['code']} {answer['detail']}")
        return answer


def order_fields(now: datetime, image: bytes) -> dict[str, Any]:
    """The words of a marriage extract with rare characters."""

    def row(field: str, label: str, value: str, compared: str = "same") -> ExtractRow:
        return ExtractRow(field=field, label=label, value=value, compared=compared)

    return {
        "release_id": "11111111-2222-4333-8444-" + secrets.token_hex(6),
        "case_no": CASE,
        "holder_archive": HOLDER,
        "holder_name": HOLDER_NAME,
        "window_archive": WINDOW,
        "window_name": WINDOW_NAME,
        "template": "T1",
        "category": "marriage_registration",
        "title": "档案证明（摘录）",
        "reference_code": "J107-9-0119-003",
        "fonds_name": "上饶县城关镇人民政府婚姻登记",
        "opening": "张𠅤（居民身份证330402********1228）：您于2026年11月21日提出的查档申请"
        "（受理号LT-330400-20261121-0042，受理机构嘉兴市档案馆）已办结。本馆保管的上饶县城关镇"
        "人民政府婚姻登记档案（档号J107-9-0119-003，第78页）原文记载：",
        "rows": (
            row("a_name", "男方姓名", "张𠅤"),
            row("b_name", "女方姓名", "李𬭎"),
            row("a_birth", "出生日期", "1963年5月12日"),
            row("b_birth", "出生日期", "农历一九六四年八月廿二"),
            row("a_id_no", "证件号码", "档案未记载", "not_recorded"),
            row("b_id_no", "证件号码", "档案未记载", "not_recorded"),
            row("event_type", "登记类别", "结婚登记"),
            row("event_date", "登记日期", "1985年5月20日"),
            row("registration_office", "登记机关", "上饶县城关镇人民政府"),
            row("certificate_no", "字号", "城关字第0456号"),
        ),
        "closing": (
            "上列文字按档案原文摘录，并经与原件（或其数字副本）核对无误。本证明只说明该档案形成时的"
            "记载情况，不说明此后有无变化。",
            "附：档案复制件1页。",
        ),
        "notes": ("城关镇今属上饶市信州区。",),
        "pages": (
            ReleasedPage(
                page_no=78,
                sha256=hashlib.sha256(image).hexdigest(),
                media_type="image/jpeg",
                caption="档号 J107-9-0119-003　第78页（本件为馆藏档案数字副本的复制件）",
            ),
        ),
        "masked_names": "张*|李*",
        "sealed_facts": ("张𠅤", "李𬭎", "1985年5月20日", "城关字第0456号", "J107-9-0119-003"),
        "handler_line": "经办人：王　敏　　审核人：周国梁",
        "agreement_id": "jiaxing-shangrao-2026",
        "agreement_version": 1,
        "seal_mode": "HOLDER_ELECTRONIC",
        "issued_on": date(now.year, now.month, now.day),
        "ordered_at": now,
    }


def make_officer(
    authority: ArchiveAuthority, posts: tuple[str, ...], now: datetime, **changes: Any
) -> Officer:
    from trust.envelope.statement import decode
    from trust.identity.statements import Appointment

    signer = changes.pop("signer", None) or Ed25519Signer.from_private(new_ed25519())
    officer_id = f"{authority.archive_code}/{secrets.token_hex(8)}"
    appointee = Appointee(
        officer_id=officer_id,
        person_id=changes.pop("person_id", secrets.token_hex(16)),
        posts=posts,
        kid=signer.kid,
        public_key=base64.b64encode(signer.public_raw).decode(),
    )
    envelope = authority.appoint(appointee, now, date(now.year, 1, 2))
    if changes:
        said = replace(decode(envelope.payload, Appointment), **changes)
        envelope = sign_statement(said, authority.signer)
        officer_id = said.officer_id
    return Officer(officer_id, signer, envelope)


_FONTS: dict[Path, Paper] = {}


def paper(fonts: Path) -> Paper:
    """Fonts take a second to load: once for all tests of a run."""
    if fonts not in _FONTS:
        _FONTS[fonts] = Paper(FontBook(installed_chains(fonts)), DESIGNS)
    return _FONTS[fonts]


_ISSUING: dict[Path, Authority] = {}
_ROOTS: dict[Path, Authority] = {}
_AT = "http://lists.invalid"
LISTS = Publication(crl_url=f"{_AT}/seal.crl", root_crl_url=f"{_AT}/root.crl")


def seal_authority_of(folder: Path) -> Authority:
    """The issuing authority of the seal in that archive's folder."""
    return _ISSUING[folder]


def seal_root_of(folder: Path) -> Authority:
    """The root above it."""
    return _ROOTS[folder]


def write_archive(folder: Path, authority: ArchiveAuthority, now: datetime) -> tuple[bytes, Any]:
    """The archive's folder as the ceremony leaves it; the seal root's PEM."""
    root = create_seal_root(DOMAIN, new_root_key(), now=now, random=secrets.token_bytes)
    issuing = create_seal_issuing(
        root, DOMAIN, new_p256(), now=now, random=secrets.token_bytes, publication=LISTS
    )
    _ISSUING[folder], _ROOTS[folder] = issuing, root
    seal_key, qr_key = new_p256(), new_p256()
    holder = SealHolder(archive_code=authority.archive_code, name=HOLDER_NAME, sample=True)
    drawn = {"now": now, "random": secrets.token_bytes, "publication": LISTS}
    seal = issue_seal_certificate(issuing, holder, seal_key.public_key(), **drawn)
    folder.mkdir(parents=True)
    chain = seal.public_bytes(Encoding.PEM) + issuing.certificate.public_bytes(Encoding.PEM)
    (folder / SEAL_CERTIFICATES).write_bytes(chain)
    write_private_key(folder / SEAL_KEY, seal_key, None)
    write_private_key(folder / QR_KEY, qr_key, None)
    for name, use, key in ((SEAL_STATEMENT, "seal", seal_key), (QR_STATEMENT, "qr", qr_key)):
        statement = authority.state_key(use, key.public_key(), now, 3 * _YEAR)
        (folder / name).write_bytes(envelope_to_json(statement))
    (folder / AUTHORITY).write_text(base64.b64encode(authority.signer.public_raw).decode())
    return root.certificate.public_bytes(Encoding.PEM), issuing


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


def make_agreement(now: datetime, **changes: Any) -> Agreement:
    fields: dict[str, Any] = {
        "agreement_id": "jiaxing-shangrao-2026",
        "version": 1,
        "asking_nodes": ("jiaxing",),
        "holding_nodes": ("shangrao",),
        "categories": ("marriage_registration",),
        "requester_types": ("party",),
        "purposes": (),
        "year_from": 1949,
        "year_to": 2030,
        "granularity": "extract",
        "seal_mode": "HOLDER_ELECTRONIC",
        "minutes": 15,
        "legal_basis": "档案法第二十八条",
        "valid_from": date(now.year, 1, 1),
        "valid_to": date(now.year + 1, 12, 31),
        "daily_quota": 100,
        "contacts": {},
    }
    return Agreement(**(fields | changes))


def real_now() -> datetime:
    """For tests with real processes, whose clock is the machine's."""
    return datetime.now(UTC).replace(microsecond=0)


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
