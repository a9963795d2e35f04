"""/track and /mine: where an application stands, what is missing, the extract, who looked."""

from collections.abc import Callable
from dataclasses import replace

from starlette.responses import Response

from node.desk.citizen.entrance import Entrance
from node.desk.citizen.supplementing import Added, read_additions
from node.desk.page_pictures import draw_page
from node.domain.citizen_filings import CitizenDraft, Filing
from node.domain.citizen_keys import read_code
from node.domain.citizen_reasons import CITIZEN_CODE_UNKNOWN, CITIZEN_STATE
from node.domain.citizens import ProvenPerson
from node.services.citizen_letterbox import ADDITION, LAST_DIGITS
from records.eligibility_terms import DOCUMENTS
from records.refusal import Refusal
from webui.form import Form
from webui.pages import see_other
from webui.status import http_status
from webui.visit import Visit

Act = Callable[[Filing], None]
_TYPED = (
    "words",
    "other_name",
    "subject_former",
    "place",
    "period",
    "number",
    "delivery",
    "paper_kind",
)
"""What is kept of the form of what is missing."""
PAPERS = (
    "notarised_poa",
    "power_of_attorney",
    "principal_id",
    "death_proof",
    "kinship_proof",
    "guardianship_proof",
    "household_register",
    "purpose_statement",
)


