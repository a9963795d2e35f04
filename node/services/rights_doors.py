"""The doors to what citizens may demand and what watches over officers, for pages and commands."""

from dataclasses import dataclass

from node.services.access_log import AccessLog
from node.services.call_back import CallBacks
from node.services.complain import Complaints
from node.services.extend_search import ExtendSearch
from node.services.guard_lookups import Alerts


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """Wired by bootstrap.py; see each service for what it refuses."""

    access_log: AccessLog
    extensions: ExtendSearch
    call_backs: CallBacks
    alerts: Alerts
    complaints: Complaints
