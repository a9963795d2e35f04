"""/revocations: one officer orders that a certificate no longer stands, another confirms it."""

from collections.abc import Callable

from starlette.responses import Response

from node.desk.desk import Desk
from node.desk.drafts import KeptForms
from node.domain.certificate_standing import CertificateStanding
from node.domain.officers import Actor
from node.domain.paper_commands import ConfirmWithdrawalCommand, WithdrawCommand
from node.services.withdraw_certificate import WHY
from records.duties import Post
from records.refusal import Refusal
from webui.pages import see_other
from webui.status import http_status
from webui.visit import Visit


class RevocationPages:
    """Handlers of the page; what is decided is decided by services/withdraw_certificate.py."""

    def __init__(self, desk: Desk) -> None:
        """Serve one desk."""
        self._desk = desk
        self._kept = KeptForms(desk)
        self._look = desk.config.doors.revocations

    def show(self, visit: Visit, actor: Actor) -> Response:
        """Orders that wait, and the certificate that was looked up."""
        return self._page(visit, actor, visit.query.get("number", "").strip(), {})

    def order(self, visit: Visit, actor: Actor) -> Response:
        """The dispatcher signed; a seal keeper has to sign too."""
        form, number = visit.form, visit.params["number"]
        errors = self._missing(visit, ("reason_class", "seal_keeper", "password"))
        if form.text("reason_class") not in WHY:
            errors["reason_class"] = visit.words("revocations.need_reason_class")
        if errors:
            return self._page(visit, actor, number, errors, status=422)

        def act() -> object:
            standing = self._look.find(number, actor)
            command = WithdrawCommand(
                case_no=standing.case_no,
                holder_archive=actor.archive_code,
                number=number,
                reason_class=form.text("reason_class"),
                replaced_by=form.text("replaced_by"),
                seal_keeper=form.text("seal_keeper"),
                password=form.raw("password"),
            )
            return self._desk.office.withdrawals.order(command, actor)

        return self._try(visit, actor, act, "ordered")

    def confirm(self, visit: Visit, actor: Actor) -> Response:
        """The named keeper signed: the certificate stands no longer, T8 is drawn."""
        number = visit.params["number"]
        errors = self._missing(visit, ("read", "password"))
        if errors:
            return self._page(visit, actor, number, errors, status=422)

        def act() -> object:
            standing = self._look.find(number, actor)
            command = ConfirmWithdrawalCommand(
                case_no=standing.case_no,
                holder_archive=actor.archive_code,
                password=visit.form.raw("password"),
            )
            return self._desk.office.withdrawals.confirm(command, actor)

        return self._try(visit, actor, act, "ended")

    def notice(self, visit: Visit, actor: Actor) -> Response:
        """T8 as PDF."""
        number = visit.params["number"]
        data = self._look.notice(number, actor)
        headers = {"Content-Disposition": f'inline; filename="T8-{number}.pdf"'}
        return Response(data, media_type="application/pdf", headers=headers)

    def _missing(self, visit: Visit, names: tuple[str, ...]) -> dict[str, str]:
        return {
            name: visit.words(f"revocations.need_{name}")
            for name in names
            if not visit.form.has(name)
        }

    def _try(self, visit: Visit, actor: Actor, act: Callable[[], object], done: str) -> Response:
        number = visit.params["number"]
        try:
            act()
        except Refusal as refusal:
            said = {"password": self._desk.say(visit, refusal)}
            status = http_status(refusal.reason.kind)
            return self._page(visit, actor, number, said, status=status)
        return see_other(f"/revocations?number={number}&done={done}")

    def _page(
        self, visit: Visit, actor: Actor, number: str, errors: dict[str, str], *, status: int = 200
    ) -> Response:
        chosen: CertificateStanding | None = None
        if number:
            try:
                chosen = self._look.find(number, actor)
            except Refusal as refusal:
                errors = errors or {"number": self._desk.say(visit, refusal)}
                status = http_status(refusal.reason.kind) if status == 200 else status
        if chosen:
            visit = self._kept.filled(visit, actor, [("revoke", chosen.number)])
        values = {
            "waiting": self._look.waiting(actor),
            "chosen": chosen,
            "number": number,
            "classes": tuple(WHY),
            "keepers": self._keepers(actor),
            "may_order": Post.RELEASE_DISPATCHER in actor.posts,
            "done": visit.query.get("done", ""),
            "errors": errors,
        }
        return self._desk.render(visit, actor, "revocations.html", values, status=status)

    def _keepers(self, actor: Actor) -> list[tuple[str, str]]:
        """Other people of the archive who may sign beside the dispatcher."""
        officers = self._desk.office.staff.list_officers(actor.archive_code)
        return [
            (one.officer_id, one.display_name)
            for one in officers
            if Post.SEAL_KEEPER in one.posts and one.active and one.person_id != actor.person_id
        ]
