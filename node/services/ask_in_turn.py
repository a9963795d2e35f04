"""A reviewer's question to several archives: noted by the pages, asked by the server.

The pages and the commands have no way to partners. They note the question; the process that has
one takes it, asks everybody at once (services/ask_partners.py) and notes what each of them said.
Whoever dies in between leaves a question that is asked again when its lease is over: a second use
of the agreement, never a lost answer.
"""

from dataclasses import replace
from datetime import datetime
from functools import partial

from node.asking_ports import AskingBook
from node.case_ports import Move
from node.domain.asking import ANSWERED, PartnerSaid, PartnersAsked
from node.domain.cases import WindowCase
from node.domain.officers import Actor
from node.ports import EventLog, StaffBook
from node.services.ask_partners import AskPartners, PartnerOutcome
from node.services.house import House, require_act
from node.services.routing import RouteCase
from node.services.sign_in import to_actor
from node.services.worker import guard
from records.case_states import CaseState
from records.duties import Act
from records.process_reasons import CASE_MOVE_FORBIDDEN
from records.refusal import Kind, Refusal
from trust.identity.reasons import DIRECTORY_EXPIRED

_AT_ONCE = 4


class NoteQuestions:
    """`Asking`: what pages and commands do."""

    def __init__(self, house: House, routes: RouteCase, book: AskingBook) -> None:
        """Judge by `routes`, note in `book`."""
        self._house = house
        self._routes = routes
        self._book = book

    def start(self, case_no: str, actor: Actor) -> PartnersAsked:
        """See `Asking.start`."""
        case = self._case(case_no, actor)
        if case.state != CaseState.SUBMITTED:
            raise Refusal(CASE_MOVE_FORBIDDEN, case.state)
        preview = self._routes.preview(case.application)
        reason = self._routes.reason(case.application)
        if reason is not None:
            raise Refusal(reason, preview.eligibility_rule)
        if preview.directory == "expired":
            raise Refusal(DIRECTORY_EXPIRED)
        asked = PartnersAsked(
            case_no=case_no,
            archive_code=case.archive_code,
            officer_id=actor.officer_id,
            asked_at=self._house.clock(),
        )
        return asked if self._book.put(asked) else self._book.find(case_no) or asked

    def show(self, case_no: str, actor: Actor) -> PartnersAsked | None:
        """See `Asking.show`."""
        self._case(case_no, actor)
        return self._book.find(case_no)

    def _case(self, case_no: str, actor: Actor) -> WindowCase:
        with self._house.book.read() as book:
            case = book.get_case(case_no)
        require_act(actor, case.archive_code, Act.REVIEW_REQUEST)
        return case


class AskInTurn:
    """The server's duty: noted questions are asked."""

    def __init__(
        self,
        house: House,
        book: AskingBook,
        asking: AskPartners,
        staff: StaffBook,
        log: EventLog,
    ) -> None:
        """Ask through `asking`; who asked is looked up in `staff`, for they may have left."""
        self._house = house
        self._book = book
        self._asking = asking
        self._staff = staff
        self._log = log

    def run(self) -> int:
        """How many questions were asked, whatever came of them."""
        waiting = self._book.take(self._house.clock(), _AT_ONCE)
        for asked in waiting:
            guard(partial(self._ask, asked), self._log, "ask_partners")
        return len(waiting)

    def _ask(self, asked: PartnersAsked) -> None:
        code, outcomes = "", tuple[PartnerSaid, ...]()
        try:
            actor = to_actor(self._staff.get(asked.officer_id).officer)
            found = self._asking.ask(asked.case_no, actor)
            outcomes = tuple(_said(one) for one in found)
        except Refusal as refusal:
            if refusal.reason.kind is Kind.UNAVAILABLE:
                # The database is away, for one: the lease ends and it is asked again.
                raise
            code = refusal.code
        now = self._house.clock()
        self._book.settle(
            replace(asked, state=ANSWERED, answered_at=now, code=code, outcomes=outcomes)
        )
        self._tell(asked.case_no, now)

    def _tell(self, case_no: str, now: datetime) -> None:
        """Open pages hear that there is something to read again."""
        with self._house.book.write() as book:
            case = book.get_case(case_no)
            book.tell(case, Move(to="partners_answered", at=now, actor="system"))


def _said(one: PartnerOutcome) -> PartnerSaid:
    scope = one.scope
    return PartnerSaid(
        node_id=one.node_id,
        archive_code=one.archive_code,
        name=one.name,
        outcome=one.outcome,
        code=one.code,
        count=one.count,
        tier=one.tier,
        covered_from=scope.covered_from if scope else 0,
        covered_to=scope.covered_to if scope else 0,
        gaps=scope.gaps if scope else (),
        truncated=scope.truncated if scope else False,
        index_version=scope.index_version if scope else 0,
        answer_id=one.answer_id,
    )
