"""What the pages need besides the office."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta, timezone
from pathlib import Path

from node.desk.form_names import FormNames
from node.desk_ports import Drafts
from node.ports import Clock, ImageStore, Random
from node.services.desk_doors import DeskDoors
from node.services.management_doors import ManagementDoors
from records.lunar import LunarTable

CHINA = timezone(timedelta(hours=8))
"""One zone for the whole country; clocks on the wall show it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskConfig:
    """Given by bootstrap.py; nothing here is read from the environment."""

    web_parts: Path
    """Folder with htmx.min.js (var/parts/web)."""
    fonts: Path
    """Folder with the fonts of the watermark (var/parts/fonts)."""
    lunar: LunarTable
    """Months of the lunar calendar, to echo dates as understood."""
    papers: ImageStore
    """Where papers that applicants present are kept at this window."""
    drafts: Drafts
    """Where forms are kept while they are filled in."""
    form_names: FormNames
    """Under which names."""
    doors: DeskDoors
    """Colleagues, locked screens, devices, masks."""
    management: ManagementDoors
    """Agreements and intake batches."""
    clock: Clock
    random: Random
    secure: bool = False
    """Served over TLS (by a proxy in front): cookies are then sent over TLS only."""
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    """Host names under which the pages may be asked for."""
    lock_minutes: int = 5
    """Idle time after which a screen locks itself; 0 = it does not."""
    helper_port: int = 47621
    """Loopback port of the device helper on the clerk's computer."""
    changes: Callable[[], object] = lambda: None
    """Gives another value when somebody has written; None = nobody knows, look every time."""
    stopping: Callable[[], bool] = lambda: False
    """True once the server should end: open event streams are closed then, not cut off."""

    @property
    def helper(self) -> str:
        """Where the pages ask the device helper."""
        return f"http://127.0.0.1:{self.helper_port}"
