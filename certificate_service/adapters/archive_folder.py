"""What the service keeps of an archive, in `archives/<code>/`.

seal.pem            seal certificate, then the issuing certificate
seal.toml           where the seal key is (seal_keys.py); absent = the file seal.key
seal.key            P-256, PKCS#8, mode 0600; read by the seal signer's process only
seal.statement.json KeyStatement use=seal by the archive's authority key
qr.key              P-256, PKCS#8, mode 0600
qr.statement.json   KeyStatement use=qr by the archive's authority key
seal.db             what was sealed and appointed, kept by the seal signer's process only
authority.pub       raw Ed25519 authority key, base64: pinned by the seal signer
"""

import base64
from collections.abc import Mapping
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from certificate_service.domain.cose import es256, kid_of
from certificate_service.domain.order_reasons import ARCHIVE_NOT_SERVED
from certificate_service.domain.reasons import CONFIG_INVALID
from certificate_service.ports import SealCertificates
from records.refusal import Refusal
from trust.envelope.dsse import Envelope, envelope_from_json
from trust.envelope.suites import PublicKey
from trust.identity.keys import read_private_key

SEAL_CERTIFICATES = "seal.pem"
SEAL_KEY = "seal.key"
SEAL_STATEMENT = "seal.statement.json"
QR_KEY = "qr.key"
QR_STATEMENT = "qr.statement.json"
AUTHORITY = "authority.pub"
_CODE_LENGTH = 6


def archive_folders(root: Path) -> Mapping[str, Path]:
    """Folder of every archive served, by archive code."""
    if not root.is_dir():
        return {}
    return {
        path.name: path
        for path in sorted(root.iterdir())
        if path.is_dir() and len(path.name) == _CODE_LENGTH and path.name.isdigit()
    }


def read_seal_certificates(folder: Path) -> SealCertificates:
    """The public part of a seal.

    Raises:
        Refusal: CONFIG_INVALID.
    """
    try:
        chain = x509.load_pem_x509_certificates((folder / SEAL_CERTIFICATES).read_bytes())
        statement = _read_statement(folder / SEAL_STATEMENT)
    except (OSError, ValueError, x509.InvalidVersion) as error:
        raise Refusal(CONFIG_INVALID, f"{folder.name}: seal certificate") from error
    der = [one.public_bytes(serialization.Encoding.DER) for one in chain]
    return SealCertificates(leaf=der[0], chain=tuple(der[1:]), statement=statement)


def read_authority(folder: Path) -> PublicKey:
    """The authority key that this archive's seal signer is pinned to.

    Raises:
        Refusal: CONFIG_INVALID, KEY_MALFORMED.
    """
    try:
        raw = base64.b64decode((folder / AUTHORITY).read_text().strip(), validate=True)
    except (OSError, ValueError) as error:
        raise Refusal(CONFIG_INVALID, f"{folder.name}: {AUTHORITY}") from error
    return PublicKey.from_raw(raw)


class FolderQrKeys:
    """QR keys in files, loaded at start."""

    def __init__(self, root: Path, passphrase: bytes | None = None) -> None:
        """Load the QR key of every archive folder.

        Raises:
            Refusal: CONFIG_INVALID and refusals of `read_private_key`.
        """
        self._keys: dict[str, ec.EllipticCurvePrivateKey] = {}
        self._statements: dict[str, Envelope] = {}
        for code, folder in archive_folders(root).items():
            key = read_private_key(folder / QR_KEY, passphrase)
            if not isinstance(key, ec.EllipticCurvePrivateKey):
                raise Refusal(CONFIG_INVALID, f"{code}: {QR_KEY} is not a P-256 key")
            self._keys[code] = key
            try:
                self._statements[code] = _read_statement(folder / QR_STATEMENT)
            except OSError as error:
                raise Refusal(CONFIG_INVALID, f"{code}: {QR_STATEMENT}") from error

    def kid(self, archive_code: str) -> bytes:
        """First four bytes of SHA-256 over the key's SubjectPublicKeyInfo."""
        return kid_of(self._key(archive_code).public_key())

    def sign(self, archive_code: str, message: bytes) -> bytes:
        """ES256: r and s, 32 bytes each."""
        return es256(self._key(archive_code))(message)

    def statement(self, archive_code: str) -> Envelope:
        """KeyStatement use=qr, signed by the archive's authority key."""
        self._key(archive_code)
        return self._statements[archive_code]

    def archives(self) -> tuple[str, ...]:
        """Codes of all archives served."""
        return tuple(self._keys)

    def _key(self, archive_code: str) -> ec.EllipticCurvePrivateKey:
        if archive_code not in self._keys:
            raise Refusal(ARCHIVE_NOT_SERVED, archive_code)
        return self._keys[archive_code]


def _read_statement(path: Path) -> Envelope:
    return envelope_from_json(path.read_bytes())
