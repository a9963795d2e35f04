"""The node's settings: node.toml in its data folder, and the few values of the environment.

The only module of the node that reads the environment. Unknown keys are refused by name; secrets
are never in the file, only paths to them.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import msgspec

from node.domain.reasons import CONFIG_MALFORMED, DATA_FOLDER
from records.refusal import Refusal
from records.retention import SHORTEST, Keeping

FILE = "node.toml"
_SAMPLE_SUFFIX = ".invalid"
_REPOSITORY = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveConfig:
    """An archive that the node hosts."""

    code: str
    """Six digits."""
    name: str
    """Official name, as printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeConfig:
    """Everything that an operator can set. Empty strings mean the default that is named."""

    node_id: str
    """Slug, e.g. "jiaxing"."""
    trust_domain: str
    """DNS name of the federation, e.g. "demo.invalid"."""
    archives: tuple[ArchiveConfig, ...]
    """Archives under this roof; at least one."""
    production: bool = False
    """Refuses sample domains and unencrypted sign keys."""
    listen: str = "127.0.0.1:0"
    """gRPC listener, host:port; port 0 = any free one."""
    address: str = ""
    """host:port under which partners reach the listener; empty = `listen`."""
    desk: str = "127.0.0.1:0"
    """Listener of the pages."""
    desk_hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    """Host names under which the pages may be asked for."""
    desk_secure: bool = False
    """The pages are behind a TLS proxy."""
    citizen_box: str = ""
    """Letter box of the citizens' pages: its folder, relative to the data folder, or its database
    URL; empty = no applications by phone."""
    citizen_real_name: tuple[str, ...] = ()
    """Public keys of the real-name provider (Ed25519, base64); none = whoever applies by phone
    counts as asserted."""
    registry: str = ""
    """host:port of the registry; empty = no directory is fetched."""
    registry_id: str = "registry"
    """Participant id of the registry; its certificate must say so."""
    post: str = ""
    """How a node without connections exchanges letters: "relay" (it reaches the registry only) or
    "gateway" (files alone reach it); empty = it is reached directly."""
    council: str = "council.json"
    """Council keys, pinned; relative to the data folder."""
    database: str = ""
    """Database URL; empty = SQLite in the data folder."""
    redis: str = ""
    """Redis URL for rate limits; empty = in this process."""
    parts: str = ""
    """Folder of set-up products; empty = LANTAI_PARTS, else var/parts of the checkout."""
    areas: str = ""
    """Area table, CSV; empty = the small built-in one."""
    key_passphrase_file: str = ""
    """File with the passphrase of the node's keys; empty = keys of a sample, not encrypted."""
    dialect: str = "wu"
    """What the ears of the place do not tell apart: wu, wu-gan, plain, or a TOML file of the
    archive's own, relative to the data folder."""
    directory_seconds: float = 30.0
    """How often the directory is fetched."""
    directory_scope: str = "auto"
    """own = only partners' sections; all = every member's; auto = all up to 200 members."""
    manual_sample_percent: int = 2
    """Share of plain misses that is searched by hand as well, 0-100."""
    service: str = ""
    """Opening hours, named persons and notification (adapters/service_file.py), relative to the
    data folder; empty = always open, nobody named, the operator's log alone."""
    call_back_percent: int = 2
    """Share of other archives' cases that is checked with the window archive, 0-100."""
    claim_minutes: int = 5
    """How long a claimed case stays with its officer without a sign of life, 1-60."""
    workers: int = 16
    """gRPC threads."""
    tsa: str = ""
    """Address of a time-stamp authority (RFC 3161) for the logs; HTTPS, or HTTP on this machine;
    its root is among the trust list's seal roots. Empty = logs are not stamped."""
    tsa_minutes: int = 10
    """How often a log that has grown is stamped, 1-1440."""
    retain_window_days: int = 90
    """After this many days the window erases its copy of an ended case, at least 60."""
    retain_holder_days: int = 3650
    """The keeper's own copy: application, proofs, release and certificate, at least 1095."""
    retain_draft_days: int = 30
    """An application that was never handed in, at least 1."""
    retain_message_days: int = 90
    """Sealed letters that arrived, and their replies, at least 14."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where things are, absolute."""

    data: Path
    parts: Path
    council: Path
    database: str
    areas: Path | None
    service: Path | None
    passphrase: Path | None


