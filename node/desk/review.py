"""/review (R1 登记审核): a second officer reads the form before anything leaves the archive."""

from starlette.responses import Response

from node.desk.clues import clues_of
from node.desk.desk import Desk, chosen_of
from node.desk.drafts import KeptForms
from node.desk.reasons import PAPER_NOT_READABLE
from node.domain.commands import ReviewCommand
from node.domain.officers import Actor
from node.domain.paper_files import media_type_of
from records.eligibility_terms import DOCUMENTS
from records.refusal import Refusal
from webui.pages import see_other
from webui.status import http_status
from webui.visit import Visit

_WAITING = ("submitted",)


class ReviewPages:
    """Handlers of the review desk."""

    def __init__(self, desk: Desk) -> None:
        """Serve one desk."""
        self._desk = desk
        self._kept = KeptForms(desk)

    def show(self, visit: Visit, actor: Actor) -> Response:
        """What waits for review, and the chosen case; the list alone for a live page."""
        return self.page(visit, actor, visit.query.get("id", ""), {})

    def submit(self, visit: Visit, actor: Actor) -> Response:
        """Accepted and on its way, or returned with a note; refusals stay on this page."""
        form, case_no = visit.form, visit.params["id"]
        accept = form.text("decision") == "accept"
        if not accept and len(form.text("note")) < 4:
            errors = {"note": visit.words("review.need_note")}
            return self.page(visit, actor, case_no, errors, status=422)
        seen = form.text("version")
        command = ReviewCommand(
            case_no=case_no,
            accept=accept,
            version=int(seen) if seen.isascii() and seen.isdigit() else 0,
            note=form.text("note"),
            holders=form.all("holders"),
        )
        try:
            self._desk.office.review.review(command, actor)
        except Refusal as refusal:
            said = {"": self._desk.say(visit, refusal)}
            status = http_status(refusal.reason.kind)
            return self.page(visit, actor, case_no, said, status=status)
        return see_other("/review")

    def paper(self, visit: Visit, actor: Actor) -> Response:
        """A paper that the applicant presented, as it was photographed; the look is logged."""
        sha256 = visit.params["sha256"]
        proof = self._desk.office.review.open_paper(visit.params["id"], sha256, actor)
        data = self._desk.config.papers.get(sha256)
        media_type = media_type_of(data)
        if not media_type:
            # Nothing that a browser could take for a page of ours.
            raise Refusal(PAPER_NOT_READABLE, DOCUMENTS.get(proof.kind, ""))
        return Response(data, media_type=media_type)

    def page(
        self,
        visit: Visit,
        actor: Actor,
        case_no: str,
        errors: dict[str, str],
        *,
        status: int = 200,
    ) -> Response:
        """Queue and chosen case, with what is wrong."""
        waiting = self._desk.office.cases.list_cases(actor, _WAITING)
        numbers = [case.case_no for case in waiting]
        chosen = chosen_of(numbers, case_no, errors)
        if visit.partial:
            return self._desk.render(
                visit,
                actor,
                "review_rows.html",
                {"waiting": waiting, "chosen": chosen, "errors": {}},
            )
        view = self._desk.office.review.view(chosen, actor) if chosen else None
        if chosen:
            visit = self._kept.filled(visit, actor, [("review", chosen)])
        return self._desk.render(
            visit,
            actor,
            "review.html",
            {
                "waiting": waiting,
                "chosen": chosen,
                "view": view,
                "clues": clues_of(view.category) if view else None,
                "asked": self._desk.office.asking.show(chosen, actor) if chosen else None,
                "asked_case": chosen,
                "errors": errors,
            },
            status=status,
        )
