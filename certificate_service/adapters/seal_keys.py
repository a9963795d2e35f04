"""Where an archive's seal key is: a file, a PKCS#11 token, or a government e-seal platform.

Loaded inside the seal signer's process only. `seal.toml` in the archive's folder says which; where
there is none, the key is the file `seal.key`. Whatever signs is not believed: the signer verifies
each signature against the seal certificate before it hands it on.

    provider = "pkcs11"                      provider = "platform"
    module = "/usr/lib/softhsm/libsofthsm2.so"   url = "https://seal.example.cn/lantai"
    token = "lantai"                         secret_file = "platform.secret"
    key = "seal-361100"
    pin_file = "seal.pin"
"""

import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Protocol

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from certificate_service.domain.order_reasons import SEAL_REFUSED
from certificate_service.domain.reasons import CONFIG_INVALID
from records.refusal import Refusal
from trust.identity.keys import read_private_key

SEAL_KEY = "seal.key"
SEAL_SETTINGS = "seal.toml"
PROVIDERS = ("file", "pkcs11", "platform")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_MOST_SECRET_BYTES = 4096


class SealKey(Protocol):
    """One archive's seal key, wherever it is; nobody ever sees it."""

    def sign(self, attributes: bytes, shown: Mapping[str, Any]) -> bytes:
        """DER ECDSA signature (P-256, SHA-256) over CMS signed attributes.

        Args:
            attributes: What is signed; checked by the caller.
            shown: Order and appointments that the caller admitted, as the service sent them.

        Raises:
            Refusal: SEAL_REFUSED, SEAL_UNAVAILABLE.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SealSettings:
    """What seal.toml may say."""

    provider: str = "file"
    """file, pkcs11 or platform."""
    module: str = ""
    """Shared library of the PKCS#11 token."""
    token: str = ""
    """Label of the token."""
    key: str = ""
    """Label of the private key in the token."""
    pin_file: str = ""
    """File with the token's PIN, relative to the folder, mode 0600; empty = the passphrase."""
    url: str = ""
    """Root of the platform's interface, HTTPS or loopback."""
    secret_file: str = ""
    """File with the secret shared with the platform, mode 0600."""
    timeout_seconds: float = 10.0
    """How long the platform may take for one signature."""

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        needed = {
            "file": (),
            "pkcs11": (self.module, self.token, self.key),
            "platform": (self.url, self.secret_file),
        }.get(self.provider)
        if needed is None or not all(needed) or not 0.1 <= self.timeout_seconds <= 60:
            raise Refusal(CONFIG_INVALID, f"{SEAL_SETTINGS}: {self.provider}")


class FileSealKey:
    """A P-256 key in a file, wrapped under a passphrase."""

    def __init__(self, path: Path, passphrase: bytes | None) -> None:
        """Read it.

        Raises:
            Refusal: as `read_private_key`; SEAL_REFUSED when it is no P-256 key.
        """
        key = read_private_key(path, passphrase)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise Refusal(SEAL_REFUSED, "not a P-256 key")
        self._key = key

    def sign(self, attributes: bytes, shown: Mapping[str, Any]) -> bytes:
        """DER ECDSA signature over the attributes."""
        del shown
        return self._key.sign(attributes, ec.ECDSA(hashes.SHA256()))


def open_seal_key(folder: Path, passphrase: bytes | None) -> SealKey:
    """The key that seal.toml in the archive's folder names.

    Raises:
        Refusal: CONFIG_INVALID, KEY_*, SEAL_REFUSED, SEAL_UNAVAILABLE.
    """
    settings = read_seal_settings(folder)
    if settings.provider == "pkcs11":
        # Only where it is used: the token's library is loaded into this process.
        from certificate_service.adapters.seal_token import TokenSealKey

        pin = read_secret(folder, settings.pin_file) if settings.pin_file else passphrase or b""
        return TokenSealKey(settings.module, settings.token, settings.key, pin)
    if settings.provider == "platform":
        from certificate_service.adapters.seal_platform import PlatformSealKey

        secret = read_secret(folder, settings.secret_file)
        return PlatformSealKey(folder.name, settings.url, secret, settings.timeout_seconds)
    return FileSealKey(folder / SEAL_KEY, passphrase)


def read_seal_settings(folder: Path) -> SealSettings:
    """What seal.toml says; the defaults where there is none.

    Raises:
        Refusal: CONFIG_INVALID.
    """
    path = folder / SEAL_SETTINGS
    if not path.exists():
        return SealSettings()
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
        unknown = raw.keys() - {field.name for field in fields(SealSettings)}
        if unknown:
            raise Refusal(CONFIG_INVALID, f"{SEAL_SETTINGS}: unknown {', '.join(sorted(unknown))}")
        return msgspec.convert(raw, SealSettings, strict=True)
    except (OSError, ValueError, msgspec.ValidationError) as error:
        raise Refusal(CONFIG_INVALID, SEAL_SETTINGS) from error


def read_secret(folder: Path, name: str) -> bytes:
    """A secret in a file that nobody else can read.

    Raises:
        Refusal: CONFIG_INVALID.
    """
    try:
        with (folder / name).open("rb") as file:
            if os.fstat(file.fileno()).st_mode & _OTHERS:
                raise Refusal(CONFIG_INVALID, f"{name}: mode 0600")
            return file.read(_MOST_SECRET_BYTES).strip()
    except OSError as error:
        raise Refusal(CONFIG_INVALID, name) from error
