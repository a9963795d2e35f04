"""One document from one release: words, QR code, drawing, archival form, seal.

The same release gives the same unsigned bytes, whenever and however often it is drawn: what a
crash interrupted is simply done again.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from functools import lru_cache
from typing import Protocol

from certificate_service.document.archival import About, Attachment, drawing_of, to_archival
from certificate_service.document.composition import Composition
from certificate_service.document.paper import Drawn, Paper, Printed
from certificate_service.document.pdf_check import open_sealed
from certificate_service.document.pdf_signature import (
    RemoteStamper,
    SealRequest,
    TimestampRequestError,
    seal_pdf,
)
from certificate_service.document.qr import qr_matrix
from certificate_service.document.seal_image import SealImage
from certificate_service.domain.digits import to_digits
from certificate_service.domain.extract_file import ExtractFacts, write_extract
from certificate_service.domain.fingerprint import fingerprints
from certificate_service.domain.numbering import parse_number
from certificate_service.domain.order_reasons import TSA_UNAVAILABLE
from certificate_service.domain.reasons import FILE_ALTERED
from certificate_service.domain.token import parse_token
from certificate_service.domain.verification_code import grouped
from certificate_service.long_term_ports import TimeStamps
from certificate_service.ports import Release, SealCertificates
from records.refusal import Refusal
from records.release import ReleaseOrder
from trust.envelope.dsse import Envelope, envelope_to_json

EXTRACT_FILE = "extract.json"
COSE_FILE = "evidence.cose"
PROOF_FILE = "evidence.tlog-proof"
KEYS_FILE = "evidence.keys.json"
_KEPT = 16
"""Documents whose lines are remembered from Prepare to Issue, usually seconds later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where this service works: printed and attached, the same for all its documents."""

    trust_domain: str
    verify_url: str
    """What the digits are appended to, e.g. "https://v.example.cn/v#"; at most 26 characters."""
    sample: bool
    """True outside a production trust domain."""
    legal_basis: str = ""
    """Printed under the QR block; empty = nothing."""
    bilingual: bool = False
    """Title and cautions once more in English."""
    root_fingerprint: str = ""
    """Of the council's keys, as the verify page shows it; empty = not printed."""

    @property
    def site(self) -> str:
        """Host of the verify page as printed."""
        return self.verify_url.partition("://")[2].partition("/")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentEvidence:
    """What the attachments prove with."""

    log_origin: str
    certificate_proof: str
    statements: Mapping[str, Envelope]
    """KeyStatements by use: qr, seal, log."""


class SealImages(Protocol):
    """Where an archive's own approved seal image is, and which certificate bears it."""

    def find(self, archive_code: str) -> SealImage | None:
        """The image; None = drawn from the name. Raises Refusal: SEAL_IMAGE_*."""
        ...

    def used(self, release_id: str, image_sha256: str) -> None:
        """That certificate bears that image."""
        ...


