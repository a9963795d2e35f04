"""The lot of a call-back (services/call_back.py): drawn at arrival, in force until settled."""

from dataclasses import replace

from node.domain.attention import DUE, CallBack
from node.domain.cases import HolderCase
from node.domain.rights_reasons import CALL_BACK_OPEN
from node.services.house import House
from records.refusal import Refusal


def draw_call_back(house: House, work: HolderCase) -> HolderCase:
    """The case, held where its lot fell; a case of our own window is never called back."""
    if work.window_archive == work.holder_archive:
        return work
    if not house.is_called_back(work.case_no, work.holder_archive):
        return work
    return replace(work, attention=replace(work.attention, call_back=CallBack(state=DUE)))


def verify_called_back(work: HolderCase) -> None:
    """Return only if nothing holds the case. Raises Refusal: CALL_BACK_OPEN."""
    if work.attention.call_back.holds:
        raise Refusal(CALL_BACK_OPEN, work.attention.call_back.state)