def load_config(data: Path) -> tuple[NodeConfig, Places]:
    """The settings of the node in `data`.

    Raises:
        Refusal: DATA_FOLDER, CONFIG_MALFORMED with the key.
    """
    try:
        text = (data / FILE).read_text("utf-8")
    except OSError as error:
        raise Refusal(DATA_FOLDER, str(data.name)) from error
    try:
        raw = tomllib.loads(text)
        unknown = raw.keys() - NodeConfig.__dataclass_fields__.keys()
        config = msgspec.convert(raw, NodeConfig, strict=True)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise Refusal(CONFIG_MALFORMED, str(error)[:120]) from error
    if unknown:
        raise Refusal(CONFIG_MALFORMED, ", ".join(sorted(unknown)))
    _verify(config)
    return config, _places(data, config)


def dump_config(config: NodeConfig) -> str:
    """The settings as TOML; what is at its default is left out."""
    default = NodeConfig(node_id="", trust_domain="", archives=())
    lines = []
    for name in NodeConfig.__dataclass_fields__:
        value = getattr(config, name)
        if name == "archives" or value == getattr(default, name):
            continue
        lines.append(f"{name} = {_toml(value)}")
    for archive in config.archives:
        lines += ["", "[[archives]]", f"code = {_toml(archive.code)}"]
        lines.append(f"name = {_toml(archive.name)}")
    return "\n".join(lines) + "\n"


def parts_folder(named: str) -> Path:
    """Folder of set-up products: the one named, else LANTAI_PARTS, else that of the checkout."""
    parts = named or os.environ.get("LANTAI_PARTS", "")
    return Path(parts) if parts else _REPOSITORY / "var" / "parts"


def terms_of(config: NodeConfig) -> Mapping[Keeping, timedelta]:
    """How long personal data is kept here."""
    return {
        Keeping.WINDOW_COPY: timedelta(days=config.retain_window_days),
        Keeping.HOLDER_CASE: timedelta(days=config.retain_holder_days),
        Keeping.DRAFT: timedelta(days=config.retain_draft_days),
        Keeping.MESSAGE: timedelta(days=config.retain_message_days),
    }


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    if isinstance(value, int | float):
        return str(value)
    # A JSON string is a TOML basic string.
    return msgspec.json.encode(value).decode()


def _verify(config: NodeConfig) -> None:
    codes = [archive.code for archive in config.archives]
    wrong = [code for code in codes if not (len(code) == 6 and code.isdigit())]
    checks = (
        ("archives", bool(codes) and not wrong and len(set(codes)) == len(codes)),
        ("directory_seconds", 0.1 <= config.directory_seconds <= 3600),
        ("directory_scope", config.directory_scope in ("auto", "own", "all")),
        ("manual_sample_percent", 0 <= config.manual_sample_percent <= 100),
        ("call_back_percent", 0 <= config.call_back_percent <= 100),
        ("claim_minutes", 1 <= config.claim_minutes <= 60),
        ("workers", 1 <= config.workers <= 256),
        ("tsa_minutes", 1 <= config.tsa_minutes <= 1440),
        ("post", config.post in ("", "relay", "gateway")),
        *(
            (f"retain_*: {keeping.value}", SHORTEST[keeping] <= term)
            for keeping, term in terms_of(config).items()
        ),
        (
            "trust_domain: a sample domain in production",
            not (config.production and config.trust_domain.endswith(_SAMPLE_SUFFIX)),
        ),
        (
            "key_passphrase_file: needed in production",
            bool(config.key_passphrase_file) or not config.production,
        ),
    )
    for name, right in checks:
        if not right:
            raise Refusal(CONFIG_MALFORMED, name)


def _places(data: Path, config: NodeConfig) -> Places:
    data = data.resolve()
    return Places(
        data=data,
        parts=parts_folder(config.parts),
        council=data / config.council,
        database=config.database or f"sqlite:///{data / 'lantai.db'}",
        areas=data / config.areas if config.areas else None,
        service=data / config.service if config.service else None,
        passphrase=data / config.key_passphrase_file if config.key_passphrase_file else None,
    )