class FollowPages:
    """Handlers of progress."""

    def __init__(self, entrance: Entrance) -> None:
        """Serve one set of pages."""
        self._door = entrance

    def ask_code(self, visit: Visit) -> Response:
        """The form for code and last digits."""
        return self._door.render(visit, "track.html", {"errors": {}})

    def find(self, visit: Visit) -> Response:
        """The case is found; neither code nor digits stand in an address."""
        code, end = visit.form.text("code"), visit.form.text("mobile_end")
        try:
            filing = self._door.box.track(code, end)
        except Refusal as refusal:
            errors = {"code": self._door.say(visit, refusal)}
            status = http_status(refusal.reason.kind)
            return self._door.render(visit, "track.html", {"errors": errors}, status=status)
        kept = replace(self._door.session(visit), tracked=(read_code(code), end[-LAST_DIGITS:]))
        self._door.sessions.keep(visit.session_id, kept)
        del filing
        return see_other("/track/case")

    def tracked(self, visit: Visit) -> Response:
        """Stages and clock of the case that was found; nothing about a person."""
        try:
            filing = self._door.box.track(*self._door.session(visit).tracked)
        except Refusal as refusal:
            if refusal.code != CITIZEN_CODE_UNKNOWN.code:
                raise
            return see_other("/track")
        return self._case_page(visit, filing, {}, own=False)

    def mine(self, visit: Visit, person: ProvenPerson) -> Response:
        """Everything that the person has filed."""
        values = {"filings": self._door.box.list(person), "errors": {}}
        return self._door.render(visit, "mine.html", values)

    def case(self, visit: Visit, person: ProvenPerson) -> Response:
        """One application of the person's own."""
        return self._case_page(visit, self._own(visit, person), {}, own=True)

    def ask_looks(self, visit: Visit, person: ProvenPerson) -> Response:
        """What the answer will say and what it will not."""
        return self._door.render(visit, "looks.html", {"errors": {}})

    def looks(self, visit: Visit, person: ProvenPerson) -> Response:
        """The question is on its way; the answer is a page of its own."""
        try:
            filing_id = self._door.box.inquire(person, visit.now)
        except Refusal as refusal:
            errors, status = self._said(visit, refusal)
            return self._door.render(visit, "looks.html", {"errors": errors}, status=status)
        return see_other(f"/mine/{filing_id}")

    def withdraw(self, visit: Visit, person: ProvenPerson) -> Response:
        """That the application is taken back is on its way."""
        filing = self._own(visit, person)
        if filing.view is None or not filing.view.may_withdraw:
            return self._refused(visit, filing, Refusal(CITIZEN_STATE))
        if not visit.form.has("sure"):
            errors = {"sure": visit.words("citizen.need_sure")}
            return self._case_page(visit, filing, errors, own=True, status=422)
        try:
            self._door.box.withdraw(filing, person, visit.now)
        except Refusal as refusal:
            return self._refused(visit, filing, refusal)
        return see_other(f"/mine/{filing.filing_id}?sent=withdraw")

    def ask_more(self, visit: Visit, person: ProvenPerson) -> Response:
        """The form for what is missing."""
        filing = self._own(visit, person)
        if filing.view is None or not filing.view.may_add:
            return see_other(f"/mine/{filing.filing_id}")
        try:
            kept = self._door.box.draft(filing.code, visit.now, ADDITION).fields
        except Refusal:
            kept = {}  # Nothing was typed before.
        return self._more_page(replace(visit, form=Form(kept)), filing, Added(), {})

    def keep(self, visit: Visit, person: ProvenPerson) -> Response:
        """What is typed so far is kept; the page stays as it is."""
        filing = self._own(visit, person)
        if filing.view is not None and filing.view.may_add:
            self._keep(visit, filing)
        return Response(status_code=204)

    def add(self, visit: Visit, person: ProvenPerson) -> Response:
        """What was missing is on its way."""
        filing = self._own(visit, person)
        if filing.view is None or not filing.view.may_add:
            return self._refused(visit, filing, Refusal(CITIZEN_STATE))
        self._keep(visit, filing)
        added = read_additions(visit, self._door.settings.reader.calendar)
        if added.errors:
            return self._more_page(visit, filing, added, added.errors, status=422)
        try:
            papers = tuple(
                self._door.box.put_paper(kind, data, media_type, visit.now, visit.client)
                for kind, data, media_type in added.papers
            )
            self._door.box.add(filing, person, visit.now, added.additions, papers)
        except Refusal as refusal:
            errors, status = self._said(visit, refusal)
            return self._more_page(visit, filing, added, errors, status=status)
        self._door.box.drop(filing.code, ADDITION)
        return see_other(f"/mine/{filing.filing_id}?sent=add")

    def download(self, visit: Visit, person: ProvenPerson) -> Response:
        """The sealed extract, byte for byte; named by its number, never by a person."""
        filing = self._own(visit, person)
        data = self._door.box.extract(filing, visit.params["sha256"])
        number = next(
            (
                file.number
                for file in (filing.view.files if filing.view else ())
                if file.sha256 == visit.params["sha256"]
            ),
            "extract",
        )
        return Response(
            data,
            media_type="application/pdf",
            headers={"Content-Disposition": f'attachment; filename="{number}.pdf"'},
        )

    def picture(self, visit: Visit, person: ProvenPerson) -> Response:
        """A page of the extract, its QR code included, large enough for another phone to read."""
        filing = self._own(visit, person)
        data = self._door.box.extract(filing, visit.params["sha256"])
        return Response(draw_page(data, int(visit.params["page"])), media_type="image/png")

    def _own(self, visit: Visit, person: ProvenPerson) -> Filing:
        return self._door.box.get(visit.params["id"], person)

    def _keep(self, visit: Visit, filing: Filing) -> None:
        said = visit.form.fields
        draft = CitizenDraft(fields={name: said[name] for name in _TYPED if name in said})
        self._door.box.save(filing.code, draft, visit.now, ADDITION)

    def _refused(self, visit: Visit, filing: Filing, refusal: Refusal) -> Response:
        errors, status = self._said(visit, refusal)
        return self._case_page(visit, filing, errors, own=True, status=status)

    def _said(self, visit: Visit, refusal: Refusal) -> tuple[dict[str, str], int]:
        return {"": self._door.say(visit, refusal)}, http_status(refusal.reason.kind)

    def _case_page(
        self,
        visit: Visit,
        filing: Filing,
        errors: dict[str, str],
        *,
        own: bool,
        status: int = 200,
    ) -> Response:
        template = "case_part.html" if visit.partial else "case.html"
        sent = visit.query.get("sent", "")
        values = {
            "filing": filing,
            "view": filing.view,
            "own": own,
            "sent": sent if sent in ("add", "withdraw") else "",
            "address": f"/mine/{filing.filing_id}" if own else "/track/case",
            "errors": errors,
        }
        return self._door.render(visit, template, values, status=status)

    def _more_page(
        self,
        visit: Visit,
        filing: Filing,
        added: Added,
        errors: dict[str, str],
        *,
        status: int = 200,
    ) -> Response:
        values = {
            "filing": filing,
            "view": filing.view,
            "added": added,
            "documents": [(kind, DOCUMENTS[kind]) for kind in PAPERS],
            "errors": errors,
        }
        return self._door.render(visit, "more.html", values, status=status)
