"""What ends soon at this node: in `status`, and once a day in the log."""

from collections.abc import Callable
from datetime import timedelta

from node.bootstrap import Base
from records.refusal import Refusal
from trust.identity.expiry import Expiry, ExpiryNotice, due_notices, expiries_of

_EVERY = timedelta(days=1)


def notices(base: Base) -> list[ExpiryNotice]:
    """What ends within 60 days: our keys by the trust list, the list, our TLS certificate."""
    expiries: list[Expiry] = []
    own = base.config.node_id
    try:
        leaf = base.folder.tls_identity().leaf
        ends = leaf.not_valid_after_utc
        expiries.append(Expiry(what="tls_certificate", subject=own, not_after=ends))
    except Refusal:
        # Not enrolled yet: there is nothing that could end.
        expiries.clear()
    snapshot = base.kept.find()
    if snapshot is not None:
        listed = snapshot.view.trust_list.members
        members = [one for one in listed if one.participant_id == own]
        expiries += expiries_of(snapshot.view, members)
    return due_notices(expiries, base.house.clock())


def announces(base: Base) -> Callable[[], int]:
    """A duty that writes one line a day for each of them."""
    due = [base.house.clock()]

    def run() -> int:
        now = base.house.clock()
        if now < due[0]:
            return 0
        due[0] = now + _EVERY
        for notice in notices(base):
            base.log.note("expires_soon", code=notice.code, count=notice.within_days)
        return 0

    return run
