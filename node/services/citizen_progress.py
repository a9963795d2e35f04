"""What an applicant may know of their case: stages, clock, answers, files; never an officer."""

from collections.abc import Sequence

from node.domain.cases import Event, Leg, WindowCase
from node.domain.citizens import CitizenAnswer, CitizenFile, CitizenStep, CitizenView
from node.services.case_views import arrived_files
from records.case_states import CLOCK_STOPPED, FINAL, WINDOW_EDGES, CaseState

S = CaseState
_STEPS = (
    ("submitted", (S.SUBMITTED,)),
    ("registered", (S.REGISTERED,)),
    ("assisting", (S.DISPATCHED,)),
    ("delivered", (S.SEALED, S.DELIVERED, S.REFUSED, S.REFERRED, S.NOT_FOUND_CONFIRMED)),
)
"""Public stages and the states that reach them (domain.md §4.2)."""
_ENDED = FINAL | {S.DELIVERED, S.REFUSED, S.REFERRED, S.NOT_FOUND_CONFIRMED}


def view_of(
    case: WindowCase,
    archive_name: str,
    events: Sequence[Event],
    *,
    files_here: bool,
) -> CitizenView:
    """The case as its applicant sees it."""
    form, state = case.application, CaseState(case.state)
    asked = [leg for leg in case.legs if leg.question]
    returned = state is S.SUPPLEMENT_REQUIRED and bool(case.review_note) and not asked
    return CitizenView(
        case_no=case.case_no,
        archive_name=archive_name,
        archive_code=case.archive_code,
        state=case.state,
        category=form.query.category,
        purpose=form.purpose,
        delivery=form.delivery,
        submitted_at=case.submitted_at,
        steps=_steps(events),
        deadline=case.deadline,
        paused_reason=case.paused_reason,
        stopped=state in CLOCK_STOPPED,
        review_note=case.review_note if returned else "",
        answers=tuple(_answer(leg) for leg in case.legs),
        files=tuple(
            CitizenFile(
                number=file.number,
                template=file.template,
                sha256=file.sha256,
                size_bytes=file.size_bytes,
                pages=file.pages,
            )
            for file in arrived_files(case.legs)
        ),
        files_here=files_here,
        may_withdraw=S.WITHDRAWN in WINDOW_EDGES[state],
        may_add="answer" if asked else "amend" if returned else "",
    )


def is_over(case: WindowCase) -> bool:
    """Whether nothing more is expected, so that the box may forget the filing after a while."""
    return CaseState(case.state) in _ENDED


def _answer(leg: Leg) -> CitizenAnswer:
    return CitizenAnswer(
        holder_name=leg.holder_name,
        state=leg.state,
        outcome=leg.outcome,
        note=leg.note or leg.referral,
        question=leg.question,
        contact=leg.contact,
    )


def _steps(events: Sequence[Event]) -> tuple[CitizenStep, ...]:
    # The first time counts: a form that was returned and filed again was submitted once.
    reached = {event.state: event.at for event in reversed(events)}
    found = [
        (code, next((reached[state] for state in states if state in reached), None))
        for code, states in _STEPS
    ]
    current = sum(at is not None for _, at in found)
    return tuple(
        CitizenStep(code=code, done=at is not None, current=place == current, at=at)
        for place, (code, at) in enumerate(found)
    )
