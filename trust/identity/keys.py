"""Keys in files: made, written with mode 0600, read only when nobody else can read them.

Signing keys are PKCS#8, wrapped under a passphrase by a memory-hard derivation (key_wrapping.py).
`passphrase=None` is for keys whose theft the design survives by itself, and for nothing else:
transport keys (7 days, useless without a stated fingerprint) and the keys of a demo, which live
for one run.
"""

import base64
import hashlib
import os
import stat
from pathlib import Path

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from records.refusal import Refusal
from trust.envelope import reasons
from trust.envelope.suites import LT1, PublicKey, Signer, kid_of
from trust.identity.key_wrapping import is_wrapped, unwrap, wrap

__all__ = [
    "Ed25519Signer",
    "PrivateKey",
    "PublicKey",
    "Signer",
    "kid_of",
    "new_ed25519",
    "new_p256",
    "public_key_from_base64",
    "public_key_to_base64",
    "read_exchange_key",
    "read_private_key",
    "read_secret",
    "read_signer",
    "spki_der",
    "spki_sha256",
    "write_private_key",
    "write_secret",
]

PrivateKey = Ed25519PrivateKey | ec.EllipticCurvePrivateKey
SpkiKey = Ed25519PublicKey | ec.EllipticCurvePublicKey | X25519PublicKey
_MAX_KEY_FILE_BYTES = 16 * 1024
_SECRET = b"lantai-secret "
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Ed25519Signer:
    """A signer whose Ed25519 key is in this process's memory; never printed."""

    __slots__ = ("_key", "kid", "public_raw", "suite")

    def __init__(self, key: Ed25519PrivateKey) -> None:
        """Keep the key and derive its id."""
        self._key = key
        self.suite = LT1
        self.public_raw = key.public_key().public_bytes_raw()
        self.kid = kid_of(self.public_raw)

    @classmethod
    def from_private(cls, key: object) -> "Ed25519Signer":
        """A signer for the key.

        Raises:
            Refusal: KEY_MALFORMED when it is not an Ed25519 private key.
        """
        if not isinstance(key, Ed25519PrivateKey):
            raise Refusal(reasons.KEY_MALFORMED, "an Ed25519 key is needed")
        return cls(key)

    @property
    def public_key(self) -> PublicKey:
        """The public half, for those who verify."""
        return PublicKey(kid=self.kid, suite=self.suite, raw=self.public_raw)

    def sign(self, message: bytes) -> bytes:
        """64 bytes, deterministic (RFC 8032)."""
        return self._key.sign(message)

    def __repr__(self) -> str:
        return f"Ed25519Signer(kid={self.kid!r})"


def new_ed25519() -> Ed25519PrivateKey:
    """A fresh key of the system's random source."""
    return Ed25519PrivateKey.generate()


def new_p256() -> ec.EllipticCurvePrivateKey:
    """A fresh P-256 key of the system's random source: TLS, seals, QR codes."""
    return ec.generate_private_key(ec.SECP256R1())


def public_key_from_base64(text: str, suite: str = LT1) -> PublicKey:
    """The public key that a statement carries as standard padded base64.

    Raises:
        Refusal: KEY_MALFORMED, SUITE_FORBIDDEN.
    """
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Refusal(reasons.KEY_MALFORMED, "base64") from error
    if base64.b64encode(raw).decode() != text:
        raise Refusal(reasons.KEY_MALFORMED, "base64 is not canonical")
    return PublicKey.from_raw(raw, suite)


def public_key_to_base64(key: PublicKey) -> str:
    """The raw key as statements carry it: standard padded base64."""
    return base64.b64encode(key.raw).decode()


def spki_der(public_key: SpkiKey) -> bytes:
    """DER SubjectPublicKeyInfo of the key (RFC 5280 4.1.2.7)."""
    return public_key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def spki_sha256(public_key: SpkiKey) -> str:
    """SHA-256 over the DER SubjectPublicKeyInfo, hex."""
    return hashlib.sha256(spki_der(public_key)).hexdigest()


def write_private_key(
    path: Path,
    key: PrivateKey | X25519PrivateKey,
    passphrase: bytes | None,
    *,
    replace: bool = False,
) -> None:
    """The key is in `path`, mode 0600, whole or not at all.

    Without a passphrase as PKCS#8 PEM, with one as `key_wrapping.wrap` makes it.

    Raises:
        Refusal: KEY_FILE_EXISTS unless `replace`.
    """
    content = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    _write_guarded(path, content, passphrase, replace=replace)


