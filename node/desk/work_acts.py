"""What the partner's clerk does to a case from the workbench; every act is a form of its own."""

from collections.abc import Callable

from starlette.responses import Response

from node.desk.desk import Desk
from node.desk.workbench import Workbench
from node.domain.commands import (
    ConfirmCommand,
    FieldMark,
    NoRecordCommand,
    ReferCommand,
    RefuseCommand,
    ReleaseCommand,
    ReturnCommand,
    WorkCommand,
)
from node.domain.officers import Actor
from node.domain.views import WorkDetail
from records.refusal import Refusal
from webui.form import Form
from webui.pages import see_other
from webui.status import http_status
from webui.visit import Visit

_MARKS = ("same", "corrected", "not_recorded")
_LEAST_WORDS = 4

Act = Callable[[], object]


class WorkActs:
    """Handlers of the workbench's buttons."""

    def __init__(self, desk: Desk, workbench: Workbench) -> None:
        """Serve one desk; refusals are shown on the workbench with what was typed."""
        self._desk = desk
        self._workbench = workbench

    def claim(self, visit: Visit, actor: Actor) -> Response:
        """领取: the case is the officer's."""
        command = self._command(visit, actor)
        return self._do(visit, actor, lambda: self._desk.office.work.claim(command, actor))

    def claim_next(self, visit: Visit, actor: Actor) -> Response:
        """领取下一件: the most urgent free case is the officer's; the server picks."""
        work = self._desk.office.work
        free = [one for one in work.list_work(actor) if not one.claimed_by]
        for summary in free:
            command = WorkCommand(case_no=summary.case_no, holder_archive=actor.archive_code)
            try:
                work.claim(command, actor)
            except Refusal:
                continue  # Another officer was first, or it waits for something: the next one.
            return see_other(f"/fulfil?tab=mine&id={summary.case_no}")
        return see_other("/fulfil")

    def give_back(self, visit: Visit, actor: Actor) -> Response:
        """放回: the case is free again."""
        command = self._command(visit, actor)
        return self._do(visit, actor, lambda: self._desk.office.work.give_back(command, actor), "")

    def manual(self, visit: Visit, actor: Actor) -> Response:
        """需人工调卷: the working-day clock runs."""
        command = self._command(visit, actor)
        act = lambda: self._desk.office.work.manual_search(command, actor)  # noqa: E731
        return self._do(visit, actor, act)

    def confirm(self, visit: Visit, actor: Actor) -> Response:
        """保存核对, and 同意出证 where that button was pressed: order signed by the dispatcher."""
        releasing = visit.form.text("action") == "release"
        errors = self._unmarked(visit, actor)
        if releasing and not visit.form.has("password"):
            errors["password"] = visit.words("fulfil.need_password")
        if errors:
            return self._again(visit, actor, errors, 422)

        def act() -> object:
            confirmed = self._desk.office.work.confirm(_confirmation(visit, actor), actor)
            if not releasing:
                return confirmed
            return self._desk.office.release.release(_release(visit, actor), actor)

        return self._do(visit, actor, act, field="password" if releasing else "")

    def return_request(self, visit: Visit, actor: Actor) -> Response:
        """退回补正: the window is asked for one more fact."""
        form = visit.form
        command = ReturnCommand(
            case_no=visit.params["id"],
            holder_archive=actor.archive_code,
            reason=form.text("reason"),
            question=form.text("question"),
        )
        act = lambda: self._desk.office.answer.return_request(command, actor)  # noqa: E731
        return self._worded(visit, actor, "question", act)

    def no_record(self, visit: Visit, actor: Actor) -> Response:
        """查无: nothing in this archive's own coverage; what was searched is said."""
        command = NoRecordCommand(
            case_no=visit.params["id"],
            holder_archive=actor.archive_code,
            method=visit.form.text("method"),
        )
        act = lambda: self._desk.office.answer.no_record(command, actor)  # noqa: E731
        return self._worded(visit, actor, "method", act)

    def refer(self, visit: Visit, actor: Actor) -> Response:
        """转办: who keeps the record."""
        command = ReferCommand(
            case_no=visit.params["id"],
            holder_archive=actor.archive_code,
            referral=visit.form.text("referral"),
        )
        act = lambda: self._desk.office.answer.refer(command, actor)  # noqa: E731
        return self._worded(visit, actor, "referral", act)

    def refuse(self, visit: Visit, actor: Actor) -> Response:
        """不予提供: the code that the notice prints, and a note."""
        command = RefuseCommand(
            case_no=visit.params["id"],
            holder_archive=actor.archive_code,
            reason_code=visit.form.text("reason_code"),
            note=visit.form.text("refusal_note"),
        )
        act = lambda: self._desk.office.answer.refuse(command, actor)  # noqa: E731
        return self._worded(visit, actor, "refusal_note", act)

    def _worded(self, visit: Visit, actor: Actor, field: str, act: Act) -> Response:
        if len(visit.form.text(field)) < _LEAST_WORDS:
            said = {field: visit.words(f"fulfil.need_{field}")}
            return self._again(visit, actor, said, 422)
        return self._do(visit, actor, act, field=field)

    def _do(
        self, visit: Visit, actor: Actor, act: Act, stay: str = "stay", field: str = ""
    ) -> Response:
        try:
            act()
        except Refusal as refusal:
            said = {field: self._desk.say(visit, refusal)}
            return self._again(visit, actor, said, http_status(refusal.reason.kind))
        case_no = visit.params["id"]
        return see_other(f"/fulfil?tab=mine&id={case_no}" if stay else "/fulfil")

    def _again(self, visit: Visit, actor: Actor, errors: dict[str, str], status: int) -> Response:
        return self._workbench.page(visit, actor, visit.params["id"], errors, status=status)

    def _command(self, visit: Visit, actor: Actor) -> WorkCommand:
        return WorkCommand(
            case_no=visit.params["id"],
            holder_archive=actor.archive_code,
            note=visit.form.text("note"),
        )

    def _unmarked(self, visit: Visit, actor: Actor) -> dict[str, str]:
        """Printed fields that nobody compared with the image yet."""
        detail = self._desk.office.work.detail(visit.params["id"], actor.archive_code, actor)
        errors = {}
        for field, label in _printed(detail, visit.form.text("reference_code")):
            mark = visit.form.text(f"mark.{field}")
            empty = mark == "corrected" and not visit.form.has(f"value.{field}")
            if mark not in _MARKS or empty:
                errors[f"mark.{field}"] = visit.words("fulfil.need_mark", label=label)
        return errors


def _printed(detail: WorkDetail, reference_code: str) -> list[tuple[str, str]]:
    for candidate in detail.candidates:
        if candidate.entry.reference_code == reference_code:
            return [(field, label) for field, label, _ in candidate.printable]
    return []


def _confirmation(visit: Visit, actor: Actor) -> ConfirmCommand:
    form = visit.form
    return ConfirmCommand(
        case_no=visit.params["id"],
        holder_archive=actor.archive_code,
        reference_code=form.text("reference_code"),
        marks=tuple(_mark(form, field) for field in form.under("mark.")),
        images=form.all("image"),
    )


def _mark(form: Form, field: str) -> FieldMark:
    compared = form.text(f"mark.{field}")
    value = form.text(f"value.{field}") if compared == "corrected" else ""
    return FieldMark(field=field, compared=compared, value=value)


def _release(visit: Visit, actor: Actor) -> ReleaseCommand:
    return ReleaseCommand(
        case_no=visit.params["id"],
        holder_archive=actor.archive_code,
        pages=visit.form.all("pages"),
        seal_keeper=visit.form.text("seal_keeper"),
        password=visit.form.raw("password"),
    )
