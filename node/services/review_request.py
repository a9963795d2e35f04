"""登记审核: another person accepts or returns a request; accepted, it is routed and sent.

Everything that may refuse is asked before the transaction: eligibility, freshness of the
directory, ambiguity, agreements. A refusal leaves the case as it was, and nothing has left the
archive (AGREEMENT_SCOPE before any data).
"""

from dataclasses import replace

from node.case_ports import Move
from node.domain.cases import Leg, WindowCase
from node.domain.commands import ReviewCommand
from node.domain.exchange_reasons import FILE_NOT_RELEASED
from node.domain.officers import Actor
from node.domain.reasons import CASE_CHANGED, ROUTE_AMBIGUOUS, TEXT_MALFORMED
from node.domain.views import CaseSummary, ReviewView, RoutePreview
from node.ports import StaffBook
from node.services.case_views import summarise
from node.services.dispatching import Dispatch
from node.services.house import House, require_act
from node.services.routing import RouteCase
from records import process_reasons
from records.case_states import CaseState
from records.duties import Act, PerformedAct, verify_separation
from records.exchange import Proof
from records.id_numbers import mask_id_number
from records.refusal import Refusal
from trust.identity.reasons import DIRECTORY_EXPIRED

_LONGEST_NOTE = 200
_BY_CODE = {
    reason.code: reason
    for reason in (
        process_reasons.AGREEMENT_SCOPE,
        process_reasons.AGREEMENT_EXPIRED,
        process_reasons.AGREEMENT_QUOTA,
        process_reasons.NODE_NOT_ACTIVE,
        process_reasons.NOT_COVERED,
    )
}
"""Nearest miss first: what a clerk can do something about."""


class ReviewRequestService:
    """The reviewer's desk."""

    def __init__(
        self, house: House, routes: RouteCase, dispatch: Dispatch, staff: StaffBook
    ) -> None:
        """At the windows of `house`."""
        self._house = house
        self._routes = routes
        self._dispatch = dispatch
        self._staff = staff

    def view(self, case_no: str, actor: Actor) -> ReviewView:
        """The form, the eligibility rule and the route as of now.

        Raises:
            Refusal: CASE_NOT_FOUND, DUTY_NOT_HELD.
        """
        case = self._get(case_no, actor)
        form = case.application
        return ReviewView(
            case_no=case.case_no,
            version=case.version,
            state=case.state,
            filed_by=self._staff.get(case.filed_by).officer.display_name,
            applicant_name=form.applicant.name,
            applicant_id_masked=mask_id_number(form.applicant.id_no),
            category=form.query.category,
            purpose=form.purpose,
            purpose_text=form.purpose_text,
            route=self._routes.preview(form),
            application=form,
        )

    def open_paper(self, case_no: str, sha256: str, actor: Actor) -> Proof:
        """The paper of the form with that digest; that it was looked at stands in the log.

        Raises:
            Refusal: CASE_NOT_FOUND, DUTY_NOT_HELD, FILE_NOT_RELEASED.
        """
        with self._house.book.write() as book:
            case = book.get_case(case_no)
            require_act(actor, case.archive_code, Act.REVIEW_REQUEST)
            found = [one for one in case.application.proofs if one.sha256 == sha256]
            if not found:
                raise Refusal(FILE_NOT_RELEASED)
            now = self._house.clock()
            book.note(case.archive_code, case_no, "paper_opened", actor.officer_id, now)
        return found[0]

    def review(self, command: ReviewCommand, actor: Actor) -> CaseSummary:
        """Accepted: registered, routed, dispatched. Returned: back with the note.

        Raises:
            Refusal: DUTY_CONFLICT, eligibility reasons, AGREEMENT_SCOPE, AGREEMENT_EXPIRED,
                ROUTE_AMBIGUOUS, NOT_COVERED, DIRECTORY_EXPIRED, CASE_CHANGED. The case stays
                submitted and nothing has left the archive.
        """
        case = self._get(command.case_no, actor)
        if command.version not in (0, case.version):
            # The form that was looked at is not the form that would be decided on.
            raise Refusal(CASE_CHANGED)
        self._verify_other_person(case, actor)
        if not command.accept:
            return self._return(case, command, actor)
        legs, preview = self._legs(case, command)
        with self._house.book.write() as book:
            current = book.get_case(case.case_no)
            if current.version != case.version:
                # The form that was judged is not the form that would be sent.
                raise Refusal(CASE_CHANGED)
            accepted = replace(
                current,
                reviewed_by=actor.officer_id,
                review_note=command.note,
                eligibility_rule=preview.eligibility_rule,
                refused_routes=preview.refused_routes,
                referrals=preview.referrals,
            )
            sent = self._dispatch.send(book, accepted, legs, actor)
        return summarise(sent, self._house.clock())

    def _legs(self, case: WindowCase, command: ReviewCommand) -> tuple[list[Leg], RoutePreview]:
        form = case.application
        preview = self._routes.preview(form)
        reason = self._routes.reason(form)
        if reason is not None:
            raise Refusal(reason, preview.eligibility_rule)
        if preview.directory == "expired":
            raise Refusal(DIRECTORY_EXPIRED)
        if preview.question:
            raise Refusal(ROUTE_AMBIGUOUS, preview.question)
        legs = [
            leg
            for leg in preview.legs
            if not command.holders or leg.holder_archive in command.holders
        ]
        if not legs:
            raise self._nobody(preview)
        return legs, preview

    def _nobody(self, preview: RoutePreview) -> Refusal:
        codes = {refused.code: refused for refused in preview.refused_routes}
        for code, reason in _BY_CODE.items():
            if code in codes:
                return Refusal(reason, f"{codes[code].name} {codes[code].archive_code}")
        return Refusal(process_reasons.NOT_COVERED)

    def _return(self, case: WindowCase, command: ReviewCommand, actor: Actor) -> CaseSummary:
        if not 1 <= len(command.note) <= _LONGEST_NOTE:
            raise Refusal(TEXT_MALFORMED, "note: 1-200 characters")
        now = self._house.clock()
        with self._house.book.write() as book:
            current = book.get_case(case.case_no)
            if current.version != case.version:
                raise Refusal(CASE_CHANGED)
            noted = replace(current, reviewed_by=actor.officer_id, review_note=command.note)
            move = Move(to=CaseState.SUPPLEMENT_REQUIRED, at=now, actor=actor.officer_id)
            returned = book.move_case(noted, move)
        return summarise(returned, now)

    def _get(self, case_no: str, actor: Actor) -> WindowCase:
        with self._house.book.read() as book:
            case = book.get_case(case_no)
        require_act(actor, case.archive_code, Act.REVIEW_REQUEST)
        return case

    def _verify_other_person(self, case: WindowCase, actor: Actor) -> None:
        filer = self._staff.get(case.filed_by).officer.person_id
        done = (PerformedAct(act=Act.FILE_REQUEST, person_id=filer),)
        verify_separation(Act.REVIEW_REQUEST, actor.person_id, done)
