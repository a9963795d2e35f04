"""/approvals (R2 领导审批): the leader decides whether a purpose may be served."""

from collections.abc import Callable

from starlette.responses import Response

from node.desk.desk import Desk, chosen_of
from node.desk.drafts import KeptForms
from node.domain.commands import WorkCommand
from node.domain.officers import Actor
from node.domain.views import WorkDetail, WorkSummary
from records.refusal import Refusal
from webui.pages import see_other
from webui.status import http_status
from webui.visit import Visit

_SHORTEST_NOTE = 4


class ApprovalPages:
    """Handlers of the leader's desk."""

    def __init__(self, desk: Desk) -> None:
        """Serve one desk."""
        self._desk = desk
        self._kept = KeptForms(desk)

    def show(self, visit: Visit, actor: Actor) -> Response:
        """What waits for the leader, and the chosen case; the list alone for a live page."""
        return self._page(visit, actor, visit.query.get("id", ""), {})

    def submit(self, visit: Visit, actor: Actor) -> Response:
        """Approved, or declined with a reason; refusals stay on this page."""
        case_no, note = visit.params["id"], visit.form.text("note")
        approve = visit.form.text("decision") == "approve"
        if not approve and len(note) < _SHORTEST_NOTE:
            errors = {"note": visit.words("approvals.need_note")}
            return self._page(visit, actor, case_no, errors, status=422)
        command = WorkCommand(case_no=case_no, holder_archive=actor.archive_code, note=note)
        work = self._desk.office.work
        act: Callable[[WorkCommand, Actor], WorkDetail] = work.approve if approve else work.decline
        try:
            act(command, actor)
        except Refusal as refusal:
            said = {"": self._desk.say(visit, refusal)}
            status = http_status(refusal.reason.kind)
            return self._page(visit, actor, case_no, said, status=status)
        return see_other(f"/approvals?done={case_no}")

    def _page(
        self,
        visit: Visit,
        actor: Actor,
        case_no: str,
        errors: dict[str, str],
        *,
        status: int = 200,
    ) -> Response:
        waiting = [one for one in self._desk.office.work.list_work(actor) if _waits(one)]
        numbers = [one.case_no for one in waiting]
        chosen = chosen_of(numbers, case_no, errors)
        values: dict[str, object] = {"waiting": waiting, "chosen": chosen, "errors": errors}
        if visit.partial:
            return self._desk.render(visit, actor, "approvals_rows.html", values)
        detail = None
        if chosen:
            detail = self._desk.office.work.detail(chosen, actor.archive_code, actor)
            visit = self._kept.filled(visit, actor, [("approve", chosen)])
        values |= {"detail": detail, "done": visit.query.get("done", "")}
        return self._desk.render(visit, actor, "approvals.html", values, status=status)


def _waits(one: WorkSummary) -> bool:
    return one.needs_leader and not one.leader_said
