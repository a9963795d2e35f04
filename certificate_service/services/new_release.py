"""A new release: its number, its token with a free place in the status list, its code.

Drawn once, before anything is printed; what is kept of it is what every later step works on.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from certificate_service.document.pictures import picture_size
from certificate_service.domain.fingerprint import fingerprints, token_digests
from certificate_service.domain.numbering import HIGHEST_SERIAL, CertificateNumber
from certificate_service.domain.order_reasons import ORDER_MALFORMED
from certificate_service.domain.reasons import IMAGE_DIFFERENT
from certificate_service.domain.sealed_facts import seal_facts
from certificate_service.domain.status_list import PLACES
from certificate_service.domain.token import CERTIFICATE_ID_SIZE, Token, encode_token
from certificate_service.domain.verification_code import draw_code
from certificate_service.long_term_ports import FileProofs, TimeStamps, WitnessedProofs
from certificate_service.ports import (
    Clock,
    QrKeys,
    Random,
    Register,
    Release,
    SealProvider,
    TrustSource,
)
from certificate_service.services.authorise import AuthorisedRelease
from certificate_service.services.make_document import DocumentMaker
from certificate_service.services.publish import Publisher
from certificate_service.services.upgrade_queue import UpgradeQueue
from records.refusal import Refusal
from records.release import ReleaseOrder
from trust.envelope.dsse import envelope_to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the use case works with."""

    trust: TrustSource
    register: Register
    seals: SealProvider
    qr_keys: QrKeys
    documents: DocumentMaker
    publisher: Publisher
    clock: Clock
    random: Random
    stamps: TimeStamps | None = None
    """None = level B."""
    upgrades: UpgradeQueue | None = None
    """Takes a sealed file to LTA, now or later; None = as the seal left it."""
    file_proofs: FileProofs | None = None
    witnessed: WitnessedProofs | None = None


def new_release(parts: Parts, authorised: AuthorisedRelease) -> Release:
    """The release with everything that is drawn for it; nothing is kept yet.

    Raises:
        Refusal: ORDER_MALFORMED (serial), TOKEN_TOO_LARGE, MISSING_GLYPH.
    """
    order, papers = authorised.order, authorised.papers
    number = number_of(authorised)
    code = draw_code(parts.random)
    certificate_id = parts.random(CERTIFICATE_ID_SIZE)
    issued_at = parts.clock().replace(microsecond=0)
    composition = parts.documents.compose(order)
    pages = fingerprints(str(number), composition.words)
    token = Token(
        number=number,
        template=order.template,
        issued_at=int(issued_at.timestamp()),
        certificate_id=certificate_id,
        masked_names=order.masked_names,
        pages=len(pages),
        digests=token_digests(pages),
        status_index=_free_place(parts, order.holder_archive),
        log_index=papers.leaf_index,
        sealed_facts=seal_facts(order.sealed_facts, code, certificate_id),
    )
    signed = encode_token(
        token,
        parts.qr_keys.kid(order.holder_archive),
        lambda message: parts.qr_keys.sign(order.holder_archive, message),
    )
    return Release(
        release_id=order.release_id,
        order_id=authorised.order_id,
        archive_code=order.holder_archive,
        number=str(number),
        order=envelope_to_json(papers.order),
        appointments=tuple(envelope_to_json(one) for one in papers.appointments),
        log_key=envelope_to_json(papers.log_key),
        code=code,
        certificate_id=certificate_id,
        leaf_index=papers.leaf_index,
        status_index=token.status_index,
        token=signed,
        issued_at=issued_at,
        state="prepared",
    )


def _free_place(parts: Parts, archive_code: str) -> int:
    """A random place in the status list that no certificate has: places tell no dates."""
    while True:
        place = int.from_bytes(parts.random(4), "big") % PLACES
        if not parts.register.is_status_index_taken(archive_code, place):
            return place


def number_of(authorised: AuthorisedRelease) -> CertificateNumber:
    """The number that the holder gave.

    Raises:
        Refusal: ORDER_MALFORMED.
    """
    order, serial = authorised.order, authorised.papers.serial
    if not 1 <= serial <= HIGHEST_SERIAL:
        raise Refusal(ORDER_MALFORMED, "serial")
    return CertificateNumber(order.holder_archive, order.issued_on.year, serial)


def check_images(order: ReleaseOrder, images: Sequence[bytes]) -> None:
    """Return only if the images are those that the order names, in its order.

    Raises:
        Refusal: IMAGE_DIFFERENT, IMAGE_UNREADABLE.
    """
    if len(images) != len(order.pages):
        raise Refusal(IMAGE_DIFFERENT, f"{len(images)} of {len(order.pages)}")
    for position, (page, image) in enumerate(zip(order.pages, images, strict=True), start=1):
        if hashlib.sha256(image).hexdigest() != page.sha256:
            raise Refusal(IMAGE_DIFFERENT, f"image {position}")
        picture_size(image)
