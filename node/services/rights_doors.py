"""The doors to what citizens may demand and what watches over officers, for pages and commands."""

from dataclasses import dataclass

from node.services.access_log import AccessLog
from node.services.extend_search import ExtendSearch


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """Wired by bootstrap.py; see each service for what it refuses."""

    access_log: AccessLog
    extensions: ExtendSearch
