"""States of a case (查档案件) and the moves that are allowed.

Source: domain.md §4.2. The main line, with its public stages:

    提交申请  draft → submitted
    登记审核  registered                                    the clock starts
    馆际协办  routed → dispatched → searching → candidates
              → identity_resolution → holder_review → released → sealed
    材料反馈  delivered                                     the clock stops
              closed

The holder walks the middle of the line step by step. The window's copy of the case follows what
the holder reports, so it may skip steps there but never runs backwards (`WINDOW_EDGES`).
"""

from enum import StrEnum

from records.process_reasons import CASE_MOVE_FORBIDDEN
from records.refusal import Refusal


class CaseState(StrEnum):
    """Where a case stands."""

    DRAFT = "draft"
    """Being filled in; nobody else sees it."""
    SUBMITTED = "submitted"
    """Handed in; waits for 登记审核."""
    REGISTERED = "registered"
    """登记审核 passed: the clock starts."""
    ROUTED = "routed"
    """The archives to ask are known."""
    DISPATCHED = "dispatched"
    """The assist request is durable in the outbox, or in the holder's inbox."""
    SEARCHING = "searching"
    """The holder's catalogue is being searched."""
    CANDIDATES = "candidates"
    """Candidates wait for the holder's clerk."""
    IDENTITY_RESOLUTION = "identity_resolution"
    """One more fact is needed to tell candidates apart."""
    HOLDER_REVIEW = "holder_review"
    """Printed fields are compared with the page image."""
    RELEASED = "released"
    """The release dispatcher signed the order."""
    SEALED = "sealed"
    """The seal keeper signed and the certificate service sealed."""
    DELIVERED = "delivered"
    """Material is at the window: the clock stops."""
    CLOSED = "closed"
    """Handed over; nothing more to do."""
    SUPPLEMENT_REQUIRED = "supplement_required"
    """The citizen must bring something: the clock is paused."""
    MANUAL_SEARCH = "manual_search"
    """Shelf search: the working-day clock replaces the minutes."""
    REFUSED = "refused"
    """Not provided, with a reason and the way to complain (T5)."""
    REFERRED = "referred"
    """Another body keeps the record (T6)."""
    NOT_FOUND_CONFIRMED = "not_found_confirmed"
    """The holder signed that it found nothing in its declared coverage."""
    NODE_UNAVAILABLE = "node_unavailable"
    """The holder does not answer: the clock runs on, the request is retried and escalated."""
    WITHDRAWN = "withdrawn"
    """The applicant took the application back."""
    APPEAL = "appeal"
    """The applicant complained; a leader decides."""


class PublicStage(StrEnum):
    """The four stages that a citizen sees."""

    APPLICATION = "提交申请"
    REVIEW = "登记审核"
    ASSIST = "馆际协办"
    DELIVERY = "材料反馈"


S = CaseState

MAIN_LINE: tuple[CaseState, ...] = (
    S.DRAFT,
    S.SUBMITTED,
    S.REGISTERED,
    S.ROUTED,
    S.DISPATCHED,
    S.SEARCHING,
    S.CANDIDATES,
    S.IDENTITY_RESOLUTION,
    S.HOLDER_REVIEW,
    S.RELEASED,
    S.SEALED,
    S.DELIVERED,
    S.CLOSED,
)
"""The states of a case that meets no obstacle, in order."""

HOLDER_START = S.DISPATCHED
"""A holder's copy of the case begins here, when the request is in its inbox."""

CLOCK_STOPPED: frozenset[CaseState] = frozenset(
    {S.DELIVERED, S.CLOSED, S.REFUSED, S.REFERRED, S.NOT_FOUND_CONFIRMED, S.WITHDRAWN}
)
"""States in which the service clock has stopped."""

CLOCK_PAUSED: frozenset[CaseState] = frozenset({S.SUPPLEMENT_REQUIRED})
"""States in which the clock stands still, with a reason."""

