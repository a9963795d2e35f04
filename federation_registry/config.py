"""Settings of a registry: registry.toml in its data directory. Unknown keys are refused."""

import os
import tomllib
from dataclasses import dataclass, fields

from federation_registry.domain.reasons import (
    DATA_MISSING,
    REGISTRY_SETTINGS_INVALID,
    SAMPLE_DOMAIN_REFUSED,
)
from federation_registry.folder import Folder
from records.refusal import Refusal

SAMPLE_DOMAINS = (".invalid", ".test", ".example", ".localhost")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What registry.toml may say; every key has a good default but the first two."""

    registry_id: str
    """Participant id of this registry, e.g. "registry"."""
    trust_domain: str
    """e.g. "demo.invalid"; a sample domain is refused with `production = true`."""
    production: bool = False
    """Refuses sample domains and plain keys."""
    listen: str = "127.0.0.1:7100"
    """Members' listener (mutual TLS), host:port."""
    enrol_listen: str = "127.0.0.1:7101"
    """Enrolment listener (server authentication only), host:port."""
    public_address: str = ""
    """host:port that members use; empty = `listen`."""
    database: str = ""
    """SQLAlchemy address; empty = lantai.db in the data directory."""
    redis: str = ""
    """Address of a Redis for liveness and rate limits; empty = in this process."""
    passphrase_file: str = ""
    """File with the passphrase of the sign and issuing keys; needed with `production = true`."""
    workers: int = 16
    """Calls that run at once, 1-256."""
    reuse_port: bool = False
    """Several processes on one port."""

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        if not 1 <= self.workers <= 256:
            raise Refusal(REGISTRY_SETTINGS_INVALID, "workers")
        if not self.production:
            return
        if self.trust_domain.endswith(SAMPLE_DOMAINS):
            raise Refusal(SAMPLE_DOMAIN_REFUSED, self.trust_domain)
        if not self.passphrase_file:
            raise Refusal(REGISTRY_SETTINGS_INVALID, "passphrase_file")


def load_settings(folder: Folder) -> Settings:
    """The settings of the data directory; LANTAI_REGISTRY_DATABASE replaces `database`.

    Raises:
        Refusal: DATA_MISSING, REGISTRY_SETTINGS_INVALID with the key, SAMPLE_DOMAIN_REFUSED.
    """
    try:
        read = tomllib.loads(folder.settings_file.read_text("utf-8"))
    except FileNotFoundError as fault:
        raise Refusal(DATA_MISSING, folder.path.name) from fault
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise Refusal(REGISTRY_SETTINGS_INVALID, folder.settings_file.name) from fault
    if "LANTAI_REGISTRY_DATABASE" in os.environ:
        read["database"] = os.environ["LANTAI_REGISTRY_DATABASE"]
    return settings_from(read)


def settings_from(read: dict[str, object]) -> Settings:
    """Settings out of decoded TOML.

    Raises:
        Refusal: REGISTRY_SETTINGS_INVALID with the key.
    """
    known = {field.name: field.type for field in fields(Settings)}
    for key, value in read.items():
        if key not in known or type(value).__name__ != getattr(known[key], "__name__", known[key]):
            raise Refusal(REGISTRY_SETTINGS_INVALID, key[:40])
    try:
        return Settings(**read)  # type: ignore[arg-type]
    except TypeError as fault:
        raise Refusal(REGISTRY_SETTINGS_INVALID, "registry_id, trust_domain") from fault


def write_settings(folder: Folder, settings: Settings) -> None:
    """registry.toml says these settings, each with its key."""
    lines = []
    for field in fields(Settings):
        value = getattr(settings, field.name)
        # A JSON string is a TOML basic string; booleans and integers are spelled alike.
        written = str(value).lower() if isinstance(value, bool | int) else _quoted(value)
        lines.append(f"{field.name} = {written}\n")
    folder.settings_file.write_text("".join(lines), "utf-8")


def _quoted(value: str) -> str:
    if any(ord(sign) < 0x20 or sign in '"\\' for sign in value):
        raise Refusal(REGISTRY_SETTINGS_INVALID, "text with quotes or control characters")
    return f'"{value}"'
