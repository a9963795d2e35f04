"""Misuse alerts as data (E26, D27): what no officer does in honest work, and what then happens.

A window takes in twenty cases an hour at the busiest archive; nobody needs forty names in ten
minutes, nor any name without a case. A name is a keyed digest here: it is counted, never kept.
Pure: the looks of the last hour are given.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

PREVIEW, FILE, LOOK, SEARCH = "preview", "file", "look", "search"
"""What an officer did with a name: asked where it would be asked, filed, opened, searched."""
OPEN, ACKNOWLEDGED = "open", "acknowledged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """One name that an officer dealt with."""

    officer_id: str
    archive_code: str
    kind: str
    name_key: str
    """Keyed digest of the name."""
    case_no: str = ""
    """Empty = no case stands behind it."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MisuseRule:
    """One row: so many names of that kind within that time."""

    code: str
    words: str
    kinds: tuple[str, ...]
    without_case: bool
    """Only names behind which no case stands."""
    within: timedelta
    alert_at: int
    """Distinct names at which the supervisor is told."""
    block_at: int = 0
    """Distinct names at which the officer is stopped until the supervisor has looked; 0 = never."""


RULES: tuple[MisuseRule, ...] = (
    MisuseRule(
        code="NAMES_WITHOUT_CASE",
        words="短时间内试查多个姓名而未登记申请",
        kinds=(PREVIEW, SEARCH),
        without_case=True,
        within=timedelta(minutes=10),
        alert_at=20,
        block_at=40,
    ),
    MisuseRule(
        code="SEARCH_WITHOUT_CASE",
        words="没有案件而检索目录库",
        kinds=(SEARCH,),
        without_case=True,
        within=timedelta(minutes=10),
        alert_at=1,
        block_at=3,
    ),
    MisuseRule(
        code="MANY_LOOKS",
        words="一小时内打开的案件远多于正常工作量",
        kinds=(LOOK,),
        without_case=False,
        within=timedelta(hours=1),
        alert_at=60,
    ),
    MisuseRule(
        code="MANY_FILED",
        words="十分钟内登记的申请远多于正常工作量",
        kinds=(FILE,),
        without_case=False,
        within=timedelta(minutes=10),
        alert_at=30,
    ),
)
LONGEST = max(rule.within for rule in RULES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A rule was met: what the supervisor sees."""

    alert_id: str
    archive_code: str
    officer_id: str
    rule: str
    at: datetime
    names: int
    """Distinct names in the rule's time; rises while the alert is open."""
    blocks: bool
    """The officer is stopped while the alert is open."""
    state: str = OPEN
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = None
    note: str = ""
    """The supervisor's finding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a rule says of an officer's last looks."""

    rule: MisuseRule
    names: int

    @property
    def blocks(self) -> bool:
        """Whether the officer is stopped."""
        return bool(self.rule.block_at) and self.names >= self.rule.block_at


def judge_lookups(
    lookups: Sequence[Lookup], now: datetime, rules: Iterable[MisuseRule] = RULES
) -> list[Finding]:
    """The rules that one officer's looks meet at `now`.

    A name that was looked at without a case and then filed has a case behind it after all.
    """
    with_case = {one.name_key for one in lookups if one.case_no}
    found = []
    for rule in rules:
        names = {
            one.name_key
            for one in lookups
            if one.kind in rule.kinds
            and now - one.at <= rule.within
            and not (rule.without_case and one.name_key in with_case)
        }
        if len(names) >= rule.alert_at:
            found.append(Finding(rule=rule, names=len(names)))
    return found