FINAL: frozenset[CaseState] = frozenset({S.CLOSED, S.WITHDRAWN})
"""States that nothing leaves but, at the holder, a complaint about what was answered."""

_ENDINGS = frozenset({S.REFUSED, S.REFERRED, S.NOT_FOUND_CONFIRMED})
_AT_WORK = frozenset(
    {S.SEARCHING, S.CANDIDATES, S.IDENTITY_RESOLUTION, S.HOLDER_REVIEW, S.MANUAL_SEARCH}
)

HOLDER_EDGES: dict[CaseState, frozenset[CaseState]] = {
    S.DISPATCHED: frozenset({S.SEARCHING, S.MANUAL_SEARCH, S.REFUSED, S.REFERRED, S.WITHDRAWN}),
    S.SEARCHING: frozenset({S.CANDIDATES, S.MANUAL_SEARCH, S.WITHDRAWN}) | _ENDINGS,
    S.CANDIDATES: frozenset(
        {S.IDENTITY_RESOLUTION, S.HOLDER_REVIEW, S.SUPPLEMENT_REQUIRED, S.MANUAL_SEARCH}
    )
    | _ENDINGS
    | {S.WITHDRAWN},
    S.IDENTITY_RESOLUTION: frozenset(
        {S.CANDIDATES, S.HOLDER_REVIEW, S.SUPPLEMENT_REQUIRED, S.MANUAL_SEARCH}
    )
    | _ENDINGS
    | {S.WITHDRAWN},
    S.HOLDER_REVIEW: frozenset(
        {S.RELEASED, S.CANDIDATES, S.SUPPLEMENT_REQUIRED, S.MANUAL_SEARCH, S.WITHDRAWN}
    )
    | _ENDINGS,
    # A released case may go back while nothing is printed: the seal keeper declined.
    S.RELEASED: frozenset({S.SEALED, S.HOLDER_REVIEW, S.WITHDRAWN}),
    S.SEALED: frozenset({S.DELIVERED}),
    # After a correction of the index the certificate is issued anew (E17).
    S.DELIVERED: frozenset({S.CLOSED, S.APPEAL, S.HOLDER_REVIEW}),
    S.SUPPLEMENT_REQUIRED: _AT_WORK | {S.REFUSED, S.WITHDRAWN},
    S.MANUAL_SEARCH: frozenset({S.CANDIDATES, S.HOLDER_REVIEW, S.SUPPLEMENT_REQUIRED, S.WITHDRAWN})
    | _ENDINGS,
    # A no-record certificate is released and sealed like any other.
    S.NOT_FOUND_CONFIRMED: frozenset({S.RELEASED, S.DELIVERED, S.CLOSED, S.APPEAL}),
    S.REFUSED: frozenset({S.CLOSED, S.APPEAL}),
    S.REFERRED: frozenset({S.CLOSED, S.APPEAL}),
    S.APPEAL: frozenset({S.SEARCHING, S.HOLDER_REVIEW, S.REFUSED, S.CLOSED}),
    # The holder's copy closes by itself once its answer has arrived; a complaint opens it again.
    S.CLOSED: frozenset({S.APPEAL}),
    S.WITHDRAWN: frozenset(),
}
"""Moves at the archive that keeps the record."""

_REPORTED = (
    S.SEARCHING,
    S.CANDIDATES,
    S.IDENTITY_RESOLUTION,
    S.HOLDER_REVIEW,
    S.RELEASED,
    S.SEALED,
    S.DELIVERED,
)
_ASSIST_EXITS = _ENDINGS | {
    S.SUPPLEMENT_REQUIRED,
    S.MANUAL_SEARCH,
    S.NODE_UNAVAILABLE,
    S.WITHDRAWN,
}


