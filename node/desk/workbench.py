"""/fulfil (P1): the partner's workbench: queue, request against record, page image."""

from dataclasses import dataclass

from starlette.responses import Response

from node.desk.comparison_rows import CompareRow, compare_rows
from node.desk.covers import CoverPage, cover_pages
from node.desk.desk import Desk
from node.desk.drafts import KeptForms
from node.desk.form_names import KeptForm
from node.domain.held_answers import HeldAnswer
from node.domain.officers import Actor, Officer
from node.domain.views import CandidateView, WorkDetail, WorkSummary
from records.duties import Post
from records.refusal import Kind, Refusal
from webui.visit import Visit

OPEN = ("dispatched", "searching", "candidates", "identity_resolution", "holder_review")
TABS: dict[str, tuple[str, ...]] = {
    "open": OPEN,
    "mine": (*OPEN, "manual_search", "released"),
    "waiting": ("manual_search", "supplement_required", "released"),
    "done": ("sealed", "delivered", "refused", "referred", "not_found_confirmed", "closed"),
}
"""Tabs of the queue and the states under each."""

AT_WORK = frozenset((*OPEN, "manual_search"))
"""States in which the holder's clerk decides."""

FORMS = ("work", "return", "none", "refer", "refuse", "colleague")
"""Forms of one case on the workbench; each is kept by itself."""

