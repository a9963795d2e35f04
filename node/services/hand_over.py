"""材料反馈: the citizen has the paper; the clock stops; the case is closed."""

from dataclasses import replace

from node.case_ports import Move
from node.domain.cases import WindowCase
from node.domain.commands import CaseCommand, HandOverCommand
from node.domain.officers import Actor
from node.domain.reasons import CASE_STATE, TEXT_MALFORMED
from node.domain.rights_reasons import GUARDIAN_ONLY
from node.domain.views import CaseSummary
from node.services.case_views import summarise
from node.services.dispatching import Dispatch
from node.services.house import House, require_act
from node.services.window_state import has_something_to_hand_over
from records.case_states import CaseState
from records.duties import Act
from records.kinds import get_kind
from records.refusal import Refusal

_RECEIVERS = ("applicant", "agent")
_MOST_COPIES = 5
_LONGEST_NOTE = 200


class HandOverService:
    """The end of a case at the window."""

    def __init__(self, house: House, dispatch: Dispatch) -> None:
        """Of this house; `dispatch` tells the archives that were asked."""
        self._house = house
        self._dispatch = dispatch

    def hand_over(self, command: HandOverCommand, actor: Actor) -> CaseSummary:
        """The citizen has the extract; the clock has stopped.

        Raises:
            Refusal: TEXT_MALFORMED, CASE_STATE (no archive has given anything yet),
                GUARDIAN_ONLY, CASE_MOVE_FORBIDDEN, DUTY_NOT_HELD, CASE_NOT_FOUND.
        """
        if command.received_by not in _RECEIVERS:
            raise Refusal(TEXT_MALFORMED, "received_by")
        if not 1 <= command.copies <= _MOST_COPIES:
            raise Refusal(TEXT_MALFORMED, "copies: 1-5")
        code = f"{command.received_by} {command.copies}"
        return self._move(command.case_no, actor, CaseState.DELIVERED, code)

    def close(self, command: CaseCommand, actor: Actor) -> CaseSummary:
        """The case is closed. Raises Refusal: CASE_MOVE_FORBIDDEN, DUTY_NOT_HELD."""
        return self._move(command.case_no, actor, CaseState.CLOSED, "")

    def withdraw(self, command: CaseCommand, actor: Actor) -> CaseSummary:
        """The citizen withdrew the request, and every archive that was asked will hear it.

        Raises:
            Refusal: TEXT_MALFORMED, CASE_MOVE_FORBIDDEN, DUTY_NOT_HELD, CASE_NOT_FOUND.
        """
        if len(command.note) > _LONGEST_NOTE:
            raise Refusal(TEXT_MALFORMED, "note: at most 200 characters")
        return self._move(command.case_no, actor, CaseState.WITHDRAWN, "")

    def _move(self, case_no: str, actor: Actor, state: CaseState, code: str) -> CaseSummary:
        now = self._house.clock()
        with self._house.book.write() as book:
            case = book.get_case(case_no)
            require_act(actor, case.archive_code, Act.DELIVER)
            if state is CaseState.DELIVERED:
                _verify_receiver(case, code)
            move = Move(to=state, at=now, actor=actor.officer_id, code=code)
            case = book.move_case(replace(case, paused_reason=""), move)
            if state is CaseState.WITHDRAWN:
                self._dispatch.withdraw(book, case, actor)
        return summarise(case, now)


def _verify_receiver(case: WindowCase, code: str) -> None:
    """Return only if there is something to give, and it may be given to whoever stands there.

    Raises:
        Refusal: CASE_STATE, GUARDIAN_ONLY.
    """
    if not has_something_to_hand_over(case):
        raise Refusal(CASE_STATE, "nothing to hand over")
    about_child = get_kind(case.application.query.category).concerns_minors
    if about_child and not code.startswith(_RECEIVERS[0]):
        raise Refusal(GUARDIAN_ONLY)
