"""Rights of the fake office: one complaint, one alert, one held case; acts are remembered."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from fake_parts import STAFF, Clock

from node.domain.complaints import Complaint, DecideCommand, RegisterCommand
from node.domain.misuse import Alert
from node.domain.officers import Actor
from node.domain.reasons import CASE_NOT_FOUND, TEXT_MALFORMED
from node.domain.rights_reasons import ALERT_UNKNOWN, CALL_BACK_NONE, COMPLAINT_STATE
from node.domain.views import WorkSummary
from node.services.call_back import CallBackCommand, DueCallBack
from node.services.guard_lookups import AlertReport
from records.refusal import Refusal


@dataclass
class FakeRights:
    """Stands where `Rights` stands."""

    clock: Clock
    done: list[str] = field(default_factory=list)
    refuses: bool = False
    due: list[DueCallBack] = field(default_factory=list)

    def __post_init__(self) -> None:
        now = self.clock()
        self.kept = Complaint(
            number="SS-330400-2026-0001",
            archive_code="330400",
            case_no="LT-330400-20261121-0041",
            desk="window",
            ground="refused",
            words="请复核。",
            filed_by=STAFF[0].officer_id,
            filed_at=now,
            due_at=now + timedelta(days=21),
        )
        self.alert = Alert(
            alert_id="a-1",
            archive_code="330400",
            officer_id=STAFF[0].officer_id,
            rule="NAMES_WITHOUT_CASE",
            at=now,
            names=60,
            blocks=True,
        )

    @property
    def complaints(self) -> "FakeComplaints":
        return FakeComplaints(self)

    @property
    def alerts(self) -> "FakeAlerts":
        return FakeAlerts(self)

    @property
    def call_backs(self) -> "FakeCallBacks":
        return FakeCallBacks(self)


@dataclass
class FakeComplaints:
    rights: FakeRights

    def list(self, actor: Actor) -> list[Complaint]:
        return [self.rights.kept]

    def get(self, number: str, actor: Actor) -> Complaint:
        return self.rights.kept

    def reviewers(self, actor: Actor) -> Sequence[tuple[str, str]]:
        return [(one.officer_id, one.display_name) for one in STAFF]

    def register(self, command: RegisterCommand, actor: Actor) -> Complaint:
        if self.rights.refuses:
            raise Refusal(CASE_NOT_FOUND)
        verify_length(command.words, "words")
        self.rights.done.append("registered")
        return self.rights.kept

    def assign(self, number: str, officer_id: str, actor: Actor) -> Complaint:
        self.rights.kept = replace(self.rights.kept, state="assigned", assigned_to=officer_id)
        return self.rights.kept

    def decide(self, command: DecideCommand, actor: Actor) -> Complaint:
        if self.rights.kept.state != "assigned":
            raise Refusal(COMPLAINT_STATE)
        verify_length(command.reasons, "reasons")
        state = "overturned" if command.overturn else "upheld"
        self.rights.kept = replace(self.rights.kept, state=state, reasons=command.reasons)
        return self.rights.kept


def verify_length(text: str, field: str) -> None:
    """As services/complain.py."""
    if len(text.strip()) < 4:
        raise Refusal(TEXT_MALFORMED, f"{field}: 4-500 characters")


@dataclass
class FakeAlerts:
    rights: FakeRights

    def list(self, actor: Actor) -> list[AlertReport]:
        words = "短时间内试查多个姓名而未登记申请"
        return [AlertReport(alert=self.rights.alert, words=words, officer_name="周敏")]

    def acknowledge(self, alert_id: str, note: str, actor: Actor) -> Alert:
        if self.rights.alert.state != "open":
            raise Refusal(ALERT_UNKNOWN)
        self.rights.alert = replace(self.rights.alert, state="acknowledged", note=note)
        return self.rights.alert


@dataclass
class FakeCallBacks:
    rights: FakeRights

    def list_due(self, actor: Actor) -> list[DueCallBack]:
        return self.rights.due

    def record(self, command: CallBackCommand, actor: Actor) -> WorkSummary:
        found = [one for one in self.rights.due if one.work.case_no == command.case_no]
        if not found:
            raise Refusal(CALL_BACK_NONE)
        self.rights.due.remove(found[0])
        return found[0].work

    waive = record