RETURN_REASONS = ("unclear", "papers_missing", "several_candidates")
REFUSE_CODES = (
    "NOT_PARTY",
    "PROOF_MISSING",
    "PURPOSE_MISSING",
    "SECRET_OR_RESTRICTED",
    "NO_LAWFUL_CASE",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The case in the middle of the workbench."""

    summary: WorkSummary
    detail: WorkDetail | None
    """None where the officer has not claimed it."""
    candidate: CandidateView | None
    candidate_no: int
    rows: tuple[CompareRow, ...]
    page_no: int
    """Image shown, from 1; 0 = the record has none."""
    covers: tuple[CoverPage, ...] = ()
    """Pages that may be released, where a copy is asked for."""


class Workbench:
    """Draws the workbench; the acts are in work_acts.py."""

    def __init__(self, desk: Desk) -> None:
        """Serve one desk."""
        self._desk = desk
        self._kept = KeptForms(desk)

    def show(self, visit: Visit, actor: Actor) -> Response:
        """Queue and chosen case; the queue alone for a live page."""
        if visit.partial and visit.query.get("part") == "queue":
            return self._queue(visit, actor)
        return self.page(visit, actor, visit.query.get("id", ""))

    def page(
        self,
        visit: Visit,
        actor: Actor,
        case_no: str,
        errors: dict[str, str] | None = None,
        *,
        status: int = 200,
    ) -> Response:
        """The whole workbench, with what was typed: sent now and refused, or kept before."""
        tab = _tab(visit)
        work = self._work(actor, tab)
        shown = case_no or (work[0].case_no if work else "")
        visit = self._kept.filled(visit, actor, forms_of(shown))
        chosen = self._choose(visit, actor, work, case_no)
        if chosen and chosen.detail and chosen.summary.state not in AT_WORK:
            self._kept.sweep(visit, actor, forms_of(chosen.summary.case_no))
        return self._desk.render(
            visit,
            actor,
            "request.html" if visit.partial else "fulfil.html",
            {
                **self._lists(tab, work, chosen.summary.case_no if chosen else ""),
                "chosen": chosen,
                "held": self._held(chosen.summary.case_no, actor) if chosen else None,
                "keepers": self._keepers(actor),
                "colleagues": self._colleagues(actor),
                "leads": Post.LEADER in actor.posts,
                "may_release": Post.RELEASE_DISPATCHER in actor.posts,
                "values": visit.form,
                "return_reasons": RETURN_REASONS,
                "refuse_codes": REFUSE_CODES,
                "at_work": AT_WORK,
                "errors": errors or {},
            },
            status=status,
        )

    def image_page(self, visit: Visit, actor: Actor) -> Response:
        """P2: one page image, full screen."""
        case_no = visit.params["id"]
        visit = self._kept.filled(visit, actor, forms_of(case_no))
        detail = self._desk.office.work.detail(case_no, actor.archive_code, actor)
        number = int(visit.params["n"])
        chosen = self._chosen(visit, detail.summary, detail, number)
        return self._desk.render(visit, actor, "image.html", {"chosen": chosen, "errors": {}})

    def _queue(self, visit: Visit, actor: Actor) -> Response:
        tab = _tab(visit)
        work = self._work(actor, tab)
        lists = self._lists(tab, work, visit.query.get("id", ""))
        return self._desk.render(visit, actor, "queue.html", {**lists, "errors": {}})

    def _lists(self, tab: str, work: list[WorkSummary], case_no: str) -> dict[str, object]:
        return {"tab": tab, "tabs": tuple(TABS), "work": work, "selected": case_no}

    def _work(self, actor: Actor, tab: str) -> list[WorkSummary]:
        found = self._desk.office.work.list_work(actor, TABS[tab])
        return [one for one in found if one.mine] if tab == "mine" else list(found)

    def _choose(
        self, visit: Visit, actor: Actor, work: list[WorkSummary], case_no: str
    ) -> Chosen | None:
        detail = self._detail(actor, case_no) if case_no else None
        if detail:
            return self._chosen(visit, detail.summary, detail, 1)
        wanted = [one for one in work if one.case_no == case_no] or work
        if not wanted:
            return None
        summary = wanted[0]
        detail = self._detail(actor, summary.case_no) if summary.mine else None
        return self._chosen(visit, summary, detail, 1)

    def _detail(self, actor: Actor, case_no: str) -> WorkDetail | None:
        try:
            return self._desk.office.work.detail(case_no, actor.archive_code, actor)
        except Refusal as refusal:
            # Not claimed, claimed by another, or no such case: the summary says which.
            if refusal.reason.kind in (Kind.UNAVAILABLE, Kind.UNAUTHENTICATED):
                raise
            return None

    def _chosen(
        self, visit: Visit, summary: WorkSummary, detail: WorkDetail | None, page_no: int
    ) -> Chosen:
        if detail is None or not detail.candidates:
            return Chosen(
                summary=summary,
                detail=detail,
                candidate=None,
                candidate_no=0,
                rows=(),
                page_no=0,
            )
        number = _candidate_no(visit, detail)
        candidate = detail.candidates[number - 1]
        images = candidate.entry.images
        asked_page = visit.query.get("page", visit.form.text("page", str(page_no)))
        shown = int(asked_page) if asked_page.isdigit() and asked_page.isascii() else page_no
        return Chosen(
            summary=summary,
            detail=detail,
            candidate=candidate,
            candidate_no=number,
            rows=compare_rows(detail, candidate, visit.form, visit.words),
            page_no=max(1, min(shown, len(images))) if images else 0,
            covers=cover_pages(detail, candidate, visit.form),
        )

    def held_part(self, visit: Visit, actor: Actor) -> Response:
        """The line of an answer that waits, for a live page."""
        case_no = visit.params["id"]
        values: dict[str, object] = {"held": self._held(case_no, actor), "errors": {}}
        return self._desk.render(visit, actor, "held.html", values)

    def _held(self, case_no: str, actor: Actor) -> HeldAnswer | None:
        return self._desk.config.doors.holds.find(case_no, actor)

    def _colleagues(self, actor: Actor) -> list[Officer]:
        """Other officers of the archive to whom a case can be handed."""
        officers = self._desk.office.staff.list_officers(actor.archive_code)
        return [
            one
            for one in officers
            if Post.RELEASE_DISPATCHER in one.posts
            and one.active
            and one.officer_id != actor.officer_id
        ]

    def _keepers(self, actor: Actor) -> list[Officer]:
        """Other officers of the archive who may seal."""
        officers = self._desk.office.staff.list_officers(actor.archive_code)
        return [
            one
            for one in officers
            if Post.SEAL_KEEPER in one.posts and one.active and one.person_id != actor.person_id
        ]


def forms_of(case_no: str) -> tuple[KeptForm, ...]:
    """The forms of a case that are kept (node/desk/drafts.py)."""
    return tuple((kind, case_no) for kind in FORMS) if case_no else ()


def _tab(visit: Visit) -> str:
    tab = visit.query.get("tab") or visit.form.text("tab")
    return tab if tab in TABS else "open"


def _candidate_no(visit: Visit, detail: WorkDetail) -> int:
    """The candidate asked for, else the confirmed one, else the best."""
    references = [one.entry.reference_code for one in detail.candidates]
    typed = visit.form.text("reference_code")
    confirmed = detail.comparison.reference_code if detail.comparison else ""
    for reference in (typed, confirmed):
        if reference in references and "candidate" not in visit.query:
            return references.index(reference) + 1
    asked = visit.query.get("candidate", "1")
    number = int(asked) if asked.isdigit() and asked.isascii() else 1
    return max(1, min(number, len(references)))
