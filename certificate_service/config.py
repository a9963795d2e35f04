"""Settings of the certificate service: certificate.toml in its data folder, and the environment.

The only module of the service that reads the environment. Unknown keys are refused by name;
secrets are never in the file, only paths to them.
"""

import os
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

import msgspec

from certificate_service.domain.reasons import CONFIG_INVALID, SAMPLE_DOMAIN
from records.refusal import Refusal

FILE = "certificate.toml"
SAMPLE_DOMAINS = (".invalid", ".test", ".example", ".localhost")
LONGEST_PREFIX = 26
"""Characters of `verify_url`: with more, the QR code would pass version 13."""
_REPOSITORY = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What certificate.toml may say. Empty strings mean the default that is named."""

    service_id: str
    """Participant id, e.g. "certificates"."""
    trust_domain: str
    """e.g. "demo.invalid"; a sample domain is refused with `production = true`."""
    production: bool = False
    """False prints 「样本·无效」 on everything."""
    listen: str = "127.0.0.1:7200"
    """gRPC listener, host:port; port 0 = any free one."""
    address: str = ""
    """host:port under which nodes reach the listener; empty = `listen`."""
    verify_url: str = "https://v.demo.invalid/v#"
    """What the QR code's digits are appended to; ends in "/v#", at most 26 characters."""
    site_url: str = ""
    """Root under which verifiers reach the site when it is not the printed host, e.g. in a sample
    federation; published in keys.json."""
    verify_listen: str = "127.0.0.1:7201"
    """Listener of `verify-site`, host:port."""
    registry: str = ""
    """host:port of the registry; empty = the trust list is read from `trust_list`."""
    registry_id: str = "registry"
    """Participant id of the registry; its certificate must say so."""
    council: str = "council.json"
    """Council keys, pinned; relative to the data folder."""
    trust_list: str = ""
    """Signed trust list; used while no directory was fetched; relative to the data folder."""
    directory_seconds: float = 30.0
    """How often the directory is fetched."""
    status_seconds: float = 3600.0
    """How often status lists are signed anew; at most a day."""
    database: str = ""
    """Database URL; empty = SQLite in the data folder."""
    redis: str = ""
    """Redis URL for rate limits and work queues; empty = in this process."""
    parts: str = ""
    """Folder of set-up products; empty = LANTAI_PARTS, else var/parts of the checkout."""
    passphrase_file: str = ""
    """File with the passphrase of sign, seal and QR keys; empty = keys of a sample."""
    legal_basis: str = (
        "《中华人民共和国档案法》第三十七条、《中华人民共和国档案法实施条例》第三十二条"
    )
    """Printed under the QR block of every certificate; empty = nothing."""
    bilingual: bool = False
    """Print title and cautions once more in English; the record's words are never translated."""
    tsa: str = ""
    """URL of an RFC 3161 time-stamp authority; empty = level B."""
    workers: int = 8
    """gRPC threads, 1-256."""

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        checks = (
            ("workers", 1 <= self.workers <= 256),
            ("directory_seconds", 0.1 <= self.directory_seconds <= 3600),
            ("status_seconds", 1 <= self.status_seconds <= 86_400),
            ("verify_url", self.verify_url.endswith("/v#")),
            ("verify_url: longer than 26", len(self.verify_url) <= LONGEST_PREFIX),
            ("passphrase_file: needed", bool(self.passphrase_file) or not self.production),
        )
        for name, holds in checks:
            if not holds:
                raise Refusal(CONFIG_INVALID, name)
        if self.production and self.trust_domain.endswith(SAMPLE_DOMAINS):
            raise Refusal(SAMPLE_DOMAIN, self.trust_domain)


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where things are, absolute."""

    data: Path
    parts: Path
    council: Path
    trust_list: Path | None
    database: str
    passphrase: bytes | None

    @property
    def archives(self) -> Path:
        """One folder for each archive served."""
        return self.data / "archives"

    @property
    def site(self) -> Path:
        """Files for the verify site."""
        return self.data / "site"

    @property
    def directory(self) -> Path:
        """The fetched directory."""
        return self.data / "directory"


def load_settings(data: Path) -> tuple[Settings, Places]:
    """The settings in `data`; LANTAI_CERTIFICATE_DATABASE replaces `database`.

    Raises:
        Refusal: CONFIG_INVALID with the key, SAMPLE_DOMAIN.
    """
    try:
        raw = tomllib.loads((data / FILE).read_text("utf-8"))
    except OSError as error:
        raise Refusal(CONFIG_INVALID, f"{data.name}/{FILE} cannot be read") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refusal(CONFIG_INVALID, str(error)[:120]) from error
    unknown = raw.keys() - {field.name for field in fields(Settings)}
    if unknown:
        raise Refusal(CONFIG_INVALID, f"unknown: {', '.join(sorted(unknown))}")
    try:
        settings = msgspec.convert(raw, Settings, strict=True)
    except msgspec.ValidationError as error:
        raise Refusal(CONFIG_INVALID, str(error)[:120]) from error
    return settings, _places(data, settings)


def dump_settings(settings: Settings) -> str:
    """The settings as TOML; what is at its default is left out."""
    lines = []
    for field in fields(Settings):
        value = getattr(settings, field.name)
        if value != field.default:
            # A JSON value of these types is a TOML value.
            lines.append(f"{field.name} = {msgspec.json.encode(value).decode()}")
    return "\n".join(lines) + "\n"


def default_parts() -> Path:
    """Folder of set-up products where no configuration names one."""
    return Path(os.environ.get("LANTAI_PARTS") or _REPOSITORY / "var" / "parts")


def _places(data: Path, settings: Settings) -> Places:
    passphrase = None
    if settings.passphrase_file:
        try:
            passphrase = (data / settings.passphrase_file).read_bytes().strip()
        except OSError as error:
            raise Refusal(CONFIG_INVALID, "passphrase_file cannot be read") from error
    database = os.environ.get("LANTAI_CERTIFICATE_DATABASE") or settings.database
    return Places(
        data=data,
        parts=data / settings.parts if settings.parts else default_parts(),
        council=data / settings.council,
        trust_list=data / settings.trust_list if settings.trust_list else None,
        database=database or f"sqlite:///{data / 'lantai.db'}",
        passphrase=passphrase,
    )
