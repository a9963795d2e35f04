"""The citizens' pages: citizen.toml in the folder of the letter box.

The folder stands where the pages run, in the internet zone. It holds the settings, the box's
pepper, the public key that letters are sealed for, and the box itself unless a database is named.
Nothing in it opens a case.
"""

import base64
import json
import os
import tomllib
from dataclasses import astuple, dataclass
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from node.config import ArchiveConfig, parts_folder
from node.domain.citizen_limits import DayLimits
from node.domain.citizen_reasons import CITIZEN_BOX, REAL_NAME_UNKNOWN
from records.refusal import Refusal

FILE = "citizen.toml"
COUNTER_FILE = "counter.json"
PEPPER_FILE = "pepper.key"
DEMO = "demo"
_SAMPLE_SUFFIX = ".invalid"
_PEPPER_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenConfig:
    """Everything that an operator can set for the citizens' pages."""

    node_id: str
    """Slug of the node that letters are for, e.g. "jiaxing"."""
    trust_domain: str
    """DNS name of the federation; the demo provider of identities serves sample domains only."""
    archives: tuple[ArchiveConfig, ...]
    """Archives that take applications by phone."""
    listen: str = "127.0.0.1:0"
    """Listener of the citizens' pages, host:port."""
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    """Host names under which the pages may be asked for."""
    secure: bool = False
    """The pages are behind a TLS proxy."""
    database: str = ""
    """Database URL of the letter box; empty = SQLite in this folder."""
    parts: str = ""
    """Folder of set-up products; empty = LANTAI_PARTS, else var/parts of the checkout."""
    real_name: str = DEMO
    """Real-name provider: "demo", or the name of an entry point of the group lantai.real_name."""
    verify_url: str = ""
    """Address of the page that verifies certificates; empty = no link."""
    phone: str = ""
    """Telephone of the archive's office, shown on every page."""
    filings_a_day: int = DayLimits().filings
    """Applications and questions of one person in a day."""
    letters_a_day: int = DayLimits().letters
    """Additions and withdrawals of one person in a day."""
    drafts_a_day: int = DayLimits().drafts
    """Applications begun from one address in a day (IPv6: from one /64)."""
    papers_a_day: int = DayLimits().papers
    """Photographs of papers from one address in a day."""
    papers_mib_a_day: int = DayLimits().megabytes
    """MiB of photographs that the whole box takes in a day."""

    @property
    def limits(self) -> DayLimits:
        """What the box takes in a day."""
        return DayLimits(
            filings=self.filings_a_day,
            letters=self.letters_a_day,
            drafts=self.drafts_a_day,
            papers=self.papers_a_day,
            megabytes=self.papers_mib_a_day,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenPlaces:
    """Where things are, and the two keys of the box."""

    folder: Path
    parts: Path
    database: str
    pepper: bytes
    counter: X25519PublicKey


def load_citizen_config(folder: Path) -> tuple[CitizenConfig, CitizenPlaces]:
    """The settings in `folder`.

    Raises:
        Refusal: CITIZEN_BOX with what is wrong, REAL_NAME_UNKNOWN for a demo in a real domain.
    """
    try:
        raw = tomllib.loads((folder / FILE).read_text("utf-8"))
        unknown = raw.keys() - CitizenConfig.__dataclass_fields__.keys()
        config = msgspec.convert(raw, CitizenConfig, strict=True)
        pepper = (folder / PEPPER_FILE).read_bytes()
        counter = json.loads((folder / COUNTER_FILE).read_text("utf-8"))
        public = X25519PublicKey.from_public_bytes(base64.b64decode(counter["public_key"]))
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise Refusal(CITIZEN_BOX, type(fault).__name__) from fault
    if unknown or len(pepper) != _PEPPER_BYTES or not config.archives:
        raise Refusal(CITIZEN_BOX, ", ".join(sorted(unknown)) or "pepper or archives")
    if min(astuple(config.limits)) < 1:
        raise Refusal(CITIZEN_BOX, "a limit of a day below 1")
    if config.real_name == DEMO and not config.trust_domain.endswith(_SAMPLE_SUFFIX):
        raise Refusal(REAL_NAME_UNKNOWN, "demo in production")
    folder = folder.resolve()
    return config, CitizenPlaces(
        folder=folder,
        parts=parts_folder(config.parts),
        database=config.database or box_address(folder),
        pepper=pepper,
        counter=public,
    )


def box_address(folder: Path) -> str:
    """Database URL of the box that lies in its folder."""
    return f"sqlite:///{folder / 'box.db'}"


def write_citizen_folder(
    folder: Path, config: CitizenConfig, pepper: bytes, counter: X25519PublicKey
) -> None:
    """The folder is ready for the pages; a box that is there is not touched.

    Raises:
        Refusal: CITIZEN_BOX where there is one.
    """
    if (folder / FILE).exists():
        raise Refusal(CITIZEN_BOX, f"{folder.name}: there is one")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder / PEPPER_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pepper)
    public = base64.b64encode(counter.public_bytes_raw()).decode()
    (folder / COUNTER_FILE).write_text(json.dumps({"public_key": public}), "utf-8")
    write_citizen_config(folder, config)


def write_citizen_config(folder: Path, config: CitizenConfig) -> None:
    """The settings are in the folder; what is at its default is left out."""
    default = CitizenConfig(node_id="", trust_domain="", archives=())
    lines = []
    for name in CitizenConfig.__dataclass_fields__:
        value = getattr(config, name)
        if name != "archives" and value != getattr(default, name):
            # JSON of a string, a boolean or a list of strings is TOML as well.
            lines.append(f"{name} = {msgspec.json.encode(value).decode()}")
    for archive in config.archives:
        lines += ["", "[[archives]]"]
        lines += [
            f"{name} = {msgspec.json.encode(getattr(archive, name)).decode()}"
            for name in ("code", "name")
        ]
    (folder / FILE).write_text("\n".join(lines) + "\n", "utf-8")
