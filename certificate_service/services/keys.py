"""Public keys behind a certificate: what the archive's authority stated against what is held.

A seal or QR key that the authority did not state signs nothing, however it came into the folder.
"""

import base64
import hashlib
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from certificate_service.domain.cose import kid_of
from certificate_service.domain.order_reasons import SEAL_EXPIRED, SEAL_KEY_UNSTATED
from certificate_service.ports import QrKeys, SealCertificates
from records.refusal import Refusal
from trust.identity.declared import verify_key_statement
from trust.identity.keys import spki_sha256
from trust.identity.statements import KeyStatement
from trust.identity.trust_view import TrustView


def stated_p256(statement: KeyStatement) -> ec.EllipticCurvePublicKey:
    """The P-256 key that a qr or seal statement carries.

    Raises:
        Refusal: SEAL_KEY_UNSTATED.
    """
    der = base64.b64decode(statement.public_key)
    try:
        key = load_der_public_key(der)
    except ValueError as error:
        raise Refusal(SEAL_KEY_UNSTATED, "public key") from error
    is_p256 = isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)
    if not is_p256 or hashlib.sha256(der).hexdigest() != statement.spki_sha256:
        raise Refusal(SEAL_KEY_UNSTATED, "not a P-256 key")
    return key  # type: ignore[return-value]


def check_seal(
    seal: SealCertificates, archive_code: str, view: TrustView, now: datetime
) -> x509.Certificate:
    """The seal certificate, in force and of the key that the archive's authority stated.

    Raises:
        Refusal: SEAL_EXPIRED, SEAL_KEY_UNSTATED, and refusals of `verify_key_statement`.
    """
    certificate = x509.load_der_x509_certificate(seal.leaf)
    if not certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc:
        raise Refusal(SEAL_EXPIRED)
    stated = verify_key_statement(seal.statement, view, use="seal", now=now).statement
    key = certificate.public_key()
    held = spki_sha256(key) if isinstance(key, ec.EllipticCurvePublicKey) else ""
    if stated.archive_code != archive_code or stated.spki_sha256 != held:
        raise Refusal(SEAL_KEY_UNSTATED, "seal")
    return certificate


def check_qr_key(keys: QrKeys, archive_code: str, view: TrustView, now: datetime) -> None:
    """Return only if the QR key in use is the one that the archive's authority stated.

    Raises:
        Refusal: SEAL_KEY_UNSTATED, ARCHIVE_NOT_SERVED, refusals of `verify_key_statement`.
    """
    stated = verify_key_statement(keys.statement(archive_code), view, use="qr", now=now).statement
    if stated.archive_code != archive_code:
        raise Refusal(SEAL_KEY_UNSTATED, "another archive's")
    if kid_of(stated_p256(stated)) != keys.kid(archive_code):
        raise Refusal(SEAL_KEY_UNSTATED, "QR key")
