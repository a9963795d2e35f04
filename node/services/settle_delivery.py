"""What a receipt, a refusal or silence means for the case behind a message."""

from dataclasses import dataclass, replace

from node.case_ports import CaseWriter, Move
from node.domain.cases import Leg, OutboxMessage, WindowCase
from node.services.arrivals import SUBMIT
from node.services.house import House
from node.services.window_state import state_of
from records.case_states import CLOCK_STOPPED, CaseState
from records.outcomes import Outcome

_SILENT_AFTER = 5
"""Failed tries after which the window is told that the archive does not answer."""
_WAITING = ("dispatched", "silent")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fate:
    """What became of a message, as the leg shows it."""

    state: str
    outcome: str = ""
    code: str = ""
    commit: str = ""


class SettleDelivery:
    """Turns the fate of a message into a move of its case, in the caller's transaction."""

    def __init__(self, house: House) -> None:
        """Of this house."""
        self._house = house

    def delivered(self, book: CaseWriter, message: OutboxMessage, receipt_id: str) -> None:
        """The recipient has it durably."""
        if message.kind == SUBMIT:
            case = book.get_case(message.case_no)
            self._settle(book, case, message, _Fate(state="received", commit=receipt_id))
            return
        work = book.get_work(message.case_no, message.holder_archive)
        after = {
            CaseState.SEALED: CaseState.DELIVERED,
            CaseState.NOT_FOUND_CONFIRMED: CaseState.DELIVERED,
            CaseState.REFUSED: CaseState.CLOSED,
            CaseState.REFERRED: CaseState.CLOSED,
        }.get(CaseState(work.state))
        # A later question or answer of the same case may have overtaken this receipt.
        if after is not None and work.answer_id == message.envelope_id:
            move = Move(
                to=after, at=self._house.clock(), actor=message.recipient, commit=receipt_id
            )
            book.move_work(work, move)

    def refused(self, book: CaseWriter, message: OutboxMessage, code: str) -> None:
        """The recipient decided against it."""
        case = book.get_case(message.case_no)
        refused = _Fate(state="refused", outcome=Outcome.REFUSED.value, code=code)
        self._settle(book, case, message, refused)

    def silent(self, book: CaseWriter, message: OutboxMessage, code: str) -> None:
        """The recipient does not answer; after five tries the case says so."""
        if message.kind != SUBMIT or message.attempts + 1 < _SILENT_AFTER:
            return
        case = book.get_case(message.case_no)
        leg = _leg_of(case, message)
        if leg is not None and leg.state == "dispatched":
            self._settle(book, case, message, _Fate(state="silent", code=code))

    def undeliverable(self, book: CaseWriter, message: OutboxMessage, code: str) -> None:
        """The deadline passed: the message is a dead letter, and the case shows it."""
        now = self._house.clock()
        archive = message.holder_archive
        if message.kind == SUBMIT:
            case = book.get_case(message.case_no)
            archive = case.archive_code
            unheard = _Fate(state="silent", outcome=Outcome.NODE_UNAVAILABLE.value, code=code)
            self._settle(book, case, message, unheard)
        book.note(archive, message.case_no, "dead_letter", message.recipient, now)

    def _settle(
        self, book: CaseWriter, case: WindowCase, message: OutboxMessage, fate: _Fate
    ) -> None:
        leg = _leg_of(case, message)
        # An answer may have been here before the receipt of the question.
        if leg is None or leg.state not in _WAITING:
            return
        changed = replace(
            leg,
            state=fate.state,
            outcome=fate.outcome or leg.outcome,
            reason_code=fate.code or leg.reason_code,
        )
        legs = tuple(changed if one is leg else one for one in case.legs)
        settled = replace(case, legs=legs)
        state = state_of(settled)
        if state == case.state or CaseState(case.state) in CLOCK_STOPPED:
            book.save_case(settled)
            return
        move = Move(
            to=state,
            at=self._house.clock(),
            actor=message.recipient,
            commit=fate.commit,
            code=fate.code,
        )
        book.move_case(settled, move)


def _leg_of(case: WindowCase, message: OutboxMessage) -> Leg | None:
    found = (leg for leg in case.legs if leg.request_id == message.envelope_id)
    return next(found, None)