def write_secret(path: Path, secret: bytes, passphrase: bytes | None) -> None:
    """The secret is in `path` as `write_private_key` would leave a key there.

    Raises:
        Refusal: KEY_FILE_EXISTS.
    """
    content = _SECRET + secret.hex().encode() + b"\n"
    _write_guarded(path, content, passphrase, replace=False)


def read_secret(path: Path, passphrase: bytes | None) -> bytes:
    """The secret in `path`. With a passphrase the file must be wrapped; without, it must not be.

    Raises:
        Refusal: KEY_FILE_MISSING, KEY_FILE_EXPOSED, KEY_NOT_ENCRYPTED, PASSPHRASE_WRONG,
            KEY_MALFORMED.
    """
    data = _read_guarded(path)
    if is_wrapped(data) and passphrase is None:
        raise Refusal(reasons.PASSPHRASE_WRONG, f"{path.name} needs a passphrase")
    if not is_wrapped(data) and passphrase is not None:
        raise Refusal(reasons.KEY_NOT_ENCRYPTED, path.name)
    try:
        if passphrase is not None:
            data = unwrap(data, passphrase)
    except msgspec.DecodeError as error:
        raise Refusal(reasons.KEY_MALFORMED, path.name) from error
    except ValueError as error:
        raise Refusal(reasons.PASSPHRASE_WRONG, path.name) from error
    try:
        return bytes.fromhex(data.removeprefix(_SECRET).strip().decode("ascii"))
    except ValueError as error:
        raise Refusal(reasons.KEY_MALFORMED, path.name) from error


def _write_guarded(path: Path, content: bytes, passphrase: bytes | None, *, replace: bool) -> None:
    if passphrase is not None:
        content = wrap(content, passphrase)
    partial = path.with_name(f".{path.name}.{os.getpid()}.new")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            partial.replace(path)
        else:
            # A link never replaces what is there, where a rename would.
            os.link(partial, path)
    except FileExistsError as error:
        raise Refusal(reasons.KEY_FILE_EXISTS, path.name) from error
    finally:
        partial.unlink(missing_ok=True)


def read_private_key(path: Path, passphrase: bytes | None) -> PrivateKey:
    """The Ed25519 or P-256/P-384 key in `path`.

    With a passphrase the file must be encrypted; without one it must not be. Encrypted PKCS#8, as
    other tools write it, is read too and never written.

    Raises:
        Refusal: KEY_FILE_MISSING, KEY_FILE_EXPOSED, KEY_NOT_ENCRYPTED, PASSPHRASE_WRONG,
            KEY_MALFORMED.
    """
    key = _read_key(path, passphrase)
    if not isinstance(key, Ed25519PrivateKey | ec.EllipticCurvePrivateKey):
        raise Refusal(reasons.KEY_MALFORMED, path.name)
    return key


def read_exchange_key(path: Path, passphrase: bytes | None) -> X25519PrivateKey:
    """The X25519 key in `path`, for sealed messages; otherwise as `read_private_key`."""
    key = _read_key(path, passphrase)
    if not isinstance(key, X25519PrivateKey):
        raise Refusal(reasons.KEY_MALFORMED, path.name)
    return key


def _read_key(path: Path, passphrase: bytes | None) -> object:
    data = _read_guarded(path)
    wrapped = is_wrapped(data)
    encrypted = wrapped or b"BEGIN ENCRYPTED PRIVATE KEY" in data
    if passphrase is not None and not encrypted:
        raise Refusal(reasons.KEY_NOT_ENCRYPTED, path.name)
    if passphrase is None and encrypted:
        raise Refusal(reasons.PASSPHRASE_WRONG, f"{path.name} needs a passphrase")
    try:
        if wrapped and passphrase is not None:
            data, passphrase = unwrap(data, passphrase), None
        return serialization.load_pem_private_key(data, passphrase)
    except msgspec.DecodeError as error:
        raise Refusal(reasons.KEY_MALFORMED, path.name) from error
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        reason = reasons.PASSPHRASE_WRONG if encrypted else reasons.KEY_MALFORMED
        raise Refusal(reason, path.name) from error


def read_signer(path: Path, passphrase: bytes | None) -> Ed25519Signer:
    """A signer for the Ed25519 key in `path`.

    Raises:
        Refusal: as `read_private_key`.
    """
    return Ed25519Signer.from_private(read_private_key(path, passphrase))


def _read_guarded(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & _OTHERS:
                raise Refusal(reasons.KEY_FILE_EXPOSED, path.name)
            return file.read(_MAX_KEY_FILE_BYTES)
    except OSError as error:
        raise Refusal(reasons.KEY_FILE_MISSING, path.name) from error
