"""Agreements and intake batches of the fake office: real terms, real effect, no keys."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from fake_parts import JIAXING, PASSWORD, SHANGRAO

from node.domain.agreement_pages import (
    AgreementEffect,
    AgreementSheet,
    ProposeAgreementCommand,
    RetireAgreementCommand,
    SignAgreementCommand,
    Signatory,
)
from node.domain.exchange_reasons import PASSWORD_WRONG
from node.domain.intake_batches import (
    ACCEPTED,
    CHECKED,
    DECLINED,
    FAILED,
    BatchPaper,
    DecideBatchCommand,
    IntakeBatch,
    IntakeBoard,
    SendBatchCommand,
    ShelfSheet,
)
from node.domain.intake_reasons import BATCH_DECIDED, BATCH_NOT_FOUND, BATCH_NOTE
from node.domain.officers import Actor
from node.services.management_doors import ManagementDoors
from records.agreements import Agreement
from records.coverage import Gap
from records.refusal import Refusal

BATCH, WAITING = "0198c0de-0000-7000-8000-000000000001", "0198c0de-0000-7000-8000-000000000002"
"""One that failed, one that waits for the reviewer."""


def terms(**changes: object) -> Agreement:
    """The agreement of the fake's two archives."""
    said: dict[str, object] = {
        "agreement_id": "jiaxing-shangrao-2026",
        "version": 1,
        "asking_nodes": ("jiaxing", "shangrao"),
        "holding_nodes": ("jiaxing", "shangrao"),
        "categories": ("marriage_registration", "school_record"),
        "requester_types": ("party", "spouse", "agent"),
        "purposes": (),
        "year_from": 1949,
        "year_to": 2026,
        "granularity": "extract",
        "seal_mode": "HOLDER_ELECTRONIC",
        "minutes": 15,
        "legal_basis": "档案法第二十八条",
        "valid_from": date(2026, 1, 1),
        "valid_to": date(2028, 12, 31),
        "daily_quota": 200,
        "contacts": {"jiaxing": "0573-82521000", "shangrao": "0793-8228000"},
        "delivery": ("window", "online"),
    }
    return Agreement(**(said | changes))  # type: ignore[arg-type]


class FakeAgreements:
    """`AgreementDesk` in memory."""

    def __init__(self, now: datetime) -> None:
        self.today = now.date()
        proposed = terms(agreement_id="jiaxing-pudong-2026", asking_nodes=("jiaxing", "pudong"))
        proposed = replace(proposed, holding_nodes=("jiaxing", "pudong"))
        self.sheets = [
            self.sheet(terms(), "in_force", ("jiaxing", "shangrao")),
            self.sheet(proposed, "proposed", ("pudong",)),
        ]
        self.tried = 0
        self.refuses: Refusal | None = None

    def sheet(self, said: Agreement, stands: str, signed: tuple[str, ...]) -> AgreementSheet:
        return AgreementSheet(
            agreement=said,
            standing=stands,
            last_day=said.valid_to,
            days_left=(said.valid_to - self.today).days,
            signed_by=signed,
            waits_for_us=stands == "proposed" and "jiaxing" not in signed,
            officers=(
                Signatory(
                    archive_name="上饶市档案馆",
                    officer_id=f"{SHANGRAO}/{'a' * 16}",
                    posts=("leader",),
                ),
            ),
            asked_today=12,
            answered_today=3,
        )

    def list(self, actor: Actor) -> tuple[AgreementSheet, ...]:
        return tuple(self.sheets)

    def effect(self, said: Agreement, actor: Actor) -> AgreementEffect:
        if "school_record" in said.categories:
            return AgreementEffect(tried=30)
        return AgreementEffect(
            tried=30, refused=(("category", 4),), cases=("LT-330400-20261120-0007",)
        )

    def propose(self, command: ProposeAgreementCommand, actor: Actor) -> Agreement:
        self._require(command.password)
        self.sheets.append(self.sheet(command.terms, "proposed", ("jiaxing",)))
        return command.terms

    def sign(self, command: SignAgreementCommand, actor: Actor) -> Agreement:
        self._require(command.password)
        found = next(
            one for one in self.sheets if one.agreement.agreement_id == command.agreement_id
        )
        place = self.sheets.index(found)
        signed = (*found.signed_by, "jiaxing")
        self.sheets[place] = self.sheet(found.agreement, "in_force", signed)
        return found.agreement

    def retire(self, command: RetireAgreementCommand, actor: Actor) -> date:
        self._require(command.password)
        self.sheets[0] = replace(self.sheets[0], standing="retiring")
        return command.last_day

    def _require(self, password: str) -> None:
        if self.refuses:
            raise self.refuses
        if password != PASSWORD:
            raise Refusal(PASSWORD_WRONG)


