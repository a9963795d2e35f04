"""Lengthens the life of a sealed file: to LTA as soon as the authorities answer, and again later.

At issue the citizen does not wait for a dead authority: the file goes out at the level that was
reached, flagged in the register, and is lengthened by `UpgradeQueue` (upgrade_queue.py) later. What
was sealed is never changed: every step appends, and nothing is handed out that our own verifier
would refuse.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.x509.oid import ExtensionOID

from certificate_service.document.faults import CERTIFICATE_FAULTS
from certificate_service.document.pdf_check import SealedFile, open_sealed
from certificate_service.document.pdf_longterm import ValidationMaterial, add_time_stamp
from certificate_service.document.pdf_signature import RemoteStamper, TimestampRequestError
from certificate_service.document.seal_check import RootsAt, check_seal, read_roots, require_trusted
from certificate_service.document.security_store import read_security_store
from certificate_service.domain.order_reasons import TSA_UNAVAILABLE
from certificate_service.domain.reasons import FILE_ALTERED, REVOCATION_UNAVAILABLE
from certificate_service.domain.token import parse_token
from certificate_service.long_term_ports import RevocationLists, TimeStamps
from certificate_service.ports import Clock
from records.refusal import Refusal

TOKEN_FILE = "evidence.cose"  # noqa: S105 -- a file's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Lengthened:
    """How far a file came."""

    pdf: bytes
    level: str
    """B, T, LT or LTA."""
    refusal: Refusal | None
    """Why it did not come further; None at LTA."""


class LongTerm:
    """Adds time-stamps and revocation data to sealed files."""

    def __init__(
        self, roots: RootsAt, stamps: TimeStamps, lists: RevocationLists, clock: Clock
    ) -> None:
        """Keep the ports; `roots` answers what was listed on a day."""
        self._roots = roots
        self._stamps = stamps
        self._lists = lists
        self._clock = clock

    def lengthen(self, pdf: bytes) -> Lengthened:
        """The file at LTA, or as near to it as the authorities allow now.

        Raises:
            Refusal: FILE_NOT_OURS, FILE_ALTERED, SEAL_*, when `pdf` itself is not genuine.
        """
        file, level = self._examine(pdf)
        if level == "LTA":
            return Lengthened(pdf=pdf, level=level, refusal=None)
        try:
            if not file.stamp_chains:
                pdf, level = self._step(pdf, file, None)
                file = open_sealed(pdf)
            pdf, level = self._step(pdf, file, self._material(file))
        except Refusal as refusal:
            return Lengthened(pdf=pdf, level=level, refusal=refusal)
        return Lengthened(pdf=pdf, level=level, refusal=None)

    def renew(self, pdf: bytes) -> bytes:
        """The file with one more time-stamp, and the data behind those before it.

        Raises:
            Refusal: as `lengthen`; TSA_UNAVAILABLE, REVOCATION_UNAVAILABLE.
        """
        file, _level = self._examine(pdf)
        if not file.stamp_chains:
            pdf, _level = self._step(pdf, file, None)
            file = open_sealed(pdf)
        return self._step(pdf, file, self._material(file))[0]

    def _step(
        self, pdf: bytes, file: SealedFile, material: ValidationMaterial | None
    ) -> tuple[bytes, str]:
        stamper = RemoteStamper(self._stamps.stamp)
        try:
            longer = add_time_stamp(pdf, len(file.stamps), stamper, material)
            # Never keep what our own verifier would refuse, whatever the authority sent.
            _file, level = self._examine(longer)
        except (TimestampRequestError, ValueError) as fault:
            raise Refusal(TSA_UNAVAILABLE, type(fault).__name__) from fault
        except Refusal as refusal:
            if refusal.reason is FILE_ALTERED:
                raise Refusal(TSA_UNAVAILABLE, refusal.detail) from refusal
            raise
        return longer, level

    def _examine(self, pdf: bytes) -> tuple[SealedFile, str]:
        file = open_sealed(pdf)
        evidence = check_seal(file, self._roots, self._issued(file))
        require_trusted(evidence)
        return file, evidence.level

    def _issued(self, file: SealedFile) -> datetime:
        token, _signed = parse_token(file.attachments.get(TOKEN_FILE, b""))
        return datetime.fromtimestamp(token.issued_at, UTC)

    def _material(self, file: SealedFile) -> ValidationMaterial:
        """All certificates up to the roots, and one list of every issuer; what is there stays.

        Raises:
            Refusal: REVOCATION_UNAVAILABLE.
        """
        now = self._clock()
        stamped = [one.self_reported_timestamp or now for one in file.stamps]
        days = dict.fromkeys((self._issued(file), *stamped, now))
        roots = [one.dump() for day in days for one in read_roots(self._roots(day))]
        store = read_security_store(file.signature.reader)
        carried = [one.dump() for one in file.signature.other_embedded_certs]
        known = [*carried, *(one.dump() for one in store.certificates), *roots]
        certificates: dict[bytes, None] = {}
        lists = {one.dump(): None for one in store.lists}
        for chain in ((file.certificate,), *file.stamp_chains):
            path = tuple(_path(chain[0], [*chain[1:], *known]))
            certificates.update(dict.fromkeys(path))
            if not store.covers(chain):
                found = (self._list(path[step], path[step + 1], now) for step in _links(path))
                lists.update(dict.fromkeys(found))
        return ValidationMaterial(certificates=tuple(certificates), lists=tuple(lists))

    def _list(self, der: bytes, issuer_der: bytes, now: datetime) -> bytes:
        """The list on which this certificate would stand, signed by its issuer, in force now."""
        try:
            issuer = x509.load_der_x509_certificate(issuer_der)
            addresses = list_addresses(x509.load_der_x509_certificate(der))
        except CERTIFICATE_FAULTS as error:
            # A time-stamp authority's certificates are whatever it sends.
            raise Refusal(REVOCATION_UNAVAILABLE, "certificate") from error
        for url in addresses:
            try:
                data = self._lists.fetch(url, now)
                check_list(data, issuer, now)
            except Refusal:
                continue
            return data
        raise Refusal(REVOCATION_UNAVAILABLE)


def check_list(data: bytes, issuer: x509.Certificate, now: datetime) -> None:
    """Return only if it is the issuer's revocation list and in force.

    Raises:
        Refusal: REVOCATION_UNAVAILABLE.
    """
    try:
        found = x509.load_der_x509_crl(data)
        ends = found.next_update_utc
        mine = found.issuer == issuer.subject
        signed = found.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]
    except CERTIFICATE_FAULTS as error:
        raise Refusal(REVOCATION_UNAVAILABLE, "malformed") from error
    if not mine or not signed or ends is None or not found.last_update_utc <= now < ends:
        raise Refusal(REVOCATION_UNAVAILABLE, "not in force")


def list_addresses(certificate: x509.Certificate) -> tuple[str, ...]:
    """Where its issuer publishes revocation lists (RFC 5280 4.2.1.13)."""
    try:
        points = certificate.extensions.get_extension_for_oid(
            ExtensionOID.CRL_DISTRIBUTION_POINTS
        ).value
    except x509.ExtensionNotFound:
        return ()
    assert isinstance(points, x509.CRLDistributionPoints)  # noqa: S101 -- by its OID
    names = [name for point in points for name in point.full_name or ()]
    return tuple(str(one.value) for one in names if isinstance(one, x509.UniformResourceIdentifier))


def _path(der: bytes, known: Sequence[bytes]) -> Iterator[bytes]:
    """The certificate and its issuers, as far as they are known."""
    by_subject: dict[object, bytes] = {}
    for one in known:
        by_subject.setdefault(asn1_x509.Certificate.load(one).subject.hashable, one)
    current: bytes | None = der
    for _step in range(len(known) + 1):
        if current is None:
            return
        yield current
        certificate = asn1_x509.Certificate.load(current)
        if certificate.self_issued:
            return
        current = by_subject.get(certificate.issuer.hashable)


def _links(path: Sequence[bytes]) -> range:
    """Positions of those certificates whose issuer is in the path."""
    return range(len(path) - 1)
