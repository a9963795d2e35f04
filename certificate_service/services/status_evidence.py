"""Step 8: what the archive's status lists say, all copies of them taken together.

A copy is only where somebody put it: an old one beside the file says less than the newest, and one
that nobody signed says nothing. None of them can hide another.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from cryptography.hazmat.primitives.asymmetric import ec

from certificate_service.domain.replacements import verify_replacements
from certificate_service.domain.site_paths import replaced_path, status_path
from certificate_service.domain.status_list import (
    FRESH_FOR,
    NAMES,
    RED_AFTER,
    REVOKED,
    SUPERSEDED,
    SUSPENDED,
    VALID,
    StatusList,
    verify_status_list,
)
from certificate_service.domain.token import Token
from certificate_service.domain.verdict import Finding
from certificate_service.ports import EvidenceSource
from certificate_service.services.examine_parts import Statements, qr_keys
from records.refusal import Refusal
from trust.identity.trust_view import TrustView

_VERDICT = {REVOKED: "V04", SUSPENDED: "V12", SUPERSEDED: "V05"}
_WORDS = {REVOKED: "已撤销", SUSPENDED: "暂停使用", SUPERSEDED: "已由新证替代"}
_FUTURE = timedelta(minutes=5)
_NOT_CHECKED = "not checked"


def find_status(
    token: Token,
    source: EvidenceSource,
    view: TrustView,
    statements: Statements,
    now: datetime,
) -> tuple[Finding, str]:
    """The finding about the certificate's place, and its status in a word.

    Any list that the archive signed and that says revoked, suspended or superseded wins, however
    old; else the newest one, if it is of today. What was not counted is told in the detail.
    """
    code = token.number.archive_code
    copies = source.get_all(status_path(code))
    if not copies:
        return Finding(None, "V10", "没有状态名单"), _NOT_CHECKED
    keys = qr_keys(code, view, statements, now)
    lists: list[StatusList] = []
    said: list[str] = []
    for data in copies:
        try:
            lists.append(verify_status_list(data, code, keys))
        except Refusal as refusal:
            said.append(f"状态名单不成立（{refusal.code}）")
    # 1. A status that is not valid is never taken back: the newest that says so is told.
    ended = [one for one in lists if one.status(token.status_index) != VALID]
    if ended:
        newest = max(ended, key=_age_key)
        status = newest.status(token.status_index)
        words = f"{_WORDS[status]}，截至 {_as_of(newest)}"
        if status == SUPERSEDED:
            words = _joined(words, _replaced_by(token, source, keys))
        return Finding(False, _VERDICT[status], _joined(words, said)), NAMES[status]
    # 2. Whoever shows a later list with a lower number has gone back to an older register.
    if _is_rolled_back(lists):
        words = _joined("状态名单被退回旧版", said)
        return Finding(None, "V10", words, grave=True), _NOT_CHECKED
    # 3. Valid is believed of today's lists only.
    fresh = [one for one in lists if _is_fresh(one, now)]
    said += [f"状态名单过旧，截至 {_as_of(one)}" for one in lists if not _is_fresh(one, now)]
    if not fresh:
        old = bool(lists) and all(now - _issued(one) > RED_AFTER for one in lists)
        return Finding(None, "V10", _joined("", said), grave=old), _NOT_CHECKED
    words = f"截至 {_as_of(max(fresh, key=_age_key))}"
    return Finding(True, "", _joined(words, said)), NAMES[VALID]


def _replaced_by(
    token: Token, source: EvidenceSource, keys: Mapping[bytes, ec.EllipticCurvePublicKey]
) -> Sequence[str]:
    """The new certificate's number, where the archive's signed file tells it."""
    code = token.number.archive_code
    for data in source.get_all(replaced_path(code)):
        try:
            number = verify_replacements(data, code, keys).get(token.status_index)
        except Refusal:
            continue
        if number is not None:
            return (f"新证编号 {number}",)
    return ()


def _age_key(listed: StatusList) -> int:
    return listed.issued_at


def _is_rolled_back(lists: Sequence[StatusList]) -> bool:
    """Whether numbers fall while time goes on, or one number stands for two contents."""
    numbered = sorted(
        (one for one in lists if one.sequence), key=lambda one: (one.issued_at, one.sequence)
    )
    return any(
        later.sequence < earlier.sequence
        or (later.sequence == earlier.sequence and later.packed != earlier.packed)
        for earlier, later in pairwise(numbered)
    )


def _is_fresh(listed: StatusList, now: datetime) -> bool:
    issued = _issued(listed)
    return now - issued <= FRESH_FOR and issued - now <= _FUTURE


def _issued(listed: StatusList) -> datetime:
    return datetime.fromtimestamp(listed.issued_at, UTC)


def _as_of(listed: StatusList) -> str:
    return _issued(listed).isoformat().replace("+00:00", "Z")


def _joined(words: str, said: Sequence[str]) -> str:
    """What decided first; then once each what did not count."""
    return "；".join(filter(None, (words, *dict.fromkeys(said))))