class FakeBatches:
    """`IntakeDesk` in memory: a file with the word 坏 fails."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.batches = {
            BATCH: self._batch(BATCH, FAILED, rows=40, rejected=2, warned=1),
            WAITING: self._batch(WAITING, CHECKED, rows=120, rejected=0, warned=3),
        }
        self.findings = {
            one: [
                BatchPaper(
                    line="7",
                    item="A07",
                    verdict="不通过",
                    field="reference_code",
                    detail="档号不合规",
                ),
                BatchPaper(
                    line="9", item="I03", verdict="不通过", field="a_name", detail="必填项为空"
                ),
                BatchPaper(
                    line="12", item="S10", verdict="警告", field="a_birth", detail="未成年人"
                ),
            ]
            for one in self.batches
        }

    def refresh(self, batch_id: str) -> None:
        """It waits for the reviewer once more."""
        self.batches[batch_id] = self._batch(batch_id, CHECKED, rows=120, rejected=0, warned=3)

    def _batch(self, batch_id: str, state: str, **counts: int) -> IntakeBatch:
        return IntakeBatch(
            batch_id=batch_id,
            archive_code=JIAXING,
            category="marriage_registration",
            state=state,
            file_sha256=hashlib.sha256(batch_id.encode()).hexdigest(),
            size=20_000,
            sent_by=f"{JIAXING}/zongku",
            sent_at=self.now - timedelta(hours=2),
            **counts,
        )

    def board(self, actor: Actor) -> IntakeBoard:
        shelves = (
            ShelfSheet(
                category="marriage_registration",
                entries=12_408,
                people=24_816,
                first_year=1953,
                last_year=2013,
                index_version=7,
                declared_from=1950,
                declared_to=2013,
                as_of=date(2026, 1, 1),
                gaps=(Gap(year_from=1987, year_to=1987, what="城关镇受潮待修"),),
            ),
            ShelfSheet(
                category="school_record",
                entries=310,
                people=310,
                first_year=1961,
                last_year=1990,
                index_version=1,
            ),
        )
        return IntakeBoard(shelves=shelves, batches=tuple(self.batches.values()))

    def get(self, batch_id: str, actor: Actor) -> IntakeBatch:
        if batch_id not in self.batches:
            raise Refusal(BATCH_NOT_FOUND)
        return self.batches[batch_id]

    def send(self, command: SendBatchCommand, actor: Actor) -> IntakeBatch:
        batch_id = hashlib.sha256(command.data).hexdigest()[:36]
        failed = "坏" in command.data.decode("utf-8", "replace")
        made = self._batch(
            batch_id, FAILED if failed else CHECKED, rows=2, rejected=int(failed), warned=0
        )
        self.batches[batch_id] = made
        self.findings[batch_id] = []
        return made

    def accept(self, command: DecideBatchCommand, actor: Actor) -> IntakeBatch:
        return self._decide(command, actor, ACCEPTED)

    def decline(self, command: DecideBatchCommand, actor: Actor) -> IntakeBatch:
        if len(command.note) < 4:
            raise Refusal(BATCH_NOTE)
        return self._decide(command, actor, DECLINED)

    def report(self, batch_id: str, actor: Actor) -> Sequence[BatchPaper]:
        return self.findings[batch_id]

    def _decide(self, command: DecideBatchCommand, actor: Actor, state: str) -> IntakeBatch:
        before = self.get(command.batch_id, actor)
        if before.state != CHECKED:
            raise Refusal(BATCH_DECIDED)
        decided = replace(
            before,
            state=state,
            decided_by=actor.officer_id,
            decided_at=self.now,
            note=command.note,
            index_version=8 if state == ACCEPTED else 0,
        )
        self.batches[command.batch_id] = decided
        return decided


def management_of(now: datetime) -> ManagementDoors:
    """Both doors of a fresh fake."""
    return ManagementDoors(agreements=FakeAgreements(now), batches=FakeBatches(now))
