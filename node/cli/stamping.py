"""Time-stamps over the node's logs, put together."""

from dataclasses import dataclass
from datetime import timedelta

from node.adapters.sql_stamps import SqlStamps
from node.adapters.sql_witness import SqlOwnLogs
from node.adapters.stamp_client import HttpTimeStamps
from node.bootstrap import Base
from node.services.stamp_logs import StampLogs


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamping:
    """The duty and its shelf."""

    base: Base
    shelf: SqlStamps
    duty: StampLogs

    def describe(self) -> dict[str, object]:
        """How far each log is stamped, for `status`."""
        found: dict[str, object] = {}
        for archive_code in self.base.house.archives:
            one = self.duty.standing(archive_code)
            found[archive_code] = {
                "state": one.state,
                "covered": one.covered,
                "at": one.at.isoformat() if one.at else "",
                "pending_since": one.pending_since.isoformat() if one.pending_since else "",
            }
        return found


def make_stamping(base: Base) -> Stamping:
    """Of this node; without an address in its settings nobody is asked."""
    shelf = SqlStamps(base.engine, base.config.trust_domain)
    signers = base.folder.log_signers(tuple(base.house.archives))
    duty = StampLogs(
        base.house,
        SqlOwnLogs(base.engine, base.config.trust_domain, signers),
        shelf,
        HttpTimeStamps(base.config.tsa) if base.config.tsa else None,
        timedelta(minutes=base.config.tsa_minutes),
        base.log,
    )
    return Stamping(base=base, shelf=shelf, duty=duty)
