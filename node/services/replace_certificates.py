"""What was issued from a value that turned out wrong is replaced by people, one by one.

The dispatcher takes the case up again; it is compared, released and sealed like any other; then
two officers order that the new certificate supersedes the old one, and T8 says so (E17). How far
that is follows from what the case holds: nothing here remembers it a second time.
"""

from dataclasses import replace
from datetime import datetime

from node.case_ports import CaseReader, CaseWriter, Move
from node.correction_ports import CorrectionBook
from node.domain.cases import HolderCase, Issuance
from node.domain.correction_reasons import CERTIFICATE_STANDS
from node.domain.corrections import (
    Affected,
    AffectedView,
    Correction,
    ReopenCommand,
)
from node.domain.exchange_reasons import NO_SUCH_PAPER, PAPER_NOT_DRAWN
from node.domain.office_papers import CasePaper
from node.domain.officers import Actor
from node.domain.views import WorkDetail
from node.ports import ImageStore, StaffBook
from node.services.house import House, require_act
from node.services.work_desk import WorkDeskService
from node.services.work_views import WorkViews
from records.case_states import CaseState
from records.deadlines import MANUAL_WORKING_DAYS, after_working_days
from records.duties import Act, PerformedAct, Post, verify_separation
from records.process_reasons import DUTY_NOT_HELD
from records.refusal import Refusal
from records.release import StatusOrder
from trust.envelope.statement import decode

LOOKERS = frozenset(
    {
        Post.CORRECTION_CLERK,
        Post.SUBMISSION_REVIEWER,
        Post.RELEASE_DISPATCHER,
        Post.SEAL_KEEPER,
        Post.SUPERVISOR,
        Post.AUDITOR,
    }
)
"""Who sees corrections: both sides of one, those who replace certificates, those who inspect."""
OPEN, REISSUING, ISSUED, ORDERED, REPLACED = "open", "reissuing", "issued", "ordered", "replaced"


