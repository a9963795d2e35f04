"""One archive that certifies, and what a test makes of it: papers, leaves, certificates."""

import hashlib
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from certificate_keys import InProcessSeals, Officer, make_officer
from certificate_papers import CASE, DOMAIN, HOLDER, WINDOW, order_fields

from certificate_service.adapters.archive_folder import FolderQrKeys
from certificate_service.adapters.site_folder import SiteFolder
from certificate_service.adapters.sql_register import SQLRegister
from certificate_service.adapters.trust_file import TrustFile
from certificate_service.services.authorise import ReleasePapers
from certificate_service.services.change_status import ChangeStatus
from certificate_service.services.issue_certificate import IssueCertificate
from certificate_service.services.publish import Publisher
from deploy.ceremony import ArchiveAuthority
from records.exchange import Applicant, AssistRequest, Header
from records.queries import RecordQuery, SoughtPerson
from records.release import ReleaseOrder, StatusOrder
from trust.envelope.dsse import Envelope, envelope_id
from trust.envelope.statement import sign_statement
from trust.identity.keys import Ed25519Signer
from trust.store.engine import transaction
from trust.transparency.leaf import Leaf, encode_leaf
from trust.transparency.log import TransparencyLog


@dataclass
class Made:
    number: str
    code: str
    token: bytes
    pdf: bytes


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
    seals: InProcessSeals
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

    def certify(self, **changes: Any) -> Made:
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
