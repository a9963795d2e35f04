"""Who has a case on the partner's desk, and when a colleague may take it over.

A claim never ends by itself: it ends when the case is answered, when it is given back or handed
over, or when a colleague who is free takes it. That is allowed after five minutes of silence, and
never while its officer has a page image open or a shelf search under way (issue 7, 8).
"""

from dataclasses import replace
from datetime import datetime, timedelta

from node.domain.cases import HolderCase
from records.case_states import CaseState

AT_WORK = frozenset(
    {
        CaseState.DISPATCHED,
        CaseState.SEARCHING,
        CaseState.CANDIDATES,
        CaseState.IDENTITY_RESOLUTION,
        CaseState.HOLDER_REVIEW,
        CaseState.MANUAL_SEARCH,
    }
)
"""States in which the holder's clerk decides."""
TO_SEARCH = (CaseState.DISPATCHED, CaseState.SEARCHING)
"""States in which the machine looks first."""


def claimant(work: HolderCase, now: datetime) -> str:
    """officer_id of who has the case; empty = it is free."""
    if work.claimed_until is None:
        return ""
    is_open = CaseState(work.state) in AT_WORK
    return work.claimed_by if is_open or now < work.claimed_until else ""


def may_take_over(work: HolderCase, now: datetime) -> bool:
    """Whether a colleague may take the case from its officer."""
    silent = work.claimed_until is not None and now >= work.claimed_until
    busy = work.image_opened_at is not None or work.state == CaseState.MANUAL_SEARCH
    return silent and not busy


def claimed(work: HolderCase, officer_id: str, now: datetime, silence: timedelta) -> HolderCase:
    """The case, the officer's; a colleague may take it over once `silence` has passed."""
    held = replace(work, claimed_until=now + silence)
    if work.claimed_by == officer_id and work.claimed_at is not None:
        return held
    return replace(freed(held), claimed_by=officer_id, claimed_at=now, claimed_until=now + silence)


def given_back(work: HolderCase, now: datetime) -> HolderCase:
    """The case, nobody's; it waits for somebody from now on."""
    free = freed(work)
    return replace(free, attention=replace(free.attention, waiting_since=now))


def freed(work: HolderCase) -> HolderCase:
    """The case, nobody's; nothing of the claim before is left."""
    return replace(
        work,
        claimed_by="",
        claimed_at=None,
        claimed_until=None,
        image_opened_at=None,
        handed_by="",
        claim_note="",
        reminded_at=None,
        reminders=0,
    )