class ReplaceCertificates:
    """Reissues after a correction."""

    def __init__(
        self,
        house: House,
        book: CorrectionBook,
        staff: StaffBook,
        desk: WorkDeskService,
        views: WorkViews,
        files: ImageStore,
    ) -> None:
        """Of the archives of `house`; drawn notices lie in `files`."""
        self._house, self._book, self._staff = house, book, staff
        self._desk, self._views, self._files = desk, views, files

    def reopen(self, command: ReopenCommand, actor: Actor) -> WorkDetail:
        """The case is back at the comparison, claimed by the dispatcher; the record is known.

        Raises:
            Refusal: DUTY_NOT_HELD, CORRECTION_UNKNOWN, CERTIFICATE_STANDS, DUTY_CONFLICT (who
                proposed the correction does not release), CASE_MOVE_FORBIDDEN.
        """
        require_act(actor, command.archive_code, Act.RELEASE)
        now = self._house.clock()
        with self._book.write() as book:
            correction = book.get_correction(command.archive_code, command.correction_id)
            named = {one.number: one for one in correction.affected}
            concerned = named.get(command.number)
            if concerned is None or self.step(book, concerned, actor).step != OPEN:
                raise Refusal(CERTIFICATE_STANDS, command.number)
            proposer = self._staff.get(correction.proposed_by).officer.person_id
            done = (PerformedAct(act=Act.PROPOSE_CORRECTION, person_id=proposer),)
            verify_separation(Act.RELEASE, actor.person_id, done)
            work = book.get_work(concerned.case_no, command.archive_code)
            reference = correction.reference_code
            compared_anew = replace(
                work,
                candidates=tuple(c for c in work.candidates if c.reference_code == reference),
                comparison=None,
                corrected_by=correction.proposed_by,
            )
            work = self.take_up(book, compared_anew, concerned.number, actor, now)
        return self._views.detail(work, actor)

    def take_up(
        self, book: CaseWriter, work: HolderCase, number: str, actor: Actor, now: datetime
    ) -> HolderCase:
        """The case may be released again, and is the actor's: what it gives replaces `number`.

        Raises:
            Refusal: CASE_MOVE_FORBIDDEN.
        """
        again = replace(
            work,
            order=None,
            release_id="",
            dispatcher="",
            seal_keeper="",
            supersedes=number,
            deadline=after_working_days(now, MANUAL_WORKING_DAYS, self._house.calendar),
        )
        who = actor.officer_id
        move = Move(to=CaseState.HOLDER_REVIEW, at=now, actor=who, code="CORRECTED")
        return self._desk.hold(book, book.move_work(again, move), actor)

    def hold(self, book: CaseWriter, work: HolderCase, actor: Actor) -> HolderCase:
        """The case is the actor's until the claim lapses."""
        return self._desk.hold(book, work, actor)

    def notice(self, correction_id: str, number: str, actor: Actor) -> bytes:
        """T8 about that certificate, as PDF; the look is logged.

        Raises:
            Refusal: DUTY_NOT_HELD, CORRECTION_UNKNOWN, NO_SUCH_PAPER, PAPER_NOT_DRAWN.
        """
        if not LOOKERS & set(actor.posts):
            raise Refusal(DUTY_NOT_HELD)
        with self._book.write() as book:
            correction = book.get_correction(actor.archive_code, correction_id)
            concerned = [one for one in correction.affected if one.number == number]
            paper, _ = _notice_of(book, concerned[0]) if concerned else (None, None)
            if paper is None:
                raise Refusal(NO_SUCH_PAPER, number[:40])
            if not paper.file_sha256:
                raise Refusal(PAPER_NOT_DRAWN)
            now = self._house.clock()
            book.note(paper.archive_code, paper.case_no, "paper_opened", actor.officer_id, now)
        return self._files.get(paper.file_sha256)

    def steps(
        self, book: CaseReader, correction: Correction, actor: Actor
    ) -> tuple[AffectedView, ...]:
        """How far the replacement of each certificate of an approved correction is."""
        return tuple(self.step(book, one, actor) for one in correction.affected)

    def step(self, book: CaseReader, one: Affected, actor: Actor) -> AffectedView:
        """How far the replacement of one certificate is, as its case shows it."""
        work = book.get_work(one.case_no, actor.archive_code)
        notice, order = _notice_of(book, one)
        if notice is not None and order is not None:
            return AffectedView(
                certificate=one,
                step=REPLACED,
                replaced_by=order.replaced_by,
                notice=notice.paper_id,
                notice_drawn=bool(notice.file_sha256),
            )
        waiting = _order_of(work)
        if waiting is not None and waiting.number == one.number:
            return AffectedView(
                certificate=one,
                step=ORDERED,
                replaced_by=waiting.replaced_by,
                keeper=waiting.seal_keeper,
                mine=waiting.seal_keeper == actor.officer_id,
            )
        if work.supersedes != one.number:
            return AffectedView(certificate=one, step=OPEN)
        new = _reissued(book, work, one)
        if new is None:
            return AffectedView(certificate=one, step=REISSUING)
        return AffectedView(certificate=one, step=ISSUED, replaced_by=new.number)


def _notice_of(book: CaseReader, one: Affected) -> tuple[CasePaper | None, StatusOrder | None]:
    """T8 about this certificate, with the order that it prints."""
    for paper in book.list_papers(one.case_no):
        if paper.status_order is not None:
            order = decode(paper.status_order.payload, StatusOrder)
            if order.number == one.number:
                return paper, order
    return None, None


def _order_of(work: HolderCase) -> StatusOrder | None:
    return decode(work.withdrawal.payload, StatusOrder) if work.withdrawal is not None else None


def _reissued(book: CaseReader, work: HolderCase, one: Affected) -> Issuance | None:
    """The certificate of this reissue, once it is complete."""
    for issuance in book.case_issuances(one.case_no, work.holder_archive):
        is_new = issuance.release_id == work.release_id != one.release_id
        if is_new and issuance.step == "confirmed":
            return issuance
    return None
