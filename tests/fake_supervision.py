"""Supervision of the fake office: real figures over a month of invented cases."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from random import Random

from fake_parts import STAFF

from node.domain.cases import Issuance
from node.domain.officers import Actor, Officer
from node.domain.reasons import LEDGER_DAMAGED
from node.domain.service_levels import (
    Board,
    CaseFact,
    Statistics,
    StatisticsQuestion,
    group_by,
    make_board,
    measure,
)
from node.supervision_ports import AgencyLook, LeafRow, LogCheck
from records.refusal import Refusal
from trust.envelope.dsse import Envelope

ARCHIVES = ("上饶市档案馆", "上海市浦东新区档案馆", "海宁市档案馆", "桐乡市档案馆")
CATEGORIES = ("marriage_registration", "school_record", "educated_youth")


def month_of_cases(now: datetime, seed: int = 20261121) -> list[CaseFact]:
    """Some twenty cases a day for four weeks, today's last ones still open."""
    rng = Random(seed)
    facts = []
    for day in range(28):
        for number in range(rng.randint(14, 26)):
            hour = rng.choices(range(8, 18), weights=(6, 9, 10, 7, 2, 5, 9, 9, 6, 2))[0]
            began = (now - timedelta(days=day)).replace(
                hour=hour - 8, minute=rng.randrange(60), second=rng.randrange(60)
            )
            if began > now:
                continue
            partner = rng.choice(ARCHIVES)
            slow = partner == ARCHIVES[2] and rng.random() < 0.5
            took = timedelta(minutes=rng.uniform(2, 9) + (12 if slow else 0))
            ended = began + took
            by_hand = rng.random() < 0.08
            facts.append(
                CaseFact(
                    desk=rng.choice(("window", "holder")),
                    case_no=f"LT-330400-{began:%Y%m%d}-{number:04}",
                    category=rng.choice(CATEGORIES),
                    purpose=rng.choice(("property", "pension")),
                    partner=partner,
                    state="delivered" if ended <= now else "candidates",
                    outcome=rng.choice(("HIT_UNIQUE",) * 9 + ("NO_RECORD_COVERED",)),
                    began=began,
                    ended=ended if ended <= now else None,
                    deadline=None if by_hand else began + timedelta(minutes=15),
                    paused=timedelta(minutes=3) if rng.random() < 0.1 else timedelta(),
                    by_hand=by_hand,
                )
            )
    late = facts[0]
    overdue = CaseFact(
        desk="window",
        case_no="LT-330400-20261121-9001",
        category=late.category,
        purpose=late.purpose,
        partner=ARCHIVES[2],
        state="dispatched",
        outcome="",
        began=now - timedelta(minutes=22),
        ended=None,
        deadline=now - timedelta(minutes=7),
        paused=timedelta(),
        by_hand=False,
    )
    return [*facts, overdue]


class Supervised:
    """`Supervision` of the fake."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.cases = month_of_cases(now)
        self.damaged = False
        self.noted: list[str] = []

    def board(self, actor: Actor, zone: tzinfo) -> Board:
        return make_board(self.cases, self.now, zone)

    def statistics(self, question: StatisticsQuestion, actor: Actor) -> Statistics:
        facts = [
            one
            for one in self.cases
            if question.since <= one.began < question.until
            and question.category in ("", one.category)
            and question.desk in ("", one.desk)
        ]
        groups = group_by(facts, question.by)
        return Statistics(
            whole=measure(facts, self.now),
            groups=tuple((name, measure(group, self.now)) for name, group in groups.items()),
        )

    def note_export(self, actor: Actor) -> None:
        self.noted.append(f"figures_exported {actor.user}")

    def read_log(self, actor: Actor, before: int = -1, case_no: str = "") -> Sequence[LeafRow]:
        last = 120 if before < 0 else before
        rows = [
            LeafRow(
                index=index,
                at=self.now - timedelta(seconds=40 * (120 - index)),
                kind="state" if index % 3 else "statement",
                case_no=f"LT-330400-20261121-{index // 6:04}",
                from_state="registered" if index % 3 else "",
                to_state="dispatched" if index % 3 else "",
                actor="330400/8c999c767a14a2b6" if index % 2 else "shangrao",
                note="",
                number="SR-2026-0011-4473" if index % 10 == 0 else "",
                sha256=f"{index:064x}",
            )
            for index in range(last - 1, max(-1, last - 51), -1)
        ]
        return [row for row in rows if case_no in ("", row.case_no)]

    def agency_look(self, actor: Actor, case_no: str) -> AgencyLook | None:
        return None

    def verify_log(self, actor: Actor) -> LogCheck:
        if self.damaged:
            raise Refusal(LEDGER_DAMAGED, "330400 LOG_DAMAGED")
        return LogCheck(size=120, root="ab" * 32, checkpoints=7)

    def officers(self, actor: Actor) -> Sequence[Officer]:
        return [one for one in STAFF if one.archive_code == actor.archive_code]

    def certificates(self, actor: Actor, number: str = "") -> Sequence[Issuance]:
        order = Envelope(payload_type="x", payload=b"{}", signatures=())
        steps = ("confirmed", "confirmed", "issued", "failed")
        rows = [
            Issuance(
                release_id=f"r-{serial}",
                case_no=f"LT-330400-20261121-{serial:04}",
                holder_archive="330400",
                serial=serial,
                order=order,
                step=step,
                release_index=serial,
                leaf_index=serial * 7,
                number="" if step == "failed" else f"JX-2026-{serial:04}-4473",
                file_sha256="cd" * 32 if step == "confirmed" else "",
                due_at=self.now,
                last_code="MISSING_GLYPH" if step == "failed" else "",
            )
            for serial, step in enumerate(steps, 11)
        ]
        return [row for row in rows if number.upper() in row.number]
