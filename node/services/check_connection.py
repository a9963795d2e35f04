"""The connection test: what works, what does not, why, and what to do, in plain words.

Steps go from the bottom up and stop at the first broken one of a chain: what stands above it
cannot be known. Nothing is changed and nothing about anybody is sent.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from records.agreement_standing import standing
from records.agreements import Agreement
from records.deadlines import BEIJING
from records.refusal import Kind, Reason, Refusal
from trust.channel.probe_reasons import NO_AGREEMENT, NO_STATEMENTS, NOT_LISTED_YET
from trust.channel.reasons import CLOCK_SKEW
from trust.identity.directory_snapshot import DirectorySnapshot
from trust.identity.reasons import MEMBER_UNKNOWN

OK, WAITS, FAILED = "ok", "waits", "failed"
SKEW_LIMIT = timedelta(seconds=60)
SKEW_NOTICE = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckStep:
    """One step of the test."""

    what: str
    """Short name, in Chinese."""
    state: str
    """ok, waits (others must act) or failed."""
    said: str
    """What was found."""
    code: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The whole test."""

    steps: tuple[CheckStep, ...]

    @property
    def verdict(self) -> str:
        """What it comes to: "validated", "waits" or "failed"."""
        states = {step.state for step in self.steps}
        if FAILED in states:
            return "failed"
        return "waits" if WAITS in states else "validated"


class RegistryLine(Protocol):
    """The way to the registry, one layer at a time. Every method raises Refusal."""

    def resolve(self) -> str:
        """What the name stands for."""
        ...

    def connect(self) -> str:
        """Which address answered."""
        ...

    def verify_server(self) -> str:
        """Until when the server's certificate runs."""
        ...

    def own_certificate(self) -> str:
        """Until when ours runs."""
        ...

    def beat(self) -> datetime:
        """The registry's clock, by a call over mutual TLS."""
        ...

    def directory(self) -> DirectorySnapshot:
        """The directory, fetched and verified."""
        ...


class _Broken(Exception):
    """Nothing above this step can be known."""


class CheckConnection:
    """Runs the test of one node."""

    def __init__(
        self,
        node_id: str,
        line: RegistryLine,
        clock: Callable[[], datetime],
        reach_partner: Callable[[str], str],
    ) -> None:
        """`reach_partner` says how a partner answered. Raises Refusal."""
        self._node_id = node_id
        self._line = line
        self._clock = clock
        self._reach_partner = reach_partner
        self._steps: list[CheckStep] = []

    def run(self) -> Checked:
        """The test, from the name of the registry to the agreements."""
        line = self._line
        try:
            self._step("域名", lambda: f"登记处地址解析为 {line.resolve()}")
            self._step("端口", lambda: f"{line.connect()} 已接通")
            self._step("证书链", lambda: f"登记处证书可信，有效至 {line.verify_server()}")
            self._step("本节点证书", lambda: f"有效至 {line.own_certificate()}")
            self._step("密钥声明与时钟", self._compare_clocks)
            snapshot = self._fetch()
            self._step("地址与密钥", lambda: self._find_own(snapshot))
            self._step("合作协议", lambda: self._find_agreements(snapshot))
            for partner in self._partners(snapshot):
                self._try(f"伙伴 {partner}", lambda partner=partner: self._reach_partner(partner))  # type: ignore[misc]
        except _Broken:
            return Checked(steps=tuple(self._steps))
        return Checked(steps=tuple(self._steps))

    def _compare_clocks(self) -> str:
        before = self._clock()
        theirs = self._line.beat()
        after = self._clock()
        skew = theirs - (before + (after - before) / 2)
        if abs(skew) > SKEW_LIMIT:
            raise Refusal(CLOCK_SKEW, f"{skew.total_seconds():+.0f} s")
        words = f"双向认证通过，与登记处时钟相差 {abs(skew).total_seconds():.1f} 秒"
        return words + ("，请检查校时" if abs(skew) > SKEW_NOTICE else "")

    def _fetch(self) -> DirectorySnapshot:
        found: list[DirectorySnapshot] = []

        def fetch() -> str:
            found.append(self._line.directory())
            return f"目录第 {found[0].head.version} 版已取得并验签"

        self._step("目录", fetch)
        return found[0]

    def _find_own(self, snapshot: DirectorySnapshot) -> str:
        endpoint = snapshot.endpoints.get(self._node_id)
        if endpoint is None:
            raise Refusal(NO_STATEMENTS)
        snapshot.get_key(self._node_id, "tls", "", self._clock())
        return f"伙伴将经 {endpoint.statement.grpc} 联系本节点"

    def _find_agreements(self, snapshot: DirectorySnapshot) -> str:
        found = self._agreements(snapshot)
        if not found:
            raise Refusal(NO_AGREEMENT)
        return f"{len(found)} 份有效：{'、'.join(one.agreement_id for one in found)}"

    def _agreements(self, snapshot: DirectorySnapshot) -> list[Agreement]:
        today = self._clock().astimezone(BEIJING).date()
        every = (part.statement for part in snapshot.agreements.values())
        mine = (one for one in every if self._node_id in (*one.asking_nodes, *one.holding_nodes))
        return [one for one in mine if standing(one, today) in ("in_force", "expiring")]

    def _partners(self, snapshot: DirectorySnapshot) -> Iterable[str]:
        parties = {
            node
            for one in self._agreements(snapshot)
            for node in (*one.asking_nodes, *one.holding_nodes)
        }
        return sorted(parties - {self._node_id})

    def _step(self, what: str, act: Callable[[], str]) -> None:
        """The step; a chain ends where one of its steps is broken."""
        if not self._try(what, act):
            raise _Broken

    def _try(self, what: str, act: Callable[[], str]) -> bool:
        try:
            self._steps.append(CheckStep(what=what, state=OK, said=act()))
        except Refusal as refusal:
            reason = NOT_LISTED_YET if refusal.code == MEMBER_UNKNOWN.code else refusal.reason
            self._steps.append(_broken_step(what, reason, refusal.detail))
            return reason.code in (NO_STATEMENTS.code, NO_AGREEMENT.code)
        return True


def _broken_step(what: str, reason: Reason, detail: str) -> CheckStep:
    said = f"{reason.zh}（{detail}）" if detail else reason.zh
    state = WAITS if reason.kind is Kind.UNDECIDED else FAILED
    return CheckStep(what=what, state=state, said=said, code=reason.code, remedy=reason.remedy_zh)