def _followed(state: CaseState) -> frozenset[CaseState]:
    """Moves of the window's copy out of a state that the holder reported."""
    later = frozenset(_REPORTED[_REPORTED.index(state) + 1 :])
    if state in (S.RELEASED, S.SEALED):
        return later | {S.NODE_UNAVAILABLE} | ({S.HOLDER_REVIEW} if state is S.RELEASED else set())
    return later | _ASSIST_EXITS | (_AT_WORK - {state})


WINDOW_EDGES: dict[CaseState, frozenset[CaseState]] = {
    S.DRAFT: frozenset({S.SUBMITTED, S.WITHDRAWN}),
    S.SUBMITTED: frozenset({S.REGISTERED, S.SUPPLEMENT_REQUIRED, S.REFUSED, S.WITHDRAWN}),
    S.REGISTERED: frozenset(
        {S.ROUTED, S.SUPPLEMENT_REQUIRED, S.REFUSED, S.REFERRED, S.MANUAL_SEARCH, S.WITHDRAWN}
    ),
    S.ROUTED: frozenset(
        {S.DISPATCHED, S.SUPPLEMENT_REQUIRED, S.REFUSED, S.REFERRED, S.NODE_UNAVAILABLE}
    )
    | {S.WITHDRAWN},
    S.DISPATCHED: frozenset(_REPORTED) | _ASSIST_EXITS,
    **{state: _followed(state) for state in _REPORTED[:-1]},
    S.DELIVERED: frozenset({S.CLOSED, S.APPEAL}),
    S.SUPPLEMENT_REQUIRED: frozenset({S.SUBMITTED, S.REGISTERED, S.DISPATCHED})
    | _AT_WORK
    | {S.REFUSED, S.WITHDRAWN},
    S.MANUAL_SEARCH: frozenset(_REPORTED) | _ASSIST_EXITS - {S.MANUAL_SEARCH},
    S.NODE_UNAVAILABLE: frozenset(_REPORTED)
    | {S.DISPATCHED}
    | _ASSIST_EXITS - {S.NODE_UNAVAILABLE},
    S.NOT_FOUND_CONFIRMED: frozenset({S.RELEASED, S.SEALED, S.DELIVERED, S.CLOSED, S.APPEAL}),
    S.REFUSED: frozenset({S.CLOSED, S.APPEAL}),
    S.REFERRED: frozenset({S.CLOSED, S.APPEAL}),
    S.APPEAL: frozenset({S.REGISTERED, S.DISPATCHED, S.REFUSED, S.CLOSED}),
    S.CLOSED: frozenset(),
    S.WITHDRAWN: frozenset(),
}
"""Moves at the archive at whose window the citizen stands."""


def verify_window_move(state: CaseState, to: CaseState) -> CaseState:
    """Return `to` when the window's copy of the case may go there.

    Raises:
        Refusal: CASE_MOVE_FORBIDDEN.
    """
    return _verify_move(WINDOW_EDGES, state, to)


def verify_holder_move(state: CaseState, to: CaseState) -> CaseState:
    """Return `to` when the holder's copy of the case may go there.

    Raises:
        Refusal: CASE_MOVE_FORBIDDEN.
    """
    return _verify_move(HOLDER_EDGES, state, to)


def _verify_move(
    edges: dict[CaseState, frozenset[CaseState]], state: CaseState, to: CaseState
) -> CaseState:
    if to not in edges.get(state, frozenset()):
        detail = f"{state} → {to}"
        raise Refusal(CASE_MOVE_FORBIDDEN, detail)
    return to


def public_stage(state: CaseState) -> PublicStage:
    """The stage that a citizen is told about."""
    if state in (S.DRAFT, S.SUBMITTED, S.WITHDRAWN):
        return PublicStage.APPLICATION
    if state in (S.REGISTERED, S.SUPPLEMENT_REQUIRED):
        return PublicStage.REVIEW
    if state in CLOCK_STOPPED or state is S.APPEAL:
        return PublicStage.DELIVERY
    return PublicStage.ASSIST
