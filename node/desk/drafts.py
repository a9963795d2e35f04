"""Nothing typed is ever lost: forms are kept on the server while they are filled in.

What was typed is sent 300 ms after the last key, when a page is left and with every press of a
button; it survives a power cut at the window and a restart of the server. Secrets are never kept.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from starlette.responses import Response

from node.desk.desk import Desk, StaffHandler
from node.desk.form_names import KeptForm, is_form_name
from node.desk.reasons import DRAFT_NOT_FOUND
from node.desk_ports import Drafts
from node.domain.drafts import Draft
from node.domain.officers import Actor
from records.refusal import Refusal
from webui import csrf
from webui.form import Form
from webui.visit import Visit

_NEVER = frozenset(
    {csrf.FIELD, "action", "decision", "password", "retire_password", "totp", "read", "seen"}
)
"""Secrets, buttons, and ticks by which an officer declares something: never yesterday's."""
_OBEYED = 303


class KeptForms:
    """The forms of cases as far as they are filled in, e.g. ("work", case number)."""

    def __init__(self, desk: Desk) -> None:
        """Keep in the drafts of this desk."""
        self._desk = desk
        self._drafts = desk.config.drafts
        self._names = desk.config.form_names

    def serve(self, visit: Visit, actor: Actor) -> Response:
        """POST /keep/{name}: what is typed so far is durable; the page stays as it is.

        Raises:
            Refusal: DRAFT_NOT_FOUND for a name that no form has.
        """
        name = visit.params["name"]
        if not is_form_name(name):
            raise Refusal(DRAFT_NOT_FOUND)
        self._save(visit, actor, name)
        return Response(status_code=204)

    def keep(self, visit: Visit, actor: Actor, form: KeptForm) -> None:
        """What this visit sent is kept as that form."""
        self._save(visit, actor, self._names.newest(*form))

    def _save(self, visit: Visit, actor: Actor, name: str) -> None:
        self._drafts.save(
            Draft(
                draft_id=name,
                officer_id=actor.officer_id,
                fields=without_secrets(visit.form.fields),
                saved_at=visit.now,
            )
        )

    def keeping(self, kind: str, act: StaffHandler, *fields: str) -> StaffHandler:
        """`act`, with what was sent kept until it was obeyed.

        The form is named after the places of its path and after those fields of it.
        """

        def handler(visit: Visit, actor: Actor) -> Response:
            said = [visit.form.text(field) for field in fields]
            form = (kind, *visit.params.values(), *said)
            self.keep(visit, actor, form)
            answer = act(visit, actor)
            if answer.status_code == _OBEYED:
                self.drop(actor, [form])
            return answer

        return handler

    def typed(self, visit: Visit, actor: Actor, forms: Iterable[KeptForm]) -> Form:
        """What stands in those forms: as sent now, else as kept."""
        fields: dict[str, tuple[str, ...]] = {}
        for form in forms:
            kept = self._find(visit, actor, form)
            fields |= dict(kept.fields) if kept else {}
        return Form({**fields, **visit.form.fields}, visit.form.files)

    def filled(self, visit: Visit, actor: Actor, forms: Iterable[KeptForm]) -> Visit:
        """The visit, its form filled with what is kept: templates show it again."""
        return replace(visit, form=self.typed(visit, actor, forms))

    def rows(
        self, visit: Visit, actor: Actor, forms: Mapping[str, KeptForm], sent: str
    ) -> dict[str, Form]:
        """The forms of a list by row, each with its own words; the row `sent` was sent now."""
        empty = replace(visit, form=Form())
        return {
            row: self.typed(visit if row == sent else empty, actor, [form])
            for row, form in forms.items()
        }

    def sweep(self, visit: Visit, actor: Actor, forms: Iterable[KeptForm]) -> None:
        """As `drop`, where something is kept: most often nothing is, and nothing is written."""
        self.drop(actor, [form for form in forms if self._find(visit, actor, form)])

    def drop(self, actor: Actor, forms: Iterable[KeptForm]) -> None:
        """The forms were sent and obeyed: nothing of them is kept."""
        for form in forms:
            for name in self._names.every(form):
                self._drafts.drop(name, actor.officer_id)

    def _find(self, visit: Visit, actor: Actor, form: KeptForm) -> Draft | None:
        """The form as kept; what was kept under an older key counts until it is kept anew."""
        for name in self._names.every(form):
            kept = self._drafts.find(name, actor.officer_id, visit.now)
            if kept is not None:
                return kept
        return None


def without_secrets(fields: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The fields that may be written down."""
    return {name: values for name, values in fields.items() if name not in _NEVER}


def own_draft(drafts: Drafts, draft_id: str, actor: Actor, visit: Visit) -> Draft:
    """The officer's own draft. Raises Refusal: DRAFT_NOT_FOUND."""
    draft = drafts.find(draft_id, actor.officer_id, visit.now)
    if draft is None:
        raise Refusal(DRAFT_NOT_FOUND)
    return draft
