"""What the citizens' pages need besides the letter box."""

from dataclasses import dataclass
from pathlib import Path

from node.citizen_ports import RealName
from node.ports import Clock, Random
from node.services.office import HostedArchive
from records.jurisdictions import Jurisdictions
from records.sought import QueryReader


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenSettings:
    """Given by the command; nothing here is read from the environment."""

    archives: tuple[HostedArchive, ...]
    """Archives that take applications by phone; at least one."""
    is_sample: bool
    """A sample federation: every page says so."""
    web_parts: Path
    """Folder with htmx.min.js (var/parts/web)."""
    reader: QueryReader
    """Reads what a citizen remembers, as the archives will."""
    places: Jurisdictions
    """Names of places, to echo them as understood."""
    real_name: RealName
    clock: Clock
    random: Random
    verify_url: str = ""
    phone: str = ""
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    secure: bool = False
