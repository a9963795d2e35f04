"""service.toml: when the desks are open, who is called in which order, and how.

[hours]
periods = ["08:30-12:00", "13:30-17:00"]
weekdays = [0, 1, 2, 3, 4]
holidays = [2026-10-01]
extra_days = [2026-10-10]

[roster]                          # sign-in names by archive, in the order of the calls
"361100" = ["zhang", "li", "wang"]

[notify]
command = ["/usr/local/bin/page-the-desk"]      # the notice as JSON on its standard input
url = "https://pager.example/hooks/archive"     # and, or instead, an HTTPS address
secret_file = "notify.secret"                   # signs what is sent there
"""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path

import msgspec

from node.domain.reasons import CONFIG_MALFORMED
from records.deadlines import ALWAYS_OPEN, ServiceCalendar
from records.refusal import Refusal
from records.service_hours import ServiceHours, read_calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """As `ServiceHours`, for every archive of the node."""

    periods: tuple[str, ...]
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    holidays: tuple[date, ...] = ()
    extra_days: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """Where notices go; nothing = the pages and the log alone."""

    command: tuple[str, ...] = ()
    url: str = ""
    secret_file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePlan:
    """The whole file; the default is what a node without one has."""

    hours: Hours | None = None
    """None = always open."""
    roster: dict[str, tuple[str, ...]] = field(default_factory=dict)
    notify: Notify = field(default_factory=Notify)

    def calendar(self) -> ServiceCalendar:
        """The hours as clocks count them. Raises Refusal: SERVICE_HOURS_MALFORMED."""
        if self.hours is None:
            return ALWAYS_OPEN
        return read_calendar(self.declaration("000000", "", 0))

    def declaration(self, archive_code: str, node_id: str, sequence: int) -> ServiceHours:
        """The hours as the federation hears them; only where the file names some."""
        hours = self.hours or Hours(periods=("00:00-24:00",), weekdays=tuple(range(7)))
        return ServiceHours(
            archive_code=archive_code,
            node_id=node_id,
            sequence=sequence,
            periods=hours.periods,
            weekdays=hours.weekdays,
            holidays=hours.holidays,
            extra_days=hours.extra_days,
        )


def read_plan(path: Path | None) -> ServicePlan:
    """The plan in the file; the default plan without one.

    Raises:
        Refusal: CONFIG_MALFORMED, SERVICE_HOURS_MALFORMED.
    """
    if path is None:
        return ServicePlan()
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
        plan = msgspec.convert(raw, ServicePlan, strict=True)
    except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise Refusal(CONFIG_MALFORMED, f"{path.name}: {str(error)[:100]}") from error
    _refuse_unknown(path, raw, {one.name for one in fields(ServicePlan)})
    _refuse_unknown(path, raw.get("hours", {}), {one.name for one in fields(Hours)})
    _refuse_unknown(path, raw.get("notify", {}), {one.name for one in fields(Notify)})
    plan.calendar()
    return plan


def _refuse_unknown(path: Path, found: Mapping[str, object], known: Collection[str]) -> None:
    """Raises Refusal: CONFIG_MALFORMED with the keys that nobody reads."""
    unknown = sorted(found.keys() - set(known))
    if unknown:
        raise Refusal(CONFIG_MALFORMED, f"{path.name}: {', '.join(unknown)}")
