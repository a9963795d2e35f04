"""/corrections (R4 修正与审核): before and after beside the image, and what follows from it."""

from collections.abc import Callable
from urllib.parse import quote

from starlette.responses import Response

from node.desk.desk import Desk
from node.desk.drafts import KeptForms
from node.domain.corrections import (
    APPROVED,
    PROPOSED,
    RETURNED,
    Correction,
    CorrectionView,
    DecideCorrection,
    ReopenCommand,
)
from node.domain.officers import Actor
from node.domain.paper_commands import ConfirmWithdrawalCommand, WithdrawCommand
from records.duties import Post
from records.refusal import Refusal
from webui.pages import see_other
from webui.status import http_status
from webui.visit import Visit

TABS = {"open": (PROPOSED,), "approved": (APPROVED,), "returned": (RETURNED,)}
_SHORTEST_NOTE = 4
_REASON = "error_in_record"


class CorrectionPages:
    """Handlers of the correction desk; proposing is in corrections_new.py."""

    def __init__(self, desk: Desk) -> None:
        """Serve one desk."""
        self._desk = desk
        self._kept = KeptForms(desk)
        self._doors = desk.office.corrections

    def show(self, visit: Visit, actor: Actor) -> Response:
        """Corrections by state, and the chosen one."""
        return self._page(visit, actor, visit.query.get("id", ""), {})

    def decide(self, visit: Visit, actor: Actor) -> Response:
        """Approved, or returned with a reason; refusals stay on this page."""
        name, note = visit.params["id"], visit.form.text("note")
        approve = visit.form.text("decision") == "approve"
        errors = {}
        if approve and not visit.form.has("seen"):
            errors["seen"] = visit.words("corrections.need_seen")
        if not approve and len(note) < _SHORTEST_NOTE:
            errors["note"] = visit.words("corrections.need_note")
        if errors:
            return self._page(visit, actor, name, errors, status=422)
        command = DecideCorrection(
            archive_code=actor.archive_code, correction_id=name, approve=approve, note=note
        )
        tab = "approved" if approve else "returned"
        return self._try(
            visit,
            actor,
            lambda: self._doors.index.decide(command, actor),
            "",
            f"/corrections?tab={tab}&id={name}&done={tab}",
        )

    def reissue(self, visit: Visit, actor: Actor) -> Response:
        """The dispatcher has the case on the workbench again."""
        name, case_no = visit.params["id"], visit.form.text("case")
        command = ReopenCommand(
            archive_code=actor.archive_code,
            correction_id=name,
            number=visit.form.text("number"),
        )
        return self._try(
            visit,
            actor,
            lambda: self._doors.replacing.reopen(command, actor),
            "",
            f"/fulfil?tab=mine&id={case_no}",
        )

    def supersede(self, visit: Visit, actor: Actor) -> Response:
        """The dispatcher signed that the new certificate replaces the old one."""
        name, password = visit.params["id"], visit.form.raw("password")
        if not password:
            errors = {"password": visit.words("fulfil.need_password")}
            return self._page(visit, actor, name, errors, status=422)
        command = WithdrawCommand(
            case_no=visit.form.text("case"),
            holder_archive=actor.archive_code,
            number=visit.form.text("number"),
            reason_class=_REASON,
            replaced_by=visit.form.text("replaced_by"),
            seal_keeper=visit.form.text("seal_keeper"),
            password=password,
        )
        return self._try(
            visit,
            actor,
            lambda: self._desk.office.withdrawals.order(command, actor),
            "password",
            f"/corrections?tab=approved&id={name}&done=ordered",
        )

    def confirm(self, visit: Visit, actor: Actor) -> Response:
        """The seal keeper signed too: the old certificate leads to the new one, T8 is drawn."""
        name, password = visit.params["id"], visit.form.raw("password")
        if not password:
            errors = {"password": visit.words("fulfil.need_password")}
            return self._page(visit, actor, name, errors, status=422)
        command = ConfirmWithdrawalCommand(
            case_no=visit.form.text("case"),
            holder_archive=actor.archive_code,
            password=password,
        )
        return self._try(
            visit,
            actor,
            lambda: self._desk.office.withdrawals.confirm(command, actor),
            "password",
            f"/corrections?tab=approved&id={name}&done=replaced",
        )

    def notice(self, visit: Visit, actor: Actor) -> Response:
        """T8 as PDF."""
        name, number = visit.params["id"], visit.params["number"]
        data = self._doors.replacing.notice(name, number, actor)
        headers = {"Content-Disposition": f'inline; filename="T8-{number}.pdf"'}
        return Response(data, media_type="application/pdf", headers=headers)

    def _try(
        self,
        visit: Visit,
        actor: Actor,
        act: Callable[[], object],
        field: str,
        then: str,
    ) -> Response:
        try:
            act()
        except Refusal as refusal:
            said = {field: self._desk.say(visit, refusal)}
            status = http_status(refusal.reason.kind)
            return self._page(visit, actor, visit.params["id"], said, status=status)
        return see_other(then)

    def _page(
        self,
        visit: Visit,
        actor: Actor,
        chosen: str,
        errors: dict[str, str],
        *,
        status: int = 200,
    ) -> Response:
        view = self._doors.views.view(chosen, actor) if chosen else None
        tab = _tab(visit, view)
        listed = list(self._doors.views.list(actor, TABS[tab]))
        if view is None and listed:
            view = self._doors.views.view(listed[0].correction_id, actor)
        if visit.partial:
            return self._desk.render(
                visit, actor, "corrections_rows.html", self._lists(tab, listed, view)
            )
        if view:
            form = ("correct", view.correction.correction_id)
            visit = self._kept.filled(visit, actor, [form])
        may_propose = Post.CORRECTION_CLERK in actor.posts
        return self._desk.render(
            visit,
            actor,
            "corrections.html",
            {
                **self._lists(tab, listed, view),
                "view": view,
                **_images(view),
                "clues": list(self._doors.views.clues(actor)) if may_propose else [],
                "may_propose": may_propose,
                "may_decide": Post.SUBMISSION_REVIEWER in actor.posts,
                "may_release": Post.RELEASE_DISPATCHER in actor.posts,
                "keepers": self._keepers(actor),
                "done": visit.query.get("done", ""),
                "errors": errors,
            },
            status=status,
        )

    def _lists(
        self, tab: str, listed: list[Correction], view: CorrectionView | None
    ) -> dict[str, object]:
        chosen = view.correction.correction_id if view else ""
        return {"tab": tab, "tabs": tuple(TABS), "listed": listed, "chosen": chosen}

    def _keepers(self, actor: Actor) -> list[tuple[str, str]]:
        """Other officers of the archive who may sign beside the dispatcher, with their names."""
        officers = self._desk.office.staff.list_officers(actor.archive_code)
        return [
            (one.officer_id, one.display_name)
            for one in officers
            if Post.SEAL_KEEPER in one.posts and one.active and one.person_id != actor.person_id
        ]


def _images(view: CorrectionView | None) -> dict[str, object]:
    """Which image of the record is shown, and links to all of them."""
    if view is None:
        return {"shown": 0, "pages": []}
    digests = [page.sha256 for page in view.entry.images]
    code = quote(view.correction.reference_code)
    image = view.correction.image
    return {
        "shown": digests.index(image) + 1 if image in digests else 1,
        "pages": [(f"/corrections/scan/{one}?reference={code}", one == image) for one in digests],
    }


def _tab(visit: Visit, view: CorrectionView | None) -> str:
    tab = visit.query.get("tab", "")
    if tab in TABS:
        return tab
    states = {state: name for name, (state,) in TABS.items()}
    return states[view.correction.state] if view else "open"
