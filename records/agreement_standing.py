"""How an agreement stands on a day: upcoming, in force, about to end, ended by notice. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from records.agreements import Agreement, AgreementRetirement

EXPIRING_DAYS = 30
"""An agreement that ends within so many days is shown as expiring."""

STANDINGS: Mapping[str, str] = {
    "proposed": "待对方签署",
    "upcoming": "未到生效日",
    "in_force": "有效",
    "expiring": "即将到期",
    "retiring": "已通知终止",
    "retired": "已终止",
    "expired": "已到期",
}
"""How a clerk reads it."""

Endings = Mapping[str, tuple[AgreementRetirement, ...]]
"""Announced ends by agreement id."""
NONE_ENDED: Endings = {}


def endings(retirements: Iterable[AgreementRetirement]) -> Endings:
    """The announcements by agreement."""
    found: dict[str, tuple[AgreementRetirement, ...]] = {}
    for said in retirements:
        found[said.agreement_id] = (*found.get(said.agreement_id, ()), said)
    return found


def last_day(agreement: Agreement, ended: Endings) -> date:
    """Last day on which this version may be used; nobody ends it before the agreed notice."""
    notice = timedelta(days=agreement.notice_days)
    ends = [
        max(said.last_day, said.announced_on + notice)
        for said in ended.get(agreement.agreement_id, ())
        if agreement.version <= said.version
    ]
    return min([agreement.valid_to, *ends])


def standing(agreement: Agreement, today: date, ended: Endings = NONE_ENDED) -> str:
    """How it stands: upcoming, in_force, expiring (within 30 days), retiring, retired, expired."""
    last = last_day(agreement, ended)
    if today > last:
        return "retired" if last < agreement.valid_to else "expired"
    if today < agreement.valid_from:
        return "upcoming"
    if last < agreement.valid_to:
        return "retiring"
    return "expiring" if (last - today).days <= EXPIRING_DAYS else "in_force"