class DocumentMaker:
    """Makes documents for one place."""

    def __init__(self, paper: Paper, place: Place, seal_images: SealImages | None = None) -> None:
        """Keep what every document shares; without `seal_images` every seal is drawn."""
        self._paper, self._seal_images = paper, seal_images
        self.place = place
        self._composed = lru_cache(maxsize=_KEPT)(paper.compose)

    def compose(self, order: ReleaseOrder) -> Composition:
        """What stands on which page.

        Raises:
            Refusal: MISSING_GLYPH.
        """
        return self._composed(order)

    def check_drawable(self, order: ReleaseOrder, token: bytes) -> None:
        """Return only if QR code and every fixed word can be printed.

        Raises:
            Refusal: QR_TOO_LARGE, MISSING_GLYPH.
        """
        qr_matrix(self.place.verify_url + to_digits(token))
        self._paper.check_words(order)

    def draw(
        self,
        release: Release,
        order: ReleaseOrder,
        images: Sequence[bytes],
        proof: DocumentEvidence,
    ) -> tuple[bytes, Drawn]:
        """PDF/A-3u with attachments, not sealed yet, and the drawing that its seal needs.

        Raises:
            Refusal: MISSING_GLYPH, IMAGE_UNREADABLE, QR_TOO_LARGE.
        """
        composition = self._composed(order)
        number = parse_number(release.number)
        image = self._seal_images.find(order.holder_archive) if self._seal_images else None
        if image is not None and self._seal_images is not None:
            self._seal_images.used(release.release_id, image.sha256)
        printed = Printed(
            number=release.number,
            symbol=number.symbol(order.holder_name),
            code=grouped(release.code),
            site=self.place.site,
            qr=qr_matrix(self.place.verify_url + to_digits(release.token)),
            fingerprints=fingerprints(release.number, composition.words),
            sample=self.place.sample,
            legal_basis=self.place.legal_basis,
            bilingual=self.place.bilingual,
            root_fingerprint=self.place.root_fingerprint,
            seal_image=image,
        )
        drawn = self._paper.draw(order, composition, tuple(images), printed)
        about = About(
            title=order.title,
            author=order.holder_name,
            subject=f"{order.title} {release.number}",
            document_id=release.release_id,
            made_at=release.issued_at.astimezone(UTC),
        )
        attachments = self._attachments(release, order, composition, proof)
        return to_archival(drawn.pdf, about, attachments), drawn

    def _attachments(
        self, release: Release, order: ReleaseOrder, pages: Composition, proof: DocumentEvidence
    ) -> tuple[Attachment, ...]:
        facts = ExtractFacts(
            number=release.number,
            symbol=parse_number(release.number).symbol(order.holder_name),
            issued_at=release.issued_at.isoformat().replace("+00:00", "Z"),
            order_id=release.order_id,
            token_sha256=hashlib.sha256(release.token).hexdigest(),
            trust_domain=self.place.trust_domain,
            verify_url=self.place.verify_url,
            log_origin=proof.log_origin,
            log_index=parse_token(release.token)[0].log_index,
            sample=self.place.sample,
        )
        keys = {
            use: json.loads(envelope_to_json(one)) for use, one in sorted(proof.statements.items())
        }
        return (
            _attachment(
                EXTRACT_FILE,
                write_extract(order, pages.words, facts),
                "application/json",
                "摘录内容（机读）",
            ),
            _attachment(COSE_FILE, release.token, "application/cose", "二维码令牌"),
            _attachment(
                PROOF_FILE, proof.certificate_proof.encode(), "text/plain", "存证证明（C2SP）"
            ),
            _attachment(
                KEYS_FILE,
                json.dumps(keys, separators=(",", ":")).encode(),
                "application/json",
                "密钥声明",
            ),
        )


def _attachment(name: str, data: bytes, media_type: str, description: str) -> Attachment:
    return Attachment(
        name=name,
        data=data,
        media_type=media_type,
        relationship="Data" if name == EXTRACT_FILE else "Supplement",
        description=description,
    )


def seal_document(
    pdf: bytes,
    drawn: Drawn,
    release: Release,
    seal: SealCertificates,
    sign: Callable[[bytes], bytes],
    stamps: TimeStamps | None = None,
) -> tuple[bytes, bool]:
    """The PDF, certified by the archive's seal, and whether the seal bears a time-stamp.

    A citizen does not wait for a time-stamp authority: without one the file is of level B, with
    the log as witness of its time.

    Raises:
        Refusal: SEAL_REFUSED, SEAL_UNAVAILABLE.
    """
    content, side = drawing_of(drawn.seal_pdf)
    request = SealRequest(
        certificate=seal.leaf,
        chain=seal.chain,
        appearance=content,
        side=side,
        page=drawn.seal_page,
        box=drawn.seal_box,
        archive_name=drawn.archive_name,
        moment=release.issued_at,
    )
    if stamps is not None:
        stamped = _stamped(pdf, request, sign, stamps)
        if stamped is not None:
            return stamped, True
    return seal_pdf(pdf, request, sign), False


def _stamped(
    pdf: bytes, request: SealRequest, sign: Callable[[bytes], bytes], stamps: TimeStamps
) -> bytes | None:
    """The sealed PDF with a time-stamp, or None when the authority gave nothing usable."""
    try:
        sealed = seal_pdf(pdf, request, sign, RemoteStamper(stamps.stamp))
        # Never hand out what our own verifier would refuse, whatever the authority sent.
        open_sealed(sealed)
    except (Refusal, TimestampRequestError, ValueError) as fault:
        if isinstance(fault, Refusal) and fault.reason not in (TSA_UNAVAILABLE, FILE_ALTERED):
            raise
        return None
    return sealed
