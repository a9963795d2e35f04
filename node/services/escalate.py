"""Escalation: a case that waits is brought before somebody else, once for each step.

Runs in the node's worker on the injected clock. Each step is one transaction: its row, the leaf in
the archive's log, the event that the desks hear of, the notice for the port and, at the third
step, the signed notice to the window. Killed anywhere, the next round does what is missing and
nothing twice.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from node.case_ports import CaseWriter
from node.domain.cases import HOLDER, HolderCase, WindowCase
from node.domain.escalation import (
    CLIMBING,
    DEADLINE_NEAR,
    DEADLINE_PASSED,
    SHELF_DUE_SOON,
    SHELF_OVERDUE,
    TELL_CITIZEN,
    UNCLAIMED,
    UNCLAIMED_NEXT,
    UNCLAIMED_WINDOW,
    WAITING_WINDOW,
    Escalation,
    Notice,
    holder_steps,
    what_to_say,
    window_steps,
)
from node.ports import EventLog, StaffBook
from node.services.house import House
from node.services.tell_window import NoticeText, tell_window
from node.services.worker import guard
from records.duties import Post

_EVERY = timedelta(seconds=5)
_MOST = 500
_TO_LEADER = frozenset({DEADLINE_NEAR, DEADLINE_PASSED, SHELF_DUE_SOON, SHELF_OVERDUE})

Roster = Mapping[str, Sequence[str]]
"""Archive code → sign-in names of the named persons, in the order in which they are called."""


class Escalate:
    """Takes the steps that are due."""

    def __init__(self, house: House, staff: StaffBook, roster: Roster, log: EventLog) -> None:
        """For the archives of `house`; without a roster, dispatchers by name and then leaders."""
        self._house = house
        self._staff = staff
        self._roster = roster
        self._log = log
        self._next: datetime | None = None

    def run(self) -> int:
        """How many steps were taken; looks at most every five seconds."""
        now = self._house.clock()
        if self._next is not None and self._next - _EVERY <= now < self._next:
            return 0
        self._next = now + _EVERY
        with self._house.book.read() as book:
            works = book.list_work("", CLIMBING, _MOST)
            cases = book.list_cases("", WAITING_WINDOW, _MOST)
            calendar = self._house.calendar
            steps = [step for work in works for step in holder_steps(work, now, calendar)]
            steps += [step for case in cases for step in window_steps(case, now, calendar)]
            missing = [step for step in steps if not book.has_step(step)]
        return sum(self._guarded(partial(self._take, step)) for step in missing)

    def _guarded(self, act: Callable[[], None]) -> bool:
        return guard(act, self._log, "escalate")

    def _take(self, step: Escalation) -> None:
        now = self._house.clock()
        with self._house.book.write() as book:
            # What was due when it was read may have been claimed or answered since.
            if step.desk == HOLDER:
                work = book.get_work(step.case_no, step.archive_code)
                due, state = holder_steps(work, now, self._house.calendar), work.state
            else:
                case = book.get_case(step.case_no)
                due, state = window_steps(case, now, self._house.calendar), case.state
            if step not in due or book.has_step(step):
                return
            target = self._target(step)
            if step.desk == HOLDER:
                self._act_at_holder(book, work, step, target)
            else:
                self._act_at_window(book, case, step, now)
            book.take_step(step, now, target)
            book.escalate(step, state, now)
            book.add_notice(
                Notice(
                    notice_id=self._house.new_id(),
                    archive_code=step.archive_code,
                    case_no=step.case_no,
                    code=step.code,
                    at=now,
                    target=target,
                )
            )
        self._log.note("escalated", case_no=step.case_no, code=step.code)

    def _act_at_holder(
        self, book: CaseWriter, work: HolderCase, step: Escalation, target: str
    ) -> None:
        if step.code in (UNCLAIMED, UNCLAIMED_NEXT):
            attention = replace(work.attention, assigned_to=target)
            book.save_work(replace(work, attention=attention))
        elif step.code == UNCLAIMED_WINDOW:
            tell_window(self._house, book, work, NoticeText(code="UNCLAIMED"))

    def _act_at_window(
        self, book: CaseWriter, case: WindowCase, step: Escalation, now: datetime
    ) -> None:
        if step.code != TELL_CITIZEN:
            return
        waiting = [leg for leg in case.legs if leg.answer is None and leg.node_id]
        silent = [leg for leg in waiting if leg.state == "silent"]
        told = replace(
            case.told,
            code=what_to_say(case),
            holder="、".join(leg.holder_name for leg in silent or waiting),
            at=now,
        )
        book.save_case(replace(case, told=told))

    def _target(self, step: Escalation) -> str:
        """Whom the step calls: the first named person, the next, or the leader."""
        if step.code in _TO_LEADER:
            return next(iter(self._holding(step.archive_code, Post.LEADER)), "")
        if step.code not in (UNCLAIMED, UNCLAIMED_NEXT):
            return ""
        named = self.named_persons(step.archive_code)
        place = 0 if step.code == UNCLAIMED else 1
        return named[min(place, len(named) - 1)] if named else ""

    def named_persons(self, archive_code: str) -> Sequence[str]:
        """officer_ids in the order in which they are called; only officers in service."""
        officers = self._staff.list(archive_code)
        by_user = {one.user: one.officer_id for one in officers if one.active}
        named = [by_user[user] for user in self._roster.get(archive_code, ()) if user in by_user]
        if named:
            return named
        return [
            *self._holding(archive_code, Post.RELEASE_DISPATCHER),
            *self._holding(archive_code, Post.LEADER),
        ]

    def _holding(self, archive_code: str, post: Post) -> list[str]:
        officers = self._staff.list(archive_code)
        return [one.officer_id for one in officers if one.active and post in one.posts]
