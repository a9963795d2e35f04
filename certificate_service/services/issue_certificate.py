"""Prepare, issue, confirm: a certificate in three steps that a crash cannot turn into a lie.

    node                                 this service
    Prepare(order, images, index)   →    authorise; draw number's token; keep; answer its hash
    appends {number, token} at index
    Issue(proof of that leaf)       →    check the proof; draw; seal; keep the file; answer it
    appends {number, file}
    Confirm(proof of that leaf)     →    check the proof; publish status and lookup row
    Confirm(both proofs, witnessed) →    publish them as the witnesses saw them

Nothing is sealed before its leaf is in the holder's log; a file is handed out only after it was
kept; every step may be repeated and gives the same answer.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from certificate_service.document.paper import Drawn
from certificate_service.domain.order_reasons import LOG_LEAF, ORDER_DIFFERENT
from certificate_service.domain.reasons import (
    FILE_ALTERED,
    FILE_DIFFERENT,
    RELEASE_OUT_OF_ORDER,
    RELEASE_UNKNOWN,
    SEAL_FORGED,
)
from certificate_service.domain.release_rules import (
    check_caller,
    check_certificate_leaf,
    check_file_leaf,
)
from certificate_service.long_term_ports import TimeStamps
from certificate_service.ports import Release, SealCertificates
from certificate_service.services.appointments import KnownAppointments, worth_keeping
from certificate_service.services.authorise import (
    AuthorisedRelease,
    ReleasePapers,
    authorise_release,
    open_log_key,
    open_proof,
)
from certificate_service.services.keys import check_qr_key, check_seal
from certificate_service.services.make_document import DocumentEvidence, seal_document
from certificate_service.services.new_release import Parts, check_images, new_release, number_of
from certificate_service.services.witness_evidence import USE, Witnessed, witnessed_proof
from records.refusal import Refusal
from records.release import ReleaseOrder
from trust.envelope.dsse import Envelope, envelope_from_json, envelope_to_json
from trust.envelope.statement import decode
from trust.identity.trust_view import TrustView
from trust.transparency.checkpoint import log_origin
from trust.transparency.witness import WITNESSES


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
        check_images(order, images)
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
        release = new_release(parts, authorised)
        parts.documents.check_drawable(order, release.token)
        parts.register.prepare(release, images)
        parts.register.remember_appointments(
            worth_keeping(papers.appointments, authorised.appointments)
        )
        return release

    def issue(
        self,
        release_id: str,
        certificate_proof: str,
        caller: str,
        witness_keys: Sequence[Envelope] = (),
    ) -> bytes:
        """The sealed PDF; the same bytes however often it is asked for.

        Args:
            release_id: Of the release order.
            certificate_proof: That number and token are in the holder's log.
            caller: The holder's node.
            witness_keys: Statements of the keys that cosigned the proof's checkpoint, if any did.

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
        self._check_leaf(release, certificate_proof, view)
        # From here on this token alone is sealed, with one proof: a later try, after a crash too,
        # has the same bytes sealed, and the seal signer signs no others for this release.
        if parts.witnessed is not None and witness_keys:
            carried = tuple(envelope_to_json(one) for one in witness_keys[:WITNESSES])
            parts.witnessed.hold(certificate_proof, carried)
        held = parts.register.hold_proof(release_id, release.token, certificate_proof)
        # 3. Draw; the seal's process looks at the order again and signs.
        seal = parts.seals.certificates(release.archive_code)
        check_seal(seal, release.archive_code, view, now)
        proof = DocumentEvidence(
            log_origin=log_origin(view.trust_domain, release.archive_code),
            certificate_proof=held,
            statements={
                "qr": parts.qr_keys.statement(release.archive_code),
                "seal": seal.statement,
                "log": envelope_from_json(release.log_key),
                **self._witnesses(held),
            },
        )
        pdf, drawn = parts.documents.draw(release, order, parts.register.images(release_id), proof)
        given = tuple(envelope_from_json(one) for one in release.appointments)
        appointments = self._appointments.gather(given, caller, view)

        def sign(attributes: bytes) -> bytes:
            # One admission, one signature; a time-stamp that fails needs another.
            order_envelope = envelope_from_json(release.order)
            parts.seals.admit(release.archive_code, order_envelope, appointments)
            return parts.seals.sign(release.archive_code, release_id, attributes)

        sealed = self._close(pdf, drawn, release, seal, sign)
        # 4. Kept before handed out: of two racing calls the first one's file is the certificate.
        digest = hashlib.sha256(sealed).digest()
        parts.register.issue(
            release_id, token=release.token, proof=held, pdf=sealed, file_sha256=digest
        )
        return parts.register.file(release_id)

    def _check_leaf(self, release: Release, proof: str, view: TrustView) -> None:
        """Return only if the proof is of the release's leaf, at its index."""
        origin = log_origin(view.trust_domain, release.archive_code)
        statement = envelope_from_json(release.log_key)
        log_key = open_log_key(statement, release.archive_code, view, self._parts.clock())
        leaf, evidence = open_proof(proof, origin, log_key)
        check_certificate_leaf(leaf, release.number, hashlib.sha256(release.token).digest())
        if evidence.index != release.leaf_index:
            raise Refusal(LOG_LEAF, "index")

    def _witnesses(self, held: str) -> Mapping[str, Envelope]:
        witnessed = self._parts.witnessed
        if witnessed is None:
            return {}
        statements = map(envelope_from_json, witnessed.held(held))
        return {f"{USE}{n}": one for n, one in enumerate(statements, 1)}

    def _close(
        self,
        pdf: bytes,
        drawn: Drawn,
        release: Release,
        seal: SealCertificates,
        sign: Callable[[bytes], bytes],
    ) -> bytes:
        """The sealed file, as far towards LTA as the authorities of time and lists allow."""
        parts = self._parts

        def close(stamps: TimeStamps | None) -> bytes:
            sealed, stamped = seal_document(pdf, drawn, release, seal, sign, stamps)
            if parts.upgrades is None:
                return sealed
            return parts.upgrades.finish(release.release_id, sealed, stamped=stamped)

        try:
            return close(parts.stamps)
        except Refusal as refusal:
            if parts.stamps is None or refusal.reason not in (FILE_ALTERED, SEAL_FORGED):
                raise
            # The authority sent a token that our own verifier refuses: as if it were down.
            return close(None)

    def confirm(
        self,
        release_id: str,
        file_sha256: bytes,
        file_proof: str,
        caller: str,
        witnessed: Witnessed | None = None,
    ) -> Release:
        """The certificate is published: its digest is the log's second leaf.

        Args:
            release_id: Of the release order.
            file_sha256: Digest of the file that `issue` gave.
            file_proof: That it is in the holder's log.
            caller: The holder's node.
            witnessed: In a later call, when the log's witnesses have cosigned: `file_proof` is
                under that checkpoint then, and this is the rest.

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
        if witnessed is not None and parts.witnessed is not None:
            self._check_leaf(release, witnessed.certificate_proof, view)
            kept = witnessed_proof(file_proof, witnessed, origin, view, now)
            parts.witnessed.keep(release_id, kept)
            if release.state == "confirmed":
                parts.publisher.publish_proofs(release)
                return release
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
        wanted = number_of(authorised)
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
