"""Where the window's copy of a case stands, from what each archive said.

One archive's answer never speaks for another: the case is `sealed` once a certificate is here,
asks back while somebody asks, and ends negative only when every archive has answered.
"""

from node.domain.cases import Leg, WindowCase
from records.case_states import CaseState
from records.outcomes import Outcome

_ENDINGS = (
    (Outcome.NO_RECORD_COVERED, CaseState.NOT_FOUND_CONFIRMED),
    (Outcome.REFERRED, CaseState.REFERRED),
    (Outcome.NOT_COVERED, CaseState.REFERRED),
    (Outcome.ARCHIVE_LOST, CaseState.REFERRED),
    (Outcome.REFUSED, CaseState.REFUSED),
)
"""Which negative names the case when archives differ: the most telling one first."""


def state_of(case: WindowCase) -> str:
    """State code that follows from the legs; the present one while nothing has been decided."""
    legs = case.legs
    if any(leg.question for leg in legs):
        return CaseState.SUPPLEMENT_REQUIRED
    waiting = [leg for leg in legs if not _is_final(leg)]
    if not waiting:
        return _ending(case)
    if any(leg.outcome == Outcome.PENDING_MANUAL for leg in waiting):
        return CaseState.MANUAL_SEARCH
    if all(leg.state == "silent" for leg in waiting):
        return CaseState.NODE_UNAVAILABLE
    if case.state in (CaseState.NODE_UNAVAILABLE, CaseState.SUPPLEMENT_REQUIRED):
        return CaseState.DISPATCHED
    return case.state


def has_something_to_hand_over(case: WindowCase) -> bool:
    """Whether something is here, or every archive asked has given a last word without it.

    A sealed file, or the listed fields that an authority asked for.
    """
    files_here = any(leg.fields or (leg.files and leg.state == "fetched") for leg in case.legs)
    return files_here or (bool(case.legs) and all(_is_final(leg) for leg in case.legs))


def _is_final(leg: Leg) -> bool:
    if leg.files:
        return leg.state == "fetched"
    return bool(leg.outcome) and leg.outcome not in (
        Outcome.PENDING_MANUAL,
        Outcome.NODE_UNAVAILABLE,
    )


def _ending(case: WindowCase) -> str:
    if any(leg.files or leg.fields for leg in case.legs):
        return CaseState.SEALED
    outcomes = {leg.outcome for leg in case.legs}
    for outcome, state in _ENDINGS:
        if outcome in outcomes:
            return state
    return case.state
