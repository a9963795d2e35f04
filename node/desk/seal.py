"""/seal (R3 用印): the second officer reads the order, word for word, and signs it."""

import json
from typing import Any

from starlette.responses import Response

from node.desk.desk import Desk, chosen_of
from node.domain.commands import SealCommand, WorkCommand
from node.domain.officers import Actor
from node.domain.views import CandidateView, WorkDetail
from records.refusal import Kind, Refusal
from webui.pages import see_other
from webui.status import http_status
from webui.visit import Visit

_WAITING = ("released",)
_MOST_TRIED = 10


class SealPages:
    """Handlers of the seal desk."""

    def __init__(self, desk: Desk) -> None:
        """Serve one desk."""
        self._desk = desk

    def show(self, visit: Visit, actor: Actor) -> Response:
        """Orders that wait for the seal, and the chosen one."""
        return self._page(visit, actor, visit.query.get("id", ""), {})

    def submit(self, visit: Visit, actor: Actor) -> Response:
        """The order carries two signatures and is with the certificate service."""
        case_no = visit.params["id"]
        password = visit.form.raw("password")
        errors = {}
        if not visit.form.has("read"):
            errors["read"] = visit.words("seal.need_read")
        if not password:
            errors["password"] = visit.words("fulfil.need_password")
        if errors:
            return self._page(visit, actor, case_no, errors, status=422)
        command = SealCommand(case_no=case_no, holder_archive=actor.archive_code, password=password)
        try:
            self._desk.office.release.seal(command, actor)
        except Refusal as refusal:
            said = {"password": self._desk.say(visit, refusal)}
            status = http_status(refusal.reason.kind)
            return self._page(visit, actor, case_no, said, status=status)
        return see_other(f"/seal?done={case_no}")

    def decline(self, visit: Visit, actor: Actor) -> Response:
        """退回经办: the order is void, its dispatcher compares again."""
        case_no = visit.params["id"]
        command = WorkCommand(case_no=case_no, holder_archive=actor.archive_code)
        try:
            self._desk.config.doors.sharing.take_back(command, actor)
        except Refusal as refusal:
            said = {"": self._desk.say(visit, refusal)}
            status = http_status(refusal.reason.kind)
            return self._page(visit, actor, case_no, said, status=status)
        return see_other(f"/seal?declined={case_no}")

    def _page(
        self,
        visit: Visit,
        actor: Actor,
        case_no: str,
        errors: dict[str, str],
        *,
        status: int = 200,
    ) -> Response:
        waiting = list(self._desk.office.work.list_work(actor, _WAITING))
        numbers = [one.case_no for one in waiting]
        # A refused order that waits no longer is not answered with another one, ready to be signed.
        own = errors or case_no in numbers
        chosen = chosen_of(numbers, case_no, errors) if own else self._first_own(actor, numbers)
        if visit.partial:
            return self._desk.render(
                visit, actor, "seal_rows.html", {"waiting": waiting, "chosen": chosen, "errors": {}}
            )
        detail = self._detail(actor, chosen) if chosen else None
        return self._desk.render(
            visit,
            actor,
            "seal.html",
            {
                "waiting": waiting,
                "chosen": chosen,
                "detail": detail,
                "order": _order(detail),
                "candidate": _confirmed(detail),
                "done": visit.query.get("done", ""),
                "declined": visit.query.get("declined", ""),
                "errors": errors,
            },
            status=status,
        )

    def _first_own(self, actor: Actor, numbers: list[str]) -> str:
        """The most urgent order that names this keeper; else the most urgent one."""
        for number in numbers[:_MOST_TRIED]:
            if self._detail(actor, number):
                return number
        return numbers[0] if numbers else ""

    def _detail(self, actor: Actor, case_no: str) -> WorkDetail | None:
        try:
            return self._desk.office.work.detail(case_no, actor.archive_code, actor)
        except Refusal as refusal:
            if refusal.reason.kind is Kind.UNAVAILABLE:
                raise
            return None


def _order(detail: WorkDetail | None) -> dict[str, Any] | None:
    """The order exactly as it will be signed, for printing on the page."""
    if detail is None or not detail.order_json:
        return None
    order: dict[str, Any] = json.loads(detail.order_json)
    return order


def _confirmed(detail: WorkDetail | None) -> CandidateView | None:
    """The record whose fields were compared, so that the keeper can look at its page too."""
    if detail is None or detail.comparison is None:
        return None
    for candidate in detail.candidates:
        if candidate.entry.reference_code == detail.comparison.reference_code:
            return candidate
    return None
