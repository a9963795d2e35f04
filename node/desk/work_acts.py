"""What the partner's clerk does to a case from the workbench; every act is a form of its own."""

from collections.abc import Callable

from starlette.responses import Response

from node.desk.covers import cover_pages, covers_of, wrong_boxes
from node.desk.desk import Desk
from node.desk.drafts import KeptForms
from node.desk.workbench import Workbench, forms_of
from node.domain.commands import (
    ConfirmCommand,
    FieldMark,
    NoRecordCommand,
    PageCover,
    ReferCommand,
    RefuseCommand,
    ReleaseCommand,
    ReturnCommand,
    WorkCommand,
)
from node.domain.desk_commands import HandToCommand
from node.domain.held_answers import HeldCommand
from node.domain.officers import Actor
from node.domain.views import CandidateView, WorkDetail
from records.refusal import Refusal
from webui.form import Form
from webui.pages import see_other
from webui.status import http_status
from webui.visit import Visit

_MARKS = ("same", "corrected", "not_recorded")
_LEAST_WORDS = 4
_KEPT = {"return": "return", "no_record": "none", "refer": "refer", "refuse": "refuse"}
"""Kind of answer → name of its form (workbench.FORMS)."""

Act = Callable[[], object]


class WorkActs:
    """Handlers of the workbench's buttons."""

    def __init__(self, desk: Desk, workbench: Workbench) -> None:
        """Serve one desk; refusals are shown on the workbench with what was typed."""
        self._desk = desk
        self._workbench = workbench
        self._kept = KeptForms(desk)

    def claim(self, visit: Visit, actor: Actor) -> Response:
        """领取: the case is the officer's."""
        command = self._command(visit, actor)
        return self._do(visit, actor, lambda: self._desk.office.work.claim(command, actor))

    def claim_next(self, visit: Visit, actor: Actor) -> Response:
        """领取下一件: the most urgent free case is the officer's; the server picks."""
        work = self._desk.office.work
        found = work.list_work(actor)
        # What lies idle at a colleague's comes after what is nobody's.
        free = [one for one in found if not one.claimed_by]
        free += [one for one in found if one.idle and not one.mine]
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
        """需人工调卷: the working-day clock will run, unless it is taken back."""
        return self._hold(visit, actor, "manual", "", self._command(visit, actor))

    def confirm(self, visit: Visit, actor: Actor) -> Response:
        """保存核对, and 同意出证 where that button was pressed: order signed by the dispatcher."""
        self._kept.keep(visit, actor, ("work", visit.params["id"]))
        action = visit.form.text("action")
        if action == "covers":
            return self._back(visit)
        releasing = action == "release"
        detail = self._desk.office.work.detail(visit.params["id"], actor.archive_code, actor)
        covers, errors = self._read_covers(visit, detail)
        errors = {**self._unmarked(visit, detail), **errors}
        if releasing and not visit.form.has("password"):
            errors["password"] = visit.words("fulfil.need_password")
        if errors:
            return self._again(visit, actor, errors, 422)

        def act() -> object:
            confirmed = self._desk.office.work.confirm(_confirmation(visit, actor), actor)
            if not releasing:
                return confirmed
            released = self._desk.office.release.release(_release(visit, actor, covers), actor)
            self._kept.drop(actor, forms_of(visit.params["id"]))
            return released

        return self._do(visit, actor, act, field="password" if releasing else "")

    def return_request(self, visit: Visit, actor: Actor) -> Response:
        """退回补正: the window will be asked for one more fact."""
        form = visit.form
        command = ReturnCommand(
            case_no=visit.params["id"],
            holder_archive=actor.archive_code,
            reason=form.text("reason"),
            question=form.text("question"),
        )
        return self._hold(visit, actor, "return", "question", command)

    def no_record(self, visit: Visit, actor: Actor) -> Response:
        """查无: nothing in this archive's own coverage; what was searched is said."""
        command = NoRecordCommand(
            case_no=visit.params["id"],
            holder_archive=actor.archive_code,
            method=visit.form.text("method"),
        )
        return self._hold(visit, actor, "no_record", "method", command)

    def refer(self, visit: Visit, actor: Actor) -> Response:
        """转办: who keeps the record."""
        command = ReferCommand(
            case_no=visit.params["id"],
            holder_archive=actor.archive_code,
            referral=visit.form.text("referral"),
        )
        return self._hold(visit, actor, "refer", "referral", command)

    def refuse(self, visit: Visit, actor: Actor) -> Response:
        """不予提供: the code that the notice prints, and a note."""
        command = RefuseCommand(
            case_no=visit.params["id"],
            holder_archive=actor.archive_code,
            reason_code=visit.form.text("reason_code"),
            note=visit.form.text("refusal_note"),
        )
        return self._hold(visit, actor, "refuse", "refusal_note", command)

    def undo(self, visit: Visit, actor: Actor) -> Response:
        """撤回: the answer was not given; what was typed stands in its form again."""
        command = self._command(visit, actor)
        return self._do(visit, actor, lambda: self._desk.config.doors.holds.undo(command, actor))

    def forget(self, visit: Visit, actor: Actor) -> Response:
        """Why an answer was not given has been read."""
        self._desk.config.doors.holds.forget(visit.params["id"], actor)
        return self._back(visit)

    def take_back(self, visit: Visit, actor: Actor) -> Response:
        """撤回出证指令: the order is void while nobody sealed it."""
        command, sharing = self._command(visit, actor), self._desk.config.doors.sharing
        return self._do(visit, actor, lambda: sharing.take_back(command, actor))

    def hand_over(self, visit: Visit, actor: Actor) -> Response:
        """转派: a colleague goes on with the case."""
        self._kept.keep(visit, actor, ("colleague", visit.params["id"]))
        if not visit.form.has("colleague"):
            errors = {"colleague": visit.words("fulfil.need_colleague")}
            return self._again(visit, actor, errors, 422)
        command = HandToCommand(
            case_no=visit.params["id"],
            holder_archive=actor.archive_code,
            colleague=visit.form.text("colleague"),
            note=visit.form.text("claim_note"),
        )

        def act() -> object:
            summary = self._desk.config.doors.sharing.hand_over(command, actor)
            self._kept.drop(actor, [("colleague", command.case_no)])
            return summary

        return self._do(visit, actor, act, "", field="colleague")

    def remind(self, visit: Visit, actor: Actor) -> Response:
        """催办: the officer who has the case sees that somebody waits."""
        command, sharing = self._command(visit, actor), self._desk.config.doors.sharing
        return self._do(visit, actor, lambda: sharing.remind(command, actor), "look")

    def _hold(
        self, visit: Visit, actor: Actor, kind: str, field: str, command: HeldCommand
    ) -> Response:
        """The answer waits its seconds; where it would be refused, it is refused now."""
        if field:
            self._kept.keep(visit, actor, (_KEPT[kind], visit.params["id"]))
        if field and len(visit.form.text(field)) < _LEAST_WORDS:
            said = {field: visit.words(f"fulfil.need_{field}")}
            return self._again(visit, actor, said, 422)
        holds = self._desk.config.doors.holds
        return self._do(visit, actor, lambda: holds.hold(kind, command, actor), field=field)

    def _back(self, visit: Visit) -> Response:
        page = visit.form.text("page")
        shown = f"&page={page}" if page.isascii() and page.isdigit() else ""
        return see_other(f"/fulfil?tab=mine&id={visit.params['id']}{shown}")

    def _do(
        self, visit: Visit, actor: Actor, act: Act, stay: str = "stay", field: str = ""
    ) -> Response:
        try:
            act()
        except Refusal as refusal:
            said = {field: self._desk.say(visit, refusal)}
            return self._again(visit, actor, said, http_status(refusal.reason.kind))
        case_no = visit.params["id"]
        if stay == "look":
            return see_other(f"/fulfil?tab=open&id={case_no}")
        return see_other(f"/fulfil?tab=mine&id={case_no}" if stay else "/fulfil")

    def _again(self, visit: Visit, actor: Actor, errors: dict[str, str], status: int) -> Response:
        return self._workbench.page(visit, actor, visit.params["id"], errors, status=status)

    def _command(self, visit: Visit, actor: Actor) -> WorkCommand:
        return WorkCommand(
            case_no=visit.params["id"],
            holder_archive=actor.archive_code,
            note=visit.form.text("note"),
        )

    def _read_covers(
        self, visit: Visit, detail: WorkDetail
    ) -> tuple[tuple[PageCover, ...], dict[str, str]]:
        """What is covered on the pages that are released, and what is wrong with it."""
        candidate = _candidate(detail, visit.form.text("reference_code"))
        if candidate is None:
            return (), {}
        pages = cover_pages(detail, candidate, visit.form)
        return covers_of(pages), wrong_boxes(pages, visit.words)

    def _unmarked(self, visit: Visit, detail: WorkDetail) -> dict[str, str]:
        """Printed fields that nobody compared with the image yet."""
        errors = {}
        for field, label in _printed(detail, visit.form.text("reference_code")):
            mark = visit.form.text(f"mark.{field}")
            empty = mark == "corrected" and not visit.form.has(f"value.{field}")
            if mark not in _MARKS or empty:
                errors[f"mark.{field}"] = visit.words("fulfil.need_mark", label=label)
        return errors


def _candidate(detail: WorkDetail, reference_code: str) -> CandidateView | None:
    found = [one for one in detail.candidates if one.entry.reference_code == reference_code]
    return found[0] if found else None


def _printed(detail: WorkDetail, reference_code: str) -> list[tuple[str, str]]:
    candidate = _candidate(detail, reference_code)
    return [(field, label) for field, label, _ in candidate.printable] if candidate else []


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


def _release(visit: Visit, actor: Actor, covers: tuple[PageCover, ...]) -> ReleaseCommand:
    return ReleaseCommand(
        case_no=visit.params["id"],
        holder_archive=actor.archive_code,
        pages=visit.form.all("pages"),
        covers=covers,
        seal_keeper=visit.form.text("seal_keeper"),
        password=visit.form.raw("password"),
    )
