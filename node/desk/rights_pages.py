"""/complaints (R5 申诉), /alerts (misuse), /callbacks (回访核实): a second look at decisions."""

from collections.abc import Callable, Sequence

from starlette.responses import Response

from node.desk.desk import Desk
from node.desk.drafts import KeptForms
from node.domain.complaints import GROUNDS, DecideCommand, RegisterCommand
from node.domain.officers import Actor
from node.services.call_back import SEALED_APPLICATION, TELEPHONE, CallBackCommand
from records.refusal import Refusal
from webui.pages import see_other
from webui.status import http_status
from webui.visit import Visit


class RightsPages:
    """Handlers of the three pages; each act is a form of its own and comes back to the list."""

    def __init__(self, desk: Desk) -> None:
        """Serve one desk."""
        self._desk = desk
        self._rights = desk.office.rights
        self._kept = KeptForms(desk)

    def complaints(self, visit: Visit, actor: Actor) -> Response:
        """The archive's complaints, earliest due first, and the chosen one."""
        return self._complaints(visit, actor, {})

    def register(self, visit: Visit, actor: Actor) -> Response:
        """A complaint has its number and its last day."""
        form = visit.form
        command = RegisterCommand(
            case_no=form.text("case_no").strip(),
            ground=form.text("ground"),
            words=form.text("words"),
        )
        return self._act(
            visit,
            actor,
            lambda: self._rights.complaints.register(command, actor).number,
            self._complaints,
        )

    def assign(self, visit: Visit, actor: Actor) -> Response:
        """Somebody who acted nowhere in the case reviews it."""
        number, officer = visit.params["id"], visit.form.text("officer")
        return self._act(
            visit,
            actor,
            lambda: self._rights.complaints.assign(number, officer, actor).number,
            self._complaints,
        )

    def decide(self, visit: Visit, actor: Actor) -> Response:
        """Upheld or overturned, with the reasons that the reply prints."""
        command = DecideCommand(
            number=visit.params["id"],
            overturn=visit.form.text("decision") == "overturn",
            reasons=visit.form.text("reasons"),
        )
        return self._act(
            visit,
            actor,
            lambda: self._rights.complaints.decide(command, actor).number,
            self._complaints,
        )

    def alerts(self, visit: Visit, actor: Actor) -> Response:
        """Misuse alerts, open ones first."""
        return self._alerts(visit, actor, {})

    def acknowledge(self, visit: Visit, actor: Actor) -> Response:
        """The finding is recorded, and the officer may go on."""
        alert, note = visit.params["id"], visit.form.text("note")
        return self._act(
            visit,
            actor,
            lambda: self._rights.alerts.acknowledge(alert, note, actor).alert_id,
            self._alerts,
        )

    def call_backs(self, visit: Visit, actor: Actor) -> Response:
        """Drawn cases that are held."""
        return self._call_backs(visit, actor, {})

    def record(self, visit: Visit, actor: Actor) -> Response:
        """What the window archive said, or what the leader decided."""
        form, answer = visit.form, visit.form.text("answer")
        command = CallBackCommand(
            case_no=visit.params["id"],
            holder_archive=actor.archive_code,
            how=SEALED_APPLICATION if form.text("how") == SEALED_APPLICATION else TELEPHONE,
            confirmed=answer != "denied",
            note=form.text("note"),
        )
        service = self._rights.call_backs
        act = service.waive if answer == "waived" else service.record
        return self._act(visit, actor, lambda: act(command, actor).case_no, self._call_backs)

    def _act(
        self,
        visit: Visit,
        actor: Actor,
        act: Callable[[], str],
        page: Callable[[Visit, Actor, dict[str, str], int], Response],
    ) -> Response:
        """Done and back to the list; refused, the same page says why and keeps what was typed."""
        try:
            done = act()
        except Refusal as refusal:
            said = {"": self._desk.say(visit, refusal)}
            return page(visit, actor, said, http_status(refusal.reason.kind))
        return see_other(f"/{visit.path.split('/')[1]}?done={done}")

    def _complaints(
        self, visit: Visit, actor: Actor, errors: dict[str, str], status: int = 200
    ) -> Response:
        service, number = self._rights.complaints, visit.params.get("id", "")
        number = number or visit.query.get("id", "")
        rows = service.list(actor)
        chosen = service.get(number, actor) if number in {one.number for one in rows} else None
        forms = [("complain",), ("decide", chosen.number)] if chosen else [("complain",)]
        visit = self._kept.filled(visit, actor, forms)
        values = {
            "rows": rows,
            "chosen": chosen,
            "reviewers": service.reviewers(actor),
            "grounds": tuple(GROUNDS),
            "errors": errors,
            "done": visit.query.get("done", ""),
        }
        return self._desk.render(visit, actor, "complaints.html", values, status=status)

    def _alerts(
        self, visit: Visit, actor: Actor, errors: dict[str, str], status: int = 200
    ) -> Response:
        rows = self._rights.alerts.list(actor)
        names = [one.alert.alert_id for one in rows if one.alert.state == "open"]
        values = self._listed(visit, actor, "alert", names) | {"rows": rows, "errors": errors}
        return self._desk.render(visit, actor, "alerts.html", values, status=status)

    def _call_backs(
        self, visit: Visit, actor: Actor, errors: dict[str, str], status: int = 200
    ) -> Response:
        rows = self._rights.call_backs.list_due(actor)
        names = [one.work.case_no for one in rows]
        values = self._listed(visit, actor, "callback", names) | {"rows": rows, "errors": errors}
        return self._desk.render(visit, actor, "callbacks.html", values, status=status)

    def _listed(
        self, visit: Visit, actor: Actor, kind: str, names: Sequence[str]
    ) -> dict[str, object]:
        """What was done just now, and what stands in the form of each row."""
        kept = {one: (kind, one) for one in names}
        forms = self._kept.rows(visit, actor, kept, visit.params.get("id", ""))
        return {"done": visit.query.get("done", ""), "forms": forms}
