"""When a case is brought before somebody else, as data (domain.md §4.2; issue: stage owners).

Two ladders. At the holder a case that nobody has claimed climbs after 3, 5 and 8 open minutes; at
the window a case climbs when its own clock nears its end. Each step happens once for each stretch
of waiting (`since`), counted in open, unpaused time; a case that is claimed and given back, or
answered by a supplement, begins a new stretch. Pure: the hour is an argument.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from node.domain.cases import HOLDER, WINDOW, HolderCase, WindowCase
from node.domain.claims import claimant, may_take_over
from records.case_states import CLOCK_STOPPED, CaseState
from records.deadlines import (
    CaseClock,
    ServiceCalendar,
    after_working_days,
)

UNCLAIMED = "UNCLAIMED"
UNCLAIMED_NEXT = "UNCLAIMED_NEXT"
UNCLAIMED_WINDOW = "UNCLAIMED_WINDOW"
DEADLINE_NEAR = "DEADLINE_NEAR"
DEADLINE_PASSED = "DEADLINE_PASSED"
SHELF_DUE_SOON = "SHELF_DUE_SOON"
SHELF_OVERDUE = "SHELF_OVERDUE"
TELL_CITIZEN = "TELL_CITIZEN"

UNCLAIMED_LADDER: tuple[tuple[str, timedelta], ...] = (
    (UNCLAIMED, timedelta(minutes=3)),
    (UNCLAIMED_NEXT, timedelta(minutes=5)),
    (UNCLAIMED_WINDOW, timedelta(minutes=8)),
)
"""Code and open minutes without a claim, in order."""
TELL_AFTER = timedelta(minutes=8)
"""A window that has heard nothing by then is told what to say."""
NEAR = timedelta(minutes=3)
"""The leader hears of it this long before the clock runs out."""

CLIMBING = (
    CaseState.DISPATCHED,
    CaseState.SEARCHING,
    CaseState.CANDIDATES,
    CaseState.IDENTITY_RESOLUTION,
    CaseState.HOLDER_REVIEW,
    CaseState.RELEASED,
    CaseState.MANUAL_SEARCH,
)
"""States in which a holder's case may climb."""
WAITING_WINDOW = (
    CaseState.REGISTERED,
    CaseState.ROUTED,
    CaseState.DISPATCHED,
    CaseState.SEARCHING,
    CaseState.CANDIDATES,
    CaseState.IDENTITY_RESOLUTION,
    CaseState.HOLDER_REVIEW,
    CaseState.RELEASED,
    CaseState.MANUAL_SEARCH,
    CaseState.NODE_UNAVAILABLE,
)
"""States in which the window's case may climb."""
_UNCLAIMED_STATES = frozenset(
    {
        CaseState.DISPATCHED,
        CaseState.SEARCHING,
        CaseState.CANDIDATES,
        CaseState.IDENTITY_RESOLUTION,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """One step of one case, due."""

    desk: str
    """holder or window."""
    case_no: str
    archive_code: str
    code: str
    since: datetime
    """Beginning of the stretch, or the deadline that the step is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What somebody outside the pages is told of a step: nothing about a person."""

    notice_id: str
    archive_code: str
    case_no: str
    code: str
    at: datetime
    target: str = ""
    """officer_id of the one who is meant; empty = the desk."""
    attempts: int = 0


def claimant_of(work: HolderCase, now: datetime) -> str:
    """Who has the case now; empty when nobody has, or a colleague may take it over."""
    return "" if may_take_over(work, now) else claimant(work, now)


def waiting_since(work: HolderCase) -> datetime:
    """Since when the case has been free for anybody to claim."""
    since = [work.received_at]
    since += [work.attention.waiting_since] if work.attention.waiting_since else []
    since += [work.claimed_until] if work.claimed_until else []
    return max(since)


def holder_steps(work: HolderCase, now: datetime, calendar: ServiceCalendar) -> list[Escalation]:
    """Steps of a holder's case that are due at `now`, whether or not they were taken before."""
    state = CaseState(work.state)
    due: list[tuple[str, datetime]] = []
    if state in _UNCLAIMED_STATES and not claimant_of(work, now):
        since = waiting_since(work)
        waited = _open_since(since, now, calendar)
        due += [(code, since) for code, after in UNCLAIMED_LADDER if waited >= after]
    if state is CaseState.MANUAL_SEARCH:
        due += _shelf_steps(work.attention.working_due, now, calendar)
    elif state in CLIMBING:
        due += _minute_steps(work.deadline, now)
    return [
        Escalation(
            desk=HOLDER,
            case_no=work.case_no,
            archive_code=work.holder_archive,
            code=code,
            since=since,
        )
        for code, since in due
    ]


def window_steps(case: WindowCase, now: datetime, calendar: ServiceCalendar) -> list[Escalation]:
    """Steps of a window's case that are due at `now`."""
    state = CaseState(case.state)
    if state in CLOCK_STOPPED or case.paused_at is not None or case.registered_at is None:
        return []
    due: list[tuple[str, datetime]] = []
    waits = any(leg.answer is None and leg.node_id for leg in case.legs) and not case.told.code
    if waits and _open_since(case.registered_at, now, calendar) >= TELL_AFTER:
        due.append((TELL_CITIZEN, case.registered_at))
    if case.told.working_due is not None and case.deadline is None:
        due += _shelf_steps(case.told.working_due, now, calendar)
    elif case.deadline is not None:
        due += _minute_steps(case.deadline, now)
    return [
        Escalation(
            desk=WINDOW,
            case_no=case.case_no,
            archive_code=case.archive_code,
            code=code,
            since=since,
        )
        for code, since in due
    ]


def what_to_say(case: WindowCase) -> str:
    """Code of `SAYINGS` for a window that has heard nothing from the archives it asked."""
    silent = any(leg.state == "silent" for leg in case.legs)
    return "UNREACHABLE" if silent else "WORKING"


def _open_since(since: datetime, now: datetime, calendar: ServiceCalendar) -> timedelta:
    return CaseClock(started_at=since, target=timedelta(), calendar=calendar).elapsed(now)


def _minute_steps(deadline: datetime, now: datetime) -> list[tuple[str, datetime]]:
    if now >= deadline:
        return [(DEADLINE_NEAR, deadline), (DEADLINE_PASSED, deadline)]
    return [(DEADLINE_NEAR, deadline)] if now >= deadline - NEAR else []


def _shelf_steps(
    due: datetime | None, now: datetime, calendar: ServiceCalendar
) -> list[tuple[str, datetime]]:
    """The working-day clock: told on the last day, and when it has passed."""
    if due is None:
        return []
    if now >= due:
        return [(SHELF_DUE_SOON, due), (SHELF_OVERDUE, due)]
    return [(SHELF_DUE_SOON, due)] if after_working_days(now, 1, calendar) > due else []
