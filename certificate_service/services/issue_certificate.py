"""Prepare, issue, confirm: a certificate in three steps that a crash cannot turn into a lie.

    node                                 this service
    Prepare(order, images, index)   →    authorise; draw number's token; keep; answer its hash
    appends {number, token} at index
    Issue(proof of that leaf)       →    check the proof; draw; seal; keep the file; answer it
    appends {number, file}
    Confirm(proof of that leaf)     →    check the proof; publish status and lookup row

Nothing is sealed before its leaf is in the holder's log; a file is handed out only after it was
kept; every step may be repeated and gives the same answer.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from certificate_service.document.pictures import picture_size
from certificate_service.domain.fingerprint import fingerprints, token_digests
from certificate_service.domain.numbering import HIGHEST_SERIAL, CertificateNumber
from certificate_service.domain.order_reasons import LOG_LEAF, ORDER_DIFFERENT, ORDER_MALFORMED
from certificate_service.domain.reasons import (
    FILE_DIFFERENT,
    IMAGE_DIFFERENT,
    RELEASE_OUT_OF_ORDER,
    RELEASE_UNKNOWN,
)
from certificate_service.domain.release_rules import (
    check_caller,
    check_certificate_leaf,
    check_file_leaf,
)
from certificate_service.domain.sealed_facts import seal_facts
from certificate_service.domain.status_list import PLACES
from certificate_service.domain.token import CERTIFICATE_ID_SIZE, Token, encode_token
from certificate_service.domain.verification_code import draw_code
from certificate_service.long_term_ports import FileProofs, TimeStamps
from certificate_service.ports import (
    Clock,
    QrKeys,
    Random,
    Register,
    Release,
    SealProvider,
    TrustSource,
)
from certificate_service.services.appointments import KnownAppointments, worth_keeping
from certificate_service.services.authorise import (
    AuthorisedRelease,
    ReleasePapers,
    authorise_release,
    open_log_key,
    open_proof,
)
from certificate_service.services.keys import check_qr_key, check_seal
from certificate_service.services.make_document import (
    DocumentEvidence,
    DocumentMaker,
    seal_document,
)
from certificate_service.services.publish import Publisher
from certificate_service.services.upgrade_queue import UpgradeQueue
from records.refusal import Refusal
from records.release import ReleaseOrder
from trust.envelope.dsse import envelope_from_json, envelope_to_json
from trust.envelope.statement import decode
from trust.transparency.checkpoint import log_origin


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


class IssueCertificate:
    """The three steps; each is idempotent by release id."""

    def __init__(self, parts: Parts) -> None:
        """Keep what it works with."""
        self._parts = parts
        self._appointments = KnownAppointments(parts.register, parts.trust)

    def prepare(self, papers: ReleasePapers, images: Sequence[bytes], caller: str) -> Release:
        """The release, kept with its number and token; nothing is sealed yet.

        Raises:
            Refusal: every refusal of `authorise_release`; IMAGE_*, ORDER_DIFFERENT, NUMBER_TAKEN,
                SEAL_*, MISSING_GLYPH, TOKEN_TOO_LARGE, QR_TOO_LARGE.
        """
        parts = self._parts
        now = parts.clock()
        view = parts.trust.current()
        # 1. Two officers ordered it, and everything behind the order holds.
        known = self._appointments.gather(papers.appointments, caller, view)
        papers = replace(papers, appointments=known)
        authorised = authorise_release(papers, view, caller, now)
        order = authorised.order
        # 2. The images are those that the order names.
        _check_images(order, images)
        # 3. A repeated call gets the answer of the first.
        prepared = self._known(authorised)
        if prepared is not None:
            return prepared
        # 4. The archive's own keys are the ones that its authority stated, and in force.
        check_seal(parts.seals.certificates(order.holder_archive), order.holder_archive, view, now)
        check_qr_key(parts.qr_keys, order.holder_archive, view, now)
        # 5. The seal's own process agrees with the order.
        parts.seals.admit(order.holder_archive, papers.order, papers.appointments)
        # 6. Number and token are kept before anybody hears of them.
        release = self._new_release(authorised)
        parts.documents.check_drawable(order, release.token)
        parts.register.prepare(release, images)
        parts.register.remember_appointments(
            worth_keeping(papers.appointments, authorised.appointments)
        )
        return release

    def issue(self, release_id: str, certificate_proof: str, caller: str) -> bytes:
        """The sealed PDF; the same bytes however often it is asked for.

        Raises:
            Refusal: RELEASE_UNKNOWN, RELEASE_OUT_OF_ORDER, LOG_*, SEAL_*, MISSING_GLYPH.
        """
        parts = self._parts
        now = parts.clock()
        view = parts.trust.current()
        release, order = self._find(release_id, caller)
        # 1. Once kept, the file is the answer.
        if release.state != "prepared":
            return parts.register.file(release_id)
        # 2. Number and token are in the holder's log, at the index inside the token.
        origin = log_origin(view.trust_domain, release.archive_code)
        log_statement = envelope_from_json(release.log_key)
        log_key = open_log_key(log_statement, release.archive_code, view, now)
        leaf, evidence = open_proof(certificate_proof, origin, log_key)
        check_certificate_leaf(leaf, release.number, hashlib.sha256(release.token).digest())
        if evidence.index != release.leaf_index:
            raise Refusal(LOG_LEAF, "index")
        # From here on this token alone is sealed, with one proof: a later try, after a crash too,
        # has the same bytes sealed, and the seal signer signs no others for this release.
        held = parts.register.hold_proof(release_id, release.token, certificate_proof)
        # 3. Draw; the seal's process looks at the order again and signs.
        seal = parts.seals.certificates(release.archive_code)
        check_seal(seal, release.archive_code, view, now)
        qr = parts.qr_keys.statement(release.archive_code)
        proof = DocumentEvidence(
            log_origin=origin,
            certificate_proof=held,
            statements={"qr": qr, "seal": seal.statement, "log": log_statement},
        )
        images = parts.register.images(release_id)
        pdf, drawn = parts.documents.draw(release, order, images, proof)
        given = tuple(envelope_from_json(one) for one in release.appointments)
        appointments = self._appointments.gather(given, caller, view)

        def sign(attributes: bytes) -> bytes:
            # One admission, one signature; a time-stamp that fails needs another.
            order_envelope = envelope_from_json(release.order)
            parts.seals.admit(release.archive_code, order_envelope, appointments)
            return parts.seals.sign(release.archive_code, release_id, attributes)

        sealed, stamped = seal_document(pdf, drawn, release, seal, sign, parts.stamps)
        if parts.upgrades is not None:
            sealed = parts.upgrades.finish(release_id, sealed, stamped=stamped)
        # 4. Kept before handed out: of two racing calls the first one's file is the certificate.
        digest = hashlib.sha256(sealed).digest()
        parts.register.issue(
            release_id, token=release.token, proof=held, pdf=sealed, file_sha256=digest
        )
        return parts.register.file(release_id)

    def confirm(self, release_id: str, file_sha256: bytes, file_proof: str, caller: str) -> Release:
        """The certificate is published: its digest is the log's second leaf.

        Raises:
            Refusal: RELEASE_UNKNOWN, RELEASE_OUT_OF_ORDER, FILE_DIFFERENT, LOG_*.
        """
        parts = self._parts
        now = parts.clock()
        view = parts.trust.current()
        release, _order = self._find(release_id, caller)
        if release.state == "prepared":
            raise Refusal(RELEASE_OUT_OF_ORDER, "issue it first")
        if release.file_sha256 != file_sha256:
            raise Refusal(FILE_DIFFERENT)
        origin = log_origin(view.trust_domain, release.archive_code)
        log_key = open_log_key(envelope_from_json(release.log_key), release.archive_code, view, now)
        leaf, _evidence = open_proof(file_proof, origin, log_key)
        check_file_leaf(leaf, release.number, file_sha256)
        if parts.file_proofs is not None:
            parts.file_proofs.keep(release_id, file_proof)
        if release.state != "confirmed":
            parts.register.confirm(release_id)
        # Publishing may be repeated; a crash before it is healed at the next start.
        parts.publisher.publish_certificate(self._find(release_id, caller)[0])
        return release

    def _known(self, authorised: AuthorisedRelease) -> Release | None:
        papers = authorised.papers
        known = self._parts.register.find(authorised.order.release_id)
        if known is None:
            return None
        if known.order_id != authorised.order_id:
            raise Refusal(ORDER_DIFFERENT)
        wanted = _number(authorised)
        if known.state == "prepared" and known.leaf_index != papers.leaf_index:
            # Another leaf took the reserved index: nothing was printed, so begin again.
            return None
        if known.number != str(wanted):
            raise Refusal(ORDER_DIFFERENT, "number")
        return known

    def _find(self, release_id: str, caller: str) -> tuple[Release, ReleaseOrder]:
        release = self._parts.register.find(release_id)
        if release is None:
            raise Refusal(RELEASE_UNKNOWN)
        host, _archive = self._parts.trust.current().get_archive(release.archive_code)
        check_caller(host.participant_id, caller)
        # The signatures over these bytes were verified before they were kept.
        return release, decode(envelope_from_json(release.order).payload, ReleaseOrder)

    def _new_release(self, authorised: AuthorisedRelease) -> Release:
        parts, order, papers = self._parts, authorised.order, authorised.papers
        number = _number(authorised)
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
            status_index=self._free_place(order.holder_archive),
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

    def _free_place(self, archive_code: str) -> int:
        """A random place in the status list that no certificate has: places tell no dates."""
        while True:
            place = int.from_bytes(self._parts.random(4), "big") % PLACES
            if not self._parts.register.is_status_index_taken(archive_code, place):
                return place


def _number(authorised: AuthorisedRelease) -> CertificateNumber:
    order, serial = authorised.order, authorised.papers.serial
    if not 1 <= serial <= HIGHEST_SERIAL:
        raise Refusal(ORDER_MALFORMED, "serial")
    return CertificateNumber(order.holder_archive, order.issued_on.year, serial)


def _check_images(order: ReleaseOrder, images: Sequence[bytes]) -> None:
    if len(images) != len(order.pages):
        raise Refusal(IMAGE_DIFFERENT, f"{len(images)} of {len(order.pages)}")
    for position, (page, image) in enumerate(zip(order.pages, images, strict=True), start=1):
        if hashlib.sha256(image).hexdigest() != page.sha256:
            raise Refusal(IMAGE_DIFFERENT, f"image {position}")
        picture_size(image)
