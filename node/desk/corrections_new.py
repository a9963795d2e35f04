"""/corrections/new: the correction clerk shows on the page what the index should say."""

from urllib.parse import urlencode

from starlette.responses import Response

from node.desk.desk import Desk
from node.desk.drafts import KeptForms
from node.desk.region_marks import RegionMarks
from node.desk.settings import CHINA
from node.desk.watermark import Watermark
from node.domain.commands import Box
from node.domain.corrections import ProposeCorrection, columns_of, value_of, verify_region
from node.domain.officers import Actor
from records.entries import CatalogueEntry
from records.fields import FieldSpec
from records.kinds import get_kind
from records.refusal import Refusal
from webui.form import Form
from webui.pages import see_other
from webui.status import http_status
from webui.visit import Visit

CORNERS = ("left", "top", "right", "bottom")
_WHOLE = 1000
_SHORTEST = 4


class ProposalPages:
    """Handlers of the proposal and of the images of both pages."""

    def __init__(self, desk: Desk) -> None:
        """Serve one desk."""
        self._desk = desk
        self._kept = KeptForms(desk)
        self._doors = desk.office.corrections
        self._watermark = Watermark(desk.config.fonts)

    def new(self, visit: Visit, actor: Actor) -> Response:
        """Asks for the 档号, or shows its entry and page with the form."""
        asked = {name: (value,) for name, value in visit.query.items()}
        about = visit.query.get("reference", "")
        kept = self._kept.typed(visit, actor, [("propose", about)]).fields
        # A link names the page of the record; what was typed is newer than what the link repeats.
        place = {one: said for one, said in asked.items() if one in ("reference", "image")}
        turned = place.get("image", kept.get("image")) != kept.get("image")
        still = {one: said for one, said in kept.items() if not (turned and one in CORNERS)}
        return self._page(visit, actor, Form({**asked, **still, **place}), {})

    def submit(self, visit: Visit, actor: Actor) -> Response:
        """The proposal waits for another person; a preview or a mistake stays on this page."""
        form = visit.form
        if form.text("action") == "preview":
            return self._page(visit, actor, form, {})
        errors = self._mistakes(visit)
        if errors:
            return self._page(visit, actor, form, errors, status=422)
        command = ProposeCorrection(
            archive_code=actor.archive_code,
            reference_code=form.text("reference"),
            field=form.text("field"),
            new_value="" if form.has("silent") else form.text("value"),
            image=form.text("image"),
            region=_region(form),
            reason=form.text("reason"),
            because=form.text("because"),
        )
        try:
            made = self._doors.index.propose(command, actor)
        except Refusal as refusal:
            said = {"": self._desk.say(visit, refusal)}
            return self._page(visit, actor, form, said, status=http_status(refusal.reason.kind))
        return see_other(f"/corrections?tab=open&id={made.correction_id}&done=proposed")

    def scan(self, visit: Visit, actor: Actor) -> Response:
        """A page image with the looker's watermark, and a frame where one is named."""
        reference, digest = visit.query.get("reference", ""), visit.params["sha256"]
        data, _ = self._doors.views.page_image(reference, digest, actor)
        marks = RegionMarks()
        frame = marks.parse(visit.query.get("frame", ""))
        if frame is not None:
            part = visit.query.get("part", "")
            data = marks.cut(data, frame) if part == "cut" else marks.draw(data, frame)
        archive = self._desk.archive_names.get(actor.archive_code, actor.archive_code)
        text = f"{archive} {actor.display_name} {visit.now.astimezone(CHINA):%Y-%m-%d %H:%M}"
        return Response(self._watermark.draw(data, text), media_type="image/jpeg")

    def _mistakes(self, visit: Visit) -> dict[str, str]:
        form, errors = visit.form, {}
        if not form.has("field"):
            errors["field"] = visit.words("corrections.need_field")
        if not form.has("value") and not form.has("silent"):
            errors["value"] = visit.words("corrections.need_value")
        try:
            _region(form)
        except Refusal:
            errors["left"] = visit.words("corrections.need_region")
        if len(form.text("reason")) < _SHORTEST:
            errors["reason"] = visit.words("corrections.need_reason")
        return errors

    def _page(
        self,
        visit: Visit,
        actor: Actor,
        form: Form,
        errors: dict[str, str],
        *,
        status: int = 200,
    ) -> Response:
        entry = None
        reference = form.text("reference")
        if reference:
            try:
                entry = self._doors.views.open_entry(reference, actor)
            except Refusal as refusal:
                errors = {**errors, "reference": self._desk.say(visit, refusal)}
                status = http_status(refusal.reason.kind)
        return self._desk.render(
            visit,
            actor,
            "corrections_new.html",
            {
                "entry": entry,
                "columns": _columns(entry) if entry else (),
                "form": form,
                "shown": _shown(form, entry),
                "pages": _pages(form, entry) if entry else [],
                "frame": _frame(form),
                "corners": CORNERS,
                "errors": errors,
            },
            status=status,
        )


def _columns(entry: CatalogueEntry) -> list[tuple[FieldSpec, str]]:
    return [(spec, value_of(entry, spec.code)) for spec in columns_of(get_kind(entry.category))]


def _shown(form: Form, entry: CatalogueEntry | None) -> int:
    """Which image of the record is shown, from 1; 0 = it has none."""
    if entry is None or not entry.images:
        return 0
    digests = [page.sha256 for page in entry.images]
    wanted = form.text("image")
    return digests.index(wanted) + 1 if wanted in digests else 1


def _pages(form: Form, entry: CatalogueEntry) -> list[tuple[str, bool]]:
    """Links to the other images of the record; what was typed goes along."""
    typed = {name: form.text(name) for name in ("field", "value", "reason", "because")}
    said = {"reference": entry.reference_code} | {name: one for name, one in typed.items() if one}
    shown = _shown(form, entry)
    return [
        (f"/corrections/new?{urlencode(said | {'image': page.sha256})}", place == shown)
        for place, page in enumerate(entry.images, start=1)
    ]


def _region(form: Form) -> Box:
    """Where on the page. Raises Refusal: CORRECTION_MALFORMED."""
    typed = [form.text(name) for name in CORNERS]
    return verify_region(
        int(one) if one.isascii() and one.isdigit() and len(one) <= 4 else -1 for one in typed
    )


def _frame(form: Form) -> str:
    """The region for the image's address; empty while there is none."""
    try:
        return "-".join(str(corner) for corner in _region(form))
    except Refusal:
        return ""
