"""/intake/new (W2) and /intake/{id}/check (W3): filing a request on one page."""

import re
from dataclasses import replace

from starlette.responses import Response

from node.desk.clues import MAIN_CATEGORIES, clues_of
from node.desk.desk import Desk
from node.desk.drafts import own_draft, without_secrets
from node.desk.filing_form import (
    ASSURANCES,
    DELIVERIES,
    ID_TYPES,
    OUTPUTS,
    RELATIONS,
    Filing,
    FilingForm,
)
from node.desk.papers import read_papers
from node.desk.prefill import form_of
from node.domain.commands import FileRequestCommand
from node.domain.drafts import FILING, Draft
from node.domain.officers import Actor
from node.domain.reasons import CASE_STATE
from node.domain.views import CaseProgress, CaseSummary, RoutePreview
from records.case_states import CaseState
from records.kinds import KINDS
from records.purposes import PURPOSES
from records.refusal import Refusal
from webui.form import Form
from webui.pages import see_other
from webui.visit import Visit

_CLUES = ("other_name", "number")
"""Boxes that some categories have, beside those of their own fields."""
_DRAFT_ID = re.compile(r"draft-[0-9a-f]{24}")


class FilingPages:
    """Handlers of the filing form and of its check page."""

    def __init__(self, desk: Desk) -> None:
        """Serve one desk; what is typed is kept in its drafts."""
        self._desk = desk
        self._drafts = desk.config.drafts

    def new(self, visit: Visit, actor: Actor) -> Response:
        """An empty form, or a draft taken up again."""
        wanted = visit.query.get("draft", "")
        if not wanted:
            draft = Draft(
                draft_id=f"{FILING}{self._desk.config.random(12).hex()}",
                officer_id=actor.officer_id,
                fields={},
                saved_at=visit.now,
            )
            return self._page(visit, actor, draft, {})
        draft = own_draft(self._drafts, wanted, actor, visit)
        return self._page(visit, actor, draft, {})

    def submit(self, visit: Visit, actor: Actor) -> Response:
        """The draft is kept; then the form again, or the check page when it is complete."""
        try:
            draft = self._keep(visit, actor)
        except Refusal as refusal:
            draft = self._sent(visit, actor)
            errors = {"papers": self._desk.say(visit, refusal)}
            return self._page(visit, actor, draft, errors, status=422)
        action = visit.form.text("action")
        if action == "save":
            return see_other(f"/intake/new?draft={draft.draft_id}")
        if action != "check":
            return self._page(visit, actor, draft, {})
        filing = self._read(visit, actor, draft)
        errors = dict(filing.errors)
        if not errors:
            errors = self._refused(visit, actor, filing)
        if errors:
            return self._page(visit, actor, draft, errors, status=422)
        return see_other(f"/intake/{draft.draft_id}/check")

    def side(self, visit: Visit, actor: Actor) -> Response:
        """What follows from the form so far: where to ask, which papers, dates as understood."""
        return self._part(visit, actor, "file_side.html")

    def clues(self, visit: Visit, actor: Actor) -> Response:
        """The boxes of another category, with what was typed already."""
        return self._part(visit, actor, "file_clues.html")

    def check(self, visit: Visit, actor: Actor) -> Response:
        """The summary before anything is sent."""
        draft = own_draft(self._drafts, visit.params["id"], actor, visit)
        return self._check_page(visit, actor, draft, {})

    def file(self, visit: Visit, actor: Actor) -> Response:
        """The request is filed; pressing twice files it once (the draft's id is the client key)."""
        draft = self._drafts.find(visit.params["id"], actor.officer_id, visit.now)
        if draft is None:
            return see_other("/intake")
        filing = self._read(visit, actor, draft)
        if filing.errors:
            return self._page(visit, actor, draft, filing.errors, status=422)
        try:
            case = self._send(draft, filing, actor)
        except Refusal as refusal:
            errors = {"": self._desk.say(visit, refusal)}
            return self._check_page(visit, actor, draft, errors, status=422)
        self._drafts.drop(draft.draft_id, actor.officer_id)
        return see_other(f"/intake/{case.case_no}")

    def amend(self, visit: Visit, actor: Actor) -> Response:
        """The form of a case that the reviewer returned is open again, as it was filed.

        Raises:
            Refusal: CASE_STATE where nothing was returned.
        """
        progress = self._desk.office.cases.progress(visit.params["id"], actor)
        if not is_returned(progress) or progress.application is None:
            raise Refusal(CASE_STATE, progress.summary.state)
        draft = Draft(
            draft_id=f"{FILING}{self._desk.config.random(12).hex()}",
            officer_id=actor.officer_id,
            fields=form_of(progress.application).fields,
            papers=progress.application.proofs,
            saved_at=visit.now,
            amends=progress.summary.case_no,
        )
        self._drafts.save(draft)
        return see_other(f"/intake/new?draft={draft.draft_id}")

    def drop(self, visit: Visit, actor: Actor) -> Response:
        """The draft is thrown away."""
        self._drafts.drop(visit.params["id"], actor.officer_id)
        return see_other("/intake")

    def _part(self, visit: Visit, actor: Actor, template: str) -> Response:
        draft = self._keep(visit, actor)
        view = {**self._view(visit, actor, draft), "errors": {}}
        part = self._desk.render(visit, actor, template, view)
        # The address names the draft from the first word on: back and reload show it again.
        part.headers["HX-Replace-Url"] = f"/intake/new?draft={draft.draft_id}"
        return part

    def _send(self, draft: Draft, filing: Filing, actor: Actor) -> CaseSummary:
        files = self._desk.office.file_request
        if draft.amends:
            return files.resubmit(draft.amends, filing.application, actor)
        command = FileRequestCommand(client_key=draft.draft_id, application=filing.application)
        return files.file(command, actor)

    def _sent(self, visit: Visit, actor: Actor) -> Draft:
        wanted = visit.form.text("draft")
        known = self._drafts.find(wanted, actor.officer_id, visit.now)
        fresh = f"{FILING}{self._desk.config.random(12).hex()}"
        return Draft(
            draft_id=wanted if _DRAFT_ID.fullmatch(wanted) else fresh,
            officer_id=actor.officer_id,
            fields={**_hidden_clues(known), **without_secrets(visit.form.fields)},
            papers=known.papers if known else (),
            saved_at=visit.now,
            amends=known.amends if known else "",
            card=known.card if known else None,
            scanned=known.scanned if known else (),
        )

    def _keep(self, visit: Visit, actor: Actor) -> Draft:
        draft = self._sent(visit, actor)
        papers = read_papers(visit.form, draft.papers, self._desk.config.papers)
        draft = replace(draft, papers=papers)
        self._drafts.save(draft)
        return draft

    def _read(self, visit: Visit, actor: Actor, draft: Draft) -> Filing:
        form = FilingForm(
            Form(draft.fields), visit.words, self._desk.config.lunar, visit.english, draft.card
        )
        return form.read(actor.archive_code, draft.papers)

    def _refused(self, visit: Visit, actor: Actor, filing: Filing) -> dict[str, str]:
        """Why the node would not take the form, by field where it names one."""
        try:
            self._desk.office.file_request.preview(filing.application, actor)
        except Refusal as refusal:
            field = refusal.detail if refusal.detail in _FIELDS_OF else ""
            return {_FIELDS_OF.get(field, ""): self._desk.say(visit, refusal)}
        return {}

    def _route(self, visit: Visit, actor: Actor, filing: Filing) -> tuple[RoutePreview | None, str]:
        if not filing.enough_to_route:
            return None, ""
        try:
            return self._desk.office.file_request.preview(filing.application, actor), ""
        except Refusal as refusal:
            return None, self._desk.say(visit, refusal)

    def _view(self, visit: Visit, actor: Actor, draft: Draft) -> dict[str, object]:
        filing = self._read(visit, actor, draft)
        route, no_route = self._route(visit, actor, filing)
        return {
            "draft": draft,
            "values": Form(draft.fields),
            "filing": filing,
            "route": route,
            "no_route": no_route,
            "clues": clues_of(filing.category),
            "kinds": KINDS,
            "purposes": PURPOSES,
            "main_categories": MAIN_CATEGORIES,
            "id_types": ID_TYPES,
            "relations": RELATIONS,
            "assurances": ASSURANCES,
            "deliveries": DELIVERIES,
            "outputs": OUTPUTS,
            "usual_purposes": KINDS[filing.category].purposes if filing.category else (),
        }

    def _page(
        self, visit: Visit, actor: Actor, draft: Draft, errors: dict[str, str], *, status: int = 200
    ) -> Response:
        view = self._view(visit, actor, draft)
        return self._desk.render(
            visit, actor, "file.html", {"errors": errors, **view}, status=status
        )

    def _check_page(
        self, visit: Visit, actor: Actor, draft: Draft, errors: dict[str, str], *, status: int = 200
    ) -> Response:
        view = self._view(visit, actor, draft)
        return self._desk.render(
            visit, actor, "check.html", {"errors": errors, **view}, status=status
        )


def _hidden_clues(known: Draft | None) -> dict[str, tuple[str, ...]]:
    """Clues of another category, typed before: the page sends only the boxes that it shows."""
    fields = known.fields if known else {}
    return {name: fields[name] for name in fields if name in _CLUES or name.startswith("free.")}


def is_returned(progress: CaseProgress) -> bool:
    """True where the reviewer returned the form and no archive waits for an answer."""
    return bool(
        progress.summary.state == CaseState.SUPPLEMENT_REQUIRED
        and progress.review_note
        and not any(leg.question for leg in progress.legs)
    )


_FIELDS_OF = {
    "applicant.name": "name",
    "applicant.id_no": "id_no",
    "applicant.mobile": "mobile",
    "category": "category",
    "query.category": "category",
    "query.subject.name": "subject_name",
    "query.place": "place",
    "query.number": "number",
    "query.period": "period",
    "purpose": "purpose",
    "purpose_text": "purpose_text",
    "consent": "consent",
    "holders": "holders",
}
"""Where a field of the application stands on the form."""
