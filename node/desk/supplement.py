"""/intake/{id}/supplement: the one more fact that a holder asked the citizen for."""

from dataclasses import replace

from starlette.responses import Response

from node.desk.clues import clues_of
from node.desk.desk import Desk
from node.desk.drafts import KeptForms
from node.desk.filing_form import FilingForm
from node.desk.prefill import form_of
from node.domain.application import Application
from node.domain.cases import Leg
from node.domain.commands import AnswerQuestionCommand
from node.domain.officers import Actor
from node.domain.reasons import CASE_STATE
from records.refusal import Refusal
from webui.form import Form
from webui.pages import see_other
from webui.status import http_status
from webui.visit import Visit

_MAY_ADD = (
    "subject_name",
    "subject_former",
    "subject_sex",
    "subject_birth",
    "subject_id",
    "other_name",
    "place",
    "period",
    "number",
    "words",
)
"""Fields that the answer to a question may change; applicant and category stay."""


class SupplementPages:
    """Handlers of the supplement form."""

    def __init__(self, desk: Desk) -> None:
        """Serve one desk."""
        self._desk = desk
        self._kept = KeptForms(desk)

    def show(self, visit: Visit, actor: Actor) -> Response:
        """The question and the facts given so far."""
        application, leg = self._asked(visit, actor)
        form = ("supplement", visit.params["id"], leg.holder_archive)
        kept = self._kept.typed(visit, actor, [form])
        return self._page(visit, actor, leg, _with_answers(form_of(application), kept), {})

    def submit(self, visit: Visit, actor: Actor) -> Response:
        """The added fact is on its way to the holder that asked."""
        application, leg = self._asked(visit, actor)
        values = _with_answers(form_of(application), visit.form)
        reader = FilingForm(values, visit.words, self._desk.config.lunar, visit.english)
        filing = reader.read(application.window_archive, application.proofs)
        errors = {n: said for n, said in filing.errors.items() if _is_open(n)}
        if errors:
            return self._page(visit, actor, leg, values, errors, status=422)
        added = replace(application, query=filing.application.query)
        command = AnswerQuestionCommand(
            case_no=visit.params["id"], holder_archive=leg.holder_archive, application=added
        )
        try:
            self._desk.office.file_request.answer_question(command, actor)
        except Refusal as refusal:
            said = {"": self._desk.say(visit, refusal)}
            status = http_status(refusal.reason.kind)
            return self._page(visit, actor, leg, values, said, status=status)
        return see_other(f"/intake/{command.case_no}")

    def _asked(self, visit: Visit, actor: Actor) -> tuple[Application, Leg]:
        progress = self._desk.office.cases.progress(visit.params["id"], actor)
        wanted = visit.form.text("holder") or visit.query.get("holder", "")
        legs = [leg for leg in progress.legs if leg.question]
        leg = next((leg for leg in legs if leg.holder_archive == wanted), legs[0] if legs else None)
        if leg is None or progress.application is None:
            raise Refusal(CASE_STATE, "no open question")
        return progress.application, leg

    def _page(
        self,
        visit: Visit,
        actor: Actor,
        leg: Leg,
        values: Form,
        errors: dict[str, str],
        status: int = 200,
    ) -> Response:
        return self._desk.render(
            visit,
            actor,
            "supplement.html",
            {
                "case_no": visit.params["id"],
                "leg": leg,
                "values": values,
                "clues": clues_of(values.text("category_other") or values.text("category")),
                "errors": errors,
            },
            status=status,
        )


def _is_open(name: str) -> bool:
    return name in _MAY_ADD or name.startswith("free.")


def _with_answers(before: Form, sent: Form) -> Form:
    answered = {n: v for n, v in sent.fields.items() if _is_open(n)}
    return Form({**before.fields, **answered})
