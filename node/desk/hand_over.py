"""/intake/{id}/deliver (W5), the sealed files and pictures of their pages."""

from starlette.responses import Response

from node.desk.desk import Desk
from node.desk.page_pictures import draw_page
from node.desk.reasons import IMAGE_ABSENT
from node.domain.commands import HandOverCommand
from node.domain.officers import Actor
from node.domain.views import CaseProgress
from records.exchange import DeliveredFile
from records.refusal import Refusal
from webui.pages import see_other
from webui.status import http_status
from webui.visit import Visit

MOST_COPIES = 5


class HandOverPages:
    """Handlers of the hand-over page."""

    def __init__(self, desk: Desk) -> None:
        """Serve one desk."""
        self._desk = desk

    def show(self, visit: Visit, actor: Actor) -> Response:
        """The pages to print, and what must be checked before they leave the window."""
        return self._page(visit, actor, self._progress(visit, actor), {})

    def submit(self, visit: Visit, actor: Actor) -> Response:
        """The citizen has the extract."""
        form, progress = visit.form, self._progress(visit, actor)
        errors = {
            name: visit.words(f"deliver.need_{name}")
            for name in ("checked", "signed")
            if not form.has(name)
        }
        copies = form.text("copies", "1")
        if copies not in [str(n) for n in range(1, MOST_COPIES + 1)]:
            errors["copies"] = visit.words("deliver.wrong_copies")
        if errors:
            return self._page(visit, actor, progress, errors, status=422)
        command = HandOverCommand(
            case_no=progress.summary.case_no,
            received_by="agent" if form.text("received_by") == "agent" else "applicant",
            copies=int(copies),
        )
        try:
            self._desk.office.hand_over.hand_over(command, actor)
        except Refusal as refusal:
            said = {"": self._desk.say(visit, refusal)}
            status = http_status(refusal.reason.kind)
            return self._page(visit, actor, progress, said, status=status)
        return see_other(f"/intake/{command.case_no}")

    def download(self, visit: Visit, actor: Actor) -> Response:
        """The sealed file, byte for byte; named by its number, never by a person."""
        progress = self._progress(visit, actor)
        file = _find(progress, visit.params["sha256"])
        data = self._desk.office.cases.certificate(progress.summary.case_no, file.sha256, actor)
        return Response(
            data,
            media_type="application/pdf",
            headers={"Content-Disposition": f'attachment; filename="{file.number}.pdf"'},
        )

    def page_picture(self, visit: Visit, actor: Actor) -> Response:
        """A picture of one page of a sealed file: browsers differ in showing PDF, not in this."""
        progress = self._progress(visit, actor)
        file = _find(progress, visit.params["sha256"])
        data = self._desk.office.cases.certificate(progress.summary.case_no, file.sha256, actor)
        return Response(draw_page(data, int(visit.params["page"])), media_type="image/png")

    def _progress(self, visit: Visit, actor: Actor) -> CaseProgress:
        return self._desk.office.cases.progress(visit.params["id"], actor)

    def _page(
        self,
        visit: Visit,
        actor: Actor,
        progress: CaseProgress,
        errors: dict[str, str],
        *,
        status: int = 200,
    ) -> Response:
        return self._desk.render(
            visit,
            actor,
            "deliver.html",
            {
                "case": progress.summary,
                "progress": progress,
                "copies": range(1, MOST_COPIES + 1),
                "errors": errors,
            },
            status=status,
        )


def _find(progress: CaseProgress, sha256: str) -> DeliveredFile:
    for file in progress.certificates:
        if file.sha256 == sha256:
            return file
    raise Refusal(IMAGE_ABSENT)
