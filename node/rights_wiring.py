"""Rights and duties put together: what stands behind the ladders, the notices, the doors."""

from collections.abc import Callable
from pathlib import Path

from node.adapters.node_folder import NodeFolder
from node.adapters.notifiers import AllNotifiers, CommandNotifier, LogNotifier, WebhookNotifier
from node.adapters.service_file import ServicePlan
from node.ports import EventLog, StaffBook
from node.rights_ports import Notifier
from node.services.access_log import AccessLogService
from node.services.call_back import CallBacks
from node.services.complain import Complaints
from node.services.escalate import Escalate
from node.services.extend_search import ExtendSearch
from node.services.guard_lookups import Alerts
from node.services.house import House
from node.services.office_papers import OfficePapers
from node.services.rights_doors import Rights
from node.services.send_notices import SendNotices
from node.services.work_views import WorkViews

Duty = tuple[str, Callable[[], int]]


def make_rights(house: House, views: WorkViews, staff: StaffBook, papers: OfficePapers) -> Rights:
    """The doors for pages and commands."""
    return Rights(
        access_log=AccessLogService(house),
        extensions=ExtendSearch(house, views),
        call_backs=CallBacks(house, views),
        alerts=Alerts(house, staff),
        complaints=Complaints(house, staff, papers),
    )


def watch_duties(
    house: House, staff: StaffBook, plan: ServicePlan, notifier: Notifier, log: EventLog
) -> list[Duty]:
    """What the worker does about time: steps of the ladders, and notices that go out."""
    return [
        ("escalate", Escalate(house, staff, plan.roster, log).run),
        ("notices", SendNotices(house, notifier, log).run),
    ]


def make_notifier(plan: ServicePlan, data: Path, log: EventLog) -> Notifier:
    """Every way of telling that the plan names; the operator's log always.

    Raises:
        Refusal: NOTIFIER_FAILED for an address on which somebody could read along.
    """
    notify = plan.notify
    found: list[Notifier] = [LogNotifier(log=log)]
    if notify.command:
        found.append(CommandNotifier(command=notify.command))
    if notify.url:
        secret = (data / notify.secret_file).read_bytes().strip() if notify.secret_file else b""
        found.append(WebhookNotifier(url=notify.url, secret=secret))
    return AllNotifiers(notifiers=tuple(found))


def state_hours(folder: NodeFolder, house: House, plan: ServicePlan) -> None:
    """The hours of every archive are declared to the federation; nothing where they are open."""
    now = house.clock()
    for code in house.archives if plan.hours is not None else ():
        said = plan.declaration(code, house.node_id, int(now.timestamp()))
        folder.state_hours(said)
