"""回访核实: of every fifty cases from other archives one is drawn, and checked with the window.

The window vouches for the applicant's identity and papers; the holder checks that the window
itself stands by it. The lot is drawn from a secret of the node and the case number, so that
nobody who asks can foresee it and nobody who answers can choose. A drawn case is held until the
result is recorded; a denial is for the leader alone.
"""

from dataclasses import dataclass, replace

from node.case_ports import CaseWriter
from node.domain.attention import CONFIRMED, DENIED, DUE, WAIVED, CallBack
from node.domain.cases import HolderCase
from node.domain.officers import Actor
from node.domain.reasons import TEXT_MALFORMED
from node.domain.rights_reasons import CALL_BACK_NONE, CALL_BACK_UNSEALED
from node.domain.views import WorkSummary
from node.services.answering import request_of
from node.services.house import House, require_act
from node.services.work_views import WorkViews
from records.agreements import Agreement
from records.case_states import CLOCK_STOPPED, CaseState
from records.characters import check_characters
from records.duties import Act
from records.refusal import Refusal
from trust.envelope.statement import decode

TELEPHONE, SEALED_APPLICATION = "telephone", "sealed_application"
_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBackCommand:
    """Records what the window archive said, or what the leader decided."""

    case_no: str
    holder_archive: str
    how: str = TELEPHONE
    """telephone (the number of the agreement), or sealed_application."""
    confirmed: bool = True
    note: str
    """Which office said what, 4-200 characters; never about the applicant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueCallBack:
    """A case that waits for its call-back."""

    work: WorkSummary
    telephone: str
    """Office of the window archive, as the agreement names it; never a number from the request."""
    has_sealed: bool
    """The sealed application is among the papers of the request."""
    denied: bool
    """The window denied: only the leader may go on."""
    note: str


class CallBacks:
    """The holder's call-backs."""

    def __init__(self, house: House, views: WorkViews) -> None:
        """Of the archives of `house`."""
        self._house = house
        self._views = views

    def list_due(self, actor: Actor) -> list[DueCallBack]:
        """Cases of the archive that are held. Raises Refusal: DUTY_NOT_HELD."""
        _require_looker(actor)
        with self._house.book.read() as book:
            found = book.list_work(actor.archive_code, (), _MOST)
        return [
            DueCallBack(
                work=self._views.summary(work, actor),
                telephone=_telephone(work),
                has_sealed=_has_sealed(work),
                denied=work.attention.call_back.state == DENIED,
                note=work.attention.call_back.note,
            )
            for work in found
            if work.attention.call_back.holds and CaseState(work.state) not in CLOCK_STOPPED
        ]

    def record(self, command: CallBackCommand, actor: Actor) -> WorkSummary:
        """What the window archive said; confirmed, the case goes on.

        Raises:
            Refusal: CALL_BACK_NONE, CALL_BACK_UNSEALED, TEXT_MALFORMED, DUTY_NOT_HELD,
                CASE_NOT_FOUND.
        """
        require_act(actor, command.holder_archive, Act.SEARCH_CATALOGUE)
        if command.how not in (TELEPHONE, SEALED_APPLICATION):
            raise Refusal(TEXT_MALFORMED, "how")
        with self._house.book.write() as book:
            work = self._held(book, command, DUE)
            if command.how == SEALED_APPLICATION and not _has_sealed(work):
                raise Refusal(CALL_BACK_UNSEALED)
            state = CONFIRMED if command.confirmed else DENIED
            work = self._settle(book, work, command, actor, state)
        return self._views.summary(work, actor)

    def waive(self, command: CallBackCommand, actor: Actor) -> WorkSummary:
        """The leader lets the case go on all the same, and says why.

        Raises:
            Refusal: CALL_BACK_NONE, TEXT_MALFORMED, DUTY_NOT_HELD, CASE_NOT_FOUND.
        """
        require_act(actor, command.holder_archive, Act.APPROVE_BY_LEADER)
        with self._house.book.write() as book:
            work = self._held(book, command, DUE, DENIED)
            work = self._settle(book, work, replace(command, how=""), actor, WAIVED)
        return self._views.summary(work, actor)

    def _held(self, book: CaseWriter, command: CallBackCommand, *states: str) -> HolderCase:
        if not 4 <= len(command.note.strip()) <= 200:
            raise Refusal(TEXT_MALFORMED, "note: 4-200 characters")
        check_characters(command.note)
        work = book.get_work(command.case_no, command.holder_archive)
        if work.attention.call_back.state not in states:
            raise Refusal(CALL_BACK_NONE)
        return work

    def _settle(
        self, book: CaseWriter, work: HolderCase, command: CallBackCommand, actor: Actor, state: str
    ) -> HolderCase:
        now = self._house.clock()
        settled = CallBack(
            state=state,
            how=command.how,
            note=command.note.strip(),
            by=actor.officer_id,
            at=now,
        )
        work = book.save_work(replace(work, attention=replace(work.attention, call_back=settled)))
        book.note(work.holder_archive, work.case_no, f"call_back_{state}", actor.officer_id, now)
        return work


def _require_looker(actor: Actor) -> None:
    try:
        require_act(actor, actor.archive_code, Act.SEARCH_CATALOGUE)
    except Refusal:
        require_act(actor, actor.archive_code, Act.APPROVE_BY_LEADER)


def _telephone(work: HolderCase) -> str:
    if work.agreement is None:
        return ""
    return decode(work.agreement.payload, Agreement).contacts.get(work.window_node, "")


def _has_sealed(work: HolderCase) -> bool:
    return any(proof.kind == SEALED_APPLICATION for proof in request_of(work).proofs)
