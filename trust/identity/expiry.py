"""What ends when: keys, certificates and lists, announced 60, 30 and 7 days before. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from trust.identity.trust_list import Member
from trust.identity.verified_list import TrustView

NOTICE_DAYS = (7, 30, 60)
LEAF_NOTICE = timedelta(days=2)
"""A leaf of seven days is renewed long before: with so little left, renewal has been failing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiry:
    """Something that ends."""

    what: str
    """sign_key, authority_key, trust_list, tls_certificate, issuing_authority or tls_root."""
    subject: str
    """Participant id, archive code or kid."""
    not_after: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpiryNotice:
    """An expiry that is near."""

    expiry: Expiry
    within_days: int
    """The nearest of 7, 30 and 60; 0 = it is over."""

    @property
    def code(self) -> str:
        """For logs, e.g. "SIGN_KEY_EXPIRES"."""
        return f"{self.expiry.what.upper()}_EXPIRES"

    def sentence(self) -> str:
        """For a person."""
        expiry = self.expiry
        until = f"{expiry.not_after:%Y-%m-%d}"
        name = f"{_NAMES[expiry.what]}（{expiry.subject}）"
        if not self.within_days:
            return f"{name}已于 {until} 到期：{_REMEDIES[expiry.what]}"
        return f"{name}将在 {self.within_days} 日内到期（{until}）：{_REMEDIES[expiry.what]}"


_NAMES = {
    "sign_key": "签名密钥",
    "authority_key": "档案馆授权密钥",
    "trust_list": "信任列表",
    "tls_certificate": "传输证书",
    "issuing_authority": "签发机构证书",
    "tls_root": "传输根证书",
}
_REMEDIES = {
    "sign_key": "请生成新密钥并请理事会写入新的信任列表",
    "authority_key": "请馆领导生成新授权密钥并请理事会写入新的信任列表",
    "trust_list": "请理事会签署新版信任列表",
    "tls_certificate": "自动续期未成功，请检查与登记处的连接（lantai-node check）",
    "issuing_authority": "请取出离线根密钥，执行 lantai-registry issuing --renew",
    "tls_root": "请理事会建立新的根证书并写入信任列表",
}


def expiries_of(view: TrustView, members: Iterable[Member]) -> Iterator[Expiry]:
    """What ends of these members, and the list itself."""
    domain = view.trust_domain
    yield Expiry(what="trust_list", subject=domain, not_after=view.trust_list.expires_at)
    for member in members:
        if member.state == "left":
            continue
        # The newest key counts: an older one beside it is meant to end.
        newest = max((key.not_after for key in member.sign_keys), default=None)
        if newest is not None:
            yield Expiry(what="sign_key", subject=member.participant_id, not_after=newest)
        for archive in member.archives:
            ends = archive.authority_key.not_after
            yield Expiry(what="authority_key", subject=archive.archive_code, not_after=ends)


def due_notices(expiries: Iterable[Expiry], now: datetime) -> list[ExpiryNotice]:
    """Notices for what is near its end, the nearest first."""
    found = []
    for expiry in expiries:
        left = expiry.not_after - now
        if expiry.what == "tls_certificate":
            days = 7 if timedelta(0) < left < LEAF_NOTICE else None
        else:
            days = next((days for days in NOTICE_DAYS if left <= timedelta(days=days)), None)
        if left <= timedelta(0):
            days = 0
        if days is not None:
            found.append(ExpiryNotice(expiry=expiry, within_days=days))
    return sorted(found, key=lambda notice: notice.expiry.not_after)
