"""The document security store (DSS): certificates and revocation lists carried in a file.

ISO 32000-2 12.8.4.3. Whoever wrote it is not believed: certificates and lists are signed, and a
list is used only where a listed root stands behind it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import crl, x509
from cryptography.x509 import (
    Certificate,
    CertificateRevocationList,
    load_der_x509_certificate,
    load_der_x509_crl,
)
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.dss import DocumentSecurityStore

from certificate_service.document.faults import CERTIFICATE_FAULTS
from certificate_service.domain.reasons import FILE_ALTERED
from records.refusal import Refusal

_MOST_OBJECTS = 256
_MOST_BYTES = 8 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityStore:
    """What a file carries for its own verification."""

    certificates: tuple[x509.Certificate, ...] = ()
    lists: tuple[crl.CertificateList, ...] = ()

    def covers(self, chain: Sequence[bytes]) -> bool:
        """Whether a list of each certificate's issuer is here, and its issuer is too.

        Args:
            chain: Certificates, DER, the signer's first.
        """
        known = {one.subject.hashable: one for one in self.certificates}
        issuers = {one.issuer.hashable for one in self.lists}
        current = x509.Certificate.load(chain[0])
        for _step in range(len(known) + 1):
            if current.self_issued:
                return True
            issuer = known.get(current.issuer.hashable)
            if issuer is None or current.issuer.hashable not in issuers:
                return False
            current = issuer
        return False

    def is_revoked(self, der: bytes, roots: Sequence[bytes], at: datetime) -> bool:
        """Whether a list here, signed by its issuer, had ended it or an issuer of it by then."""
        known = [one.dump() for one in self.certificates]
        issuers = [load_der_x509_certificate(one) for one in (*known, *roots)]
        lists = [load_der_x509_crl(one.dump()) for one in self.lists]
        certificate: Certificate | None = load_der_x509_certificate(der)
        for _step in range(len(issuers) + 1):
            if certificate is None or certificate.issuer == certificate.subject:
                return False
            issuer = _issuer_of(certificate, issuers)
            for found in lists if issuer is not None else ():
                entry = found.get_revoked_certificate_by_serial_number(certificate.serial_number)
                ended = entry is not None and entry.revocation_date_utc <= at
                if ended and issuer is not None and _listed(found, issuer):
                    return True
            certificate = issuer
        return False

    def check_signed(self) -> None:
        """Return only if an issuer carried here signed every certificate and list that is here.

        Raises:
            Refusal: FILE_ALTERED.
        """
        issuers = [load_der_x509_certificate(one.dump()) for one in self.certificates]
        lists = [load_der_x509_crl(one.dump()) for one in self.lists]
        signed = all(any(_issued(one, by) for by in issuers) for one in issuers)
        if not signed or not all(any(_listed(one, by) for by in issuers) for one in lists):
            raise Refusal(FILE_ALTERED, "security store")


def _issuer_of(certificate: Certificate, known: Sequence[Certificate]) -> Certificate | None:
    named = (one for one in known if one.subject == certificate.issuer)
    return next((one for one in named if _issued(certificate, one)), None)


def _issued(certificate: Certificate, issuer: Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except CERTIFICATE_FAULTS:
        return False
    return True


def _listed(found: CertificateRevocationList, issuer: Certificate) -> bool:
    try:
        signed = found.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]
    except CERTIFICATE_FAULTS:
        return False
    return signed and found.issuer == issuer.subject


def read_security_store(reader: PdfFileReader) -> SecurityStore:
    """The file's DSS; an empty one where there is none.

    Raises:
        Refusal: FILE_ALTERED when it is larger than any of ours.
        ValueError, KeyError …: what parsing says of a hostile one.
    """
    if "/DSS" not in reader.root:
        return SecurityStore()
    store = DocumentSecurityStore.read_dss(reader)
    streams = [one.get_object().data for one in store.crls]
    if len(store.certs) + len(streams) > _MOST_OBJECTS or sum(map(len, streams)) > _MOST_BYTES:
        raise Refusal(FILE_ALTERED, "security store")
    return SecurityStore(
        certificates=tuple(store.load_certs()),
        lists=tuple(crl.CertificateList.load(data) for data in streams),
    )
