"""/intake (W1), /intake/{id} (W4): the window's cases and how one of them goes on."""

from collections.abc import Callable

from starlette.responses import Response

from node.desk.desk import Desk
from node.desk.drafts import KeptForms
from node.desk.filing import is_returned
from node.desk.tracking_code import tracking_code
from node.domain.commands import CaseCommand
from node.domain.drafts import FILING
from node.domain.officers import Actor
from node.domain.views import CaseProgress
from records.duties import Post
from records.refusal import Refusal
from webui.pages import see_other
from webui.status import http_status
from webui.visit import Visit

TABS: dict[str, tuple[str, ...]] = {
    "open": (
        "submitted",
        "registered",
        "routed",
        "dispatched",
        "searching",
        "candidates",
        "identity_resolution",
        "holder_review",
        "released",
        "sealed",
        "supplement_required",
        "manual_search",
        "node_unavailable",
    ),
    "answered": ("delivered", "refused", "referred", "not_found_confirmed"),
    "done": ("closed", "withdrawn"),
}
"""Tabs of the list and the states under each."""

_UNANSWERED = ("dispatched", "received", "silent")
"""States of an archive that was asked and has not answered."""

CaseAct = Callable[[CaseCommand, Actor], object]

WITHDRAWABLE = frozenset(TABS["open"]) - {"sealed"}


class IntakePages:
    """Handlers of the window's list and of one case."""

    def __init__(self, desk: Desk) -> None:
        """Serve one desk; drafts of forms are listed with the cases."""
        self._desk = desk
        self._kept = KeptForms(desk)

    def list(self, visit: Visit, actor: Actor) -> Response:
        """Cases of one tab, or the rows alone for a live page."""
        tab = visit.query.get("tab", "open")
        states = TABS.get(tab, TABS["open"])
        template = "intake_rows.html" if visit.partial else "intake.html"
        return self._desk.render(
            visit,
            actor,
            template,
            {
                "tab": tab if tab in TABS else "open",
                "tabs": tuple(TABS),
                "cases": self._desk.office.cases.list_cases(actor, states),
                "drafts": self._desk.config.drafts.list(actor.officer_id, FILING, visit.now),
                "may_file": Post.WINDOW_CLERK in actor.posts,
                "errors": {},
            },
        )

    def show(self, visit: Visit, actor: Actor) -> Response:
        """One case: number, clock, steps, answers; the live part alone for htmx."""
        progress = self._desk.office.cases.progress(visit.params["id"], actor)
        template = "progress_part.html" if visit.partial else "progress.html"
        if not visit.partial:
            visit = self._kept.filled(visit, actor, [("withdraw", visit.params["id"])])
        return self._desk.render(
            visit, actor, template, {**self._view(progress, actor), "errors": {}}
        )

    def withdraw(self, visit: Visit, actor: Actor) -> Response:
        """The request is withdrawn."""
        return self._do(visit, actor, self._desk.office.hand_over.withdraw)

    def close(self, visit: Visit, actor: Actor) -> Response:
        """The case is closed."""
        return self._do(visit, actor, self._desk.office.hand_over.close)

    def remind(self, visit: Visit, actor: Actor) -> Response:
        """催办: the archives that have not answered see that somebody waits."""

        def act(command: CaseCommand, actor: Actor) -> object:
            return self._desk.config.doors.reminders.remind(command.case_no, actor)

        return self._do(visit, actor, act, field="")

    def receipt(self, visit: Visit, actor: Actor) -> Response:
        """The A5 slip that the citizen takes along."""
        progress = self._desk.office.cases.progress(visit.params["id"], actor)
        view = self._view(progress, actor)
        code = tracking_code(progress.summary.case_no)
        return self._desk.render(visit, actor, "receipt.html", {**view, "code": code, "errors": {}})

    def unmask(self, visit: Visit, actor: Actor) -> Response:
        """Name and number are shown to this officer for ten minutes, and the log says so."""
        self._desk.config.doors.masks.show(visit.params["id"], actor)
        return see_other(f"/intake/{visit.params['id']}")

    def _do(self, visit: Visit, actor: Actor, act: CaseAct, field: str = "note") -> Response:
        case_no = visit.params["id"]
        command = CaseCommand(case_no=case_no, note=visit.form.text("note"))
        try:
            act(command, actor)
        except Refusal as refusal:
            progress = self._desk.office.cases.progress(case_no, actor)
            return self._desk.render(
                visit,
                actor,
                "progress.html",
                {**self._view(progress, actor), "errors": {field: self._desk.say(visit, refusal)}},
                status=http_status(refusal.reason.kind),
            )
        return see_other(f"/intake/{case_no}")

    def _view(self, progress: CaseProgress, actor: Actor) -> dict[str, object]:
        state = progress.summary.state
        clerk = Post.WINDOW_CLERK in actor.posts
        has_arrived = bool(progress.certificates) or any(leg.fields for leg in progress.legs)
        return {
            "case": progress.summary,
            "progress": progress,
            "application": progress.application,
            "clear": self._desk.config.doors.masks.is_clear(progress.summary.case_no, actor),
            "may_withdraw": clerk and state in WITHDRAWABLE,
            "may_remind": clerk and any(leg.state in _UNANSWERED for leg in progress.legs),
            "may_hand_over": clerk and has_arrived and state not in ("delivered", "closed"),
            "may_close": clerk
            and state in TABS["answered"]
            and (not has_arrived or state == "delivered"),
            "may_amend": clerk and is_returned(progress),
            "asked": [leg for leg in progress.legs if leg.question],
        }
