"""/agreements (M4): who may ask whom for what; proposed, signed, amended and ended by leaders."""

from collections.abc import Mapping
from datetime import date, timedelta

from starlette.responses import Response

from node.desk.agreement_form import AgreementForm, default_fields, fields_of
from node.desk.desk import Desk
from node.desk.drafts import KeptForms
from node.desk.settings import CHINA
from node.domain.agreement_pages import (
    AgreementSheet,
    ProposeAgreementCommand,
    RetireAgreementCommand,
    SignAgreementCommand,
)
from node.domain.officers import Actor
from node.domain.reasons import AGREEMENT_UNKNOWN
from node.services.management_doors import AgreementDesk
from records.agreement_rules import DELIVERIES, GRANULARITY, REDACTIONS, SEAL_MODES
from records.duties import Post
from records.eligibility_terms import Requester
from records.kinds import KINDS
from records.purposes import PURPOSES
from records.refusal import Refusal
from webui.form import Form
from webui.pages import NOTHING, see_other
from webui.status import http_status
from webui.visit import Visit

_NEVER_ASK = ("commercial", "foreign")
"""Requesters whom no agreement serves (domain.md §3.2 D20, D23)."""


class AgreementPages:
    """Handlers of agreements."""

    def __init__(self, desk: Desk, agreements: AgreementDesk) -> None:
        """Serve one desk."""
        self._desk = desk
        self._kept = KeptForms(desk)
        self._agreements = agreements

    def list(self, visit: Visit, actor: Actor) -> Response:
        """Every agreement of the archive, what waits for us first."""
        sheets = sorted(
            self._agreements.list(actor),
            key=lambda one: (not one.waits_for_us, one.days_left < 0, one.days_left),
        )
        values = {"sheets": sheets, "may_sign": Post.LEADER in actor.posts, "errors": {}}
        return self._desk.render(visit, actor, "agreements.html", values)

    def show(self, visit: Visit, actor: Actor) -> Response:
        """One text: scope, quota and use, signatures, and what may be done with it."""
        return self._sheet_page(visit, actor, self._sheet(visit, actor), {})

    def sign(self, visit: Visit, actor: Actor) -> Response:
        """Our two signatures stand under the other side's proposal."""
        sheet = self._sheet(visit, actor)
        if not visit.form.has("read"):
            errors = {"read": visit.words("agreements.need_read")}
            return self._sheet_page(visit, actor, sheet, errors, status=422)
        command = SignAgreementCommand(
            agreement_id=sheet.agreement.agreement_id,
            version=sheet.agreement.version,
            password=visit.form.raw("password"),
        )
        try:
            self._agreements.sign(command, actor)
        except Refusal as refusal:
            return self._refused(visit, actor, sheet, refusal, "password")
        return see_other(f"{_path(sheet)}?done=signed")

    def retire(self, visit: Visit, actor: Actor) -> Response:
        """The end is announced, never before the agreed notice."""
        sheet, form = self._sheet(visit, actor), visit.form
        errors = {}
        last = _day(form.text("last_day"))
        if last is None:
            errors["last_day"] = visit.words("agreements.need_day")
        if len(form.text("reason")) < 4:
            errors["reason"] = visit.words("agreements.need_reason")
        if errors or last is None:
            return self._sheet_page(visit, actor, sheet, errors, status=422)
        command = RetireAgreementCommand(
            agreement_id=sheet.agreement.agreement_id,
            last_day=last,
            reason=form.text("reason"),
            password=form.raw("retire_password"),
        )
        try:
            self._agreements.retire(command, actor)
        except Refusal as refusal:
            return self._refused(visit, actor, sheet, refusal, "retire_password")
        return see_other(f"{_path(sheet)}?done=retired")

    def new(self, visit: Visit, actor: Actor) -> Response:
        """An empty form, or that of the agreement which it would amend."""
        amends = visit.query.get("amend", "")
        sheets = [
            one for one in self._agreements.list(actor) if one.agreement.agreement_id == amends
        ]
        today = visit.now.astimezone(CHINA).date()
        if amends and not sheets:
            raise Refusal(AGREEMENT_UNKNOWN, amends[:64])
        newest = max(sheets, key=lambda one: one.agreement.version) if sheets else None
        fields = (
            fields_of(newest.agreement, self._desk.office.node_id)
            if newest
            else default_fields(today)
        )
        kept = self._kept.typed(visit, actor, [("terms", amends)])
        # A tick that was taken away is not sent: what is kept stands for the whole form.
        return self._form_page(visit, actor, kept if kept.fields else Form(fields), {})

    def propose(self, visit: Visit, actor: Actor) -> Response:
        """What the text would change; then, with the password, signed and published."""
        form = AgreementForm(visit.form, visit.words, self._desk.office.node_id)
        sheets = self._agreements.list(actor)
        terms, errors = form.read([one.agreement for one in sheets])
        if terms is None:
            return self._form_page(visit, actor, visit.form, errors, status=422)
        known = [one for one in sheets if one.agreement.agreement_id == terms.agreement_id]
        before = max(known, key=lambda one: one.agreement.version) if known else None
        effect = self._agreements.effect(terms, actor)
        values = {"terms": terms, "before": before, "effect": effect}
        if visit.form.text("action") != "sign":
            return self._form_page(visit, actor, visit.form, {}, extra=values)
        command = ProposeAgreementCommand(terms=terms, password=visit.form.raw("password"))
        try:
            made = self._agreements.propose(command, actor)
        except Refusal as refusal:
            said = {"password": self._desk.say(visit, refusal)}
            status = http_status(refusal.reason.kind)
            return self._form_page(visit, actor, visit.form, said, status=status, extra=values)
        return see_other(f"/agreements?done={made.agreement_id}")

    def _sheet(self, visit: Visit, actor: Actor) -> AgreementSheet:
        wanted, version = visit.params["id"], visit.params["version"]
        for one in self._agreements.list(actor):
            if (one.agreement.agreement_id, str(one.agreement.version)) == (wanted, version):
                return one
        raise Refusal(AGREEMENT_UNKNOWN, wanted[:64])

    def _refused(
        self, visit: Visit, actor: Actor, sheet: AgreementSheet, refusal: Refusal, field: str
    ) -> Response:
        errors = {field: self._desk.say(visit, refusal)}
        status = http_status(refusal.reason.kind)
        return self._sheet_page(visit, actor, sheet, errors, status=status)

    def _sheet_page(
        self,
        visit: Visit,
        actor: Actor,
        sheet: AgreementSheet,
        errors: dict[str, str],
        *,
        status: int = 200,
    ) -> Response:
        said = sheet.agreement
        form = ("retire", said.agreement_id, str(said.version))
        visit = self._kept.filled(visit, actor, [form])
        today = visit.now.astimezone(CHINA).date()
        done = visit.query.get("done", "")
        values = {
            "sheet": sheet,
            "a": sheet.agreement,
            "may_sign": Post.LEADER in actor.posts,
            "earliest": today + timedelta(days=sheet.agreement.notice_days),
            "done": done if done in ("signed", "retired") else "",
            "errors": errors,
        }
        return self._desk.render(visit, actor, "agreement.html", values, status=status)

    def _form_page(
        self,
        visit: Visit,
        actor: Actor,
        values: Form,
        errors: dict[str, str],
        *,
        status: int = 200,
        extra: Mapping[str, object] = NOTHING,
    ) -> Response:
        shown: dict[str, object] = {
            "values": values,
            "ours": self._desk.office.node_id,
            "kinds": KINDS,
            "requesters": [one.value for one in Requester if one.value not in _NEVER_ASK],
            "purposes": PURPOSES,
            "granularities": GRANULARITY,
            "seal_modes": sorted(SEAL_MODES),
            "deliveries": sorted(DELIVERIES),
            "redactions": REDACTIONS,
            "terms": None,
            "before": None,
            "effect": None,
            "errors": errors,
            **extra,
        }
        return self._desk.render(visit, actor, "agreement_form.html", shown, status=status)


def _path(sheet: AgreementSheet) -> str:
    return f"/agreements/{sheet.agreement.agreement_id}/{sheet.agreement.version}"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
