"""/lock, /locked, /unlock: a screen that shows nothing until its officer is back."""

from urllib.parse import quote

from starlette.responses import Response

from node.desk.desk import Desk
from node.desk.sign_in import local_path
from node.domain.exchange_reasons import PASSWORD_WRONG
from records.refusal import Kind, Refusal
from webui.form import kept_fields
from webui.pages import see_other
from webui.status import http_status
from webui.visit import Visit


class LockPages:
    """Handlers of the locked screen; they run for locked sessions, so they are nobody's desk."""

    def __init__(self, desk: Desk) -> None:
        """Serve one desk."""
        self._desk = desk

    def lock(self, visit: Visit) -> Response:
        """The session is locked; with scripts the page stays where it is, behind a mask."""
        try:
            self._desk.config.doors.screens.lock(visit.session_id)
        except Refusal:
            return _nothing(401) if visit.partial else see_other("/login")
        if visit.partial:
            return _nothing(204)
        return see_other(f"/locked?next={quote(local_path(visit.form.text('next')))}")

    def show(self, visit: Visit) -> Response:
        """The question for the password."""
        next_path = local_path(visit.query.get("next", ""))
        if not self._desk.config.doors.screens.is_locked(visit.session_id):
            return see_other(next_path)
        return self._page(visit, next_path, {})

    def unlock(self, visit: Visit) -> Response:
        """The session is open as it was; a form that was sent meanwhile is shown to be sent."""
        next_path = local_path(visit.form.text("next"))
        try:
            self._desk.config.doors.screens.unlock(visit.session_id, visit.form.raw("password"))
        except Refusal as refusal:
            if refusal.reason.kind is Kind.UNAUTHENTICATED and refusal.reason is not PASSWORD_WRONG:
                return _nothing(401) if visit.partial else see_other("/login")
            said = {"password": self._desk.say(visit, refusal)}
            status = http_status(refusal.reason.kind)
            if visit.partial:
                return _nothing(status, wrong=True)
            return self._page(visit, next_path, said, status)
        if visit.partial:
            return _nothing(204)
        kept = [(n, v) for n, v in kept_fields(visit.form) if n != "next"]
        if not kept:
            return see_other(next_path)
        values = {"kept": kept, "next_path": next_path, "errors": {}}
        return self._desk.pages.render(visit, "resume.html", values)

    def _page(
        self, visit: Visit, next_path: str, errors: dict[str, str], status: int = 200
    ) -> Response:
        kept = [(n, v) for n, v in kept_fields(visit.form) if n != "next"]
        values = {"errors": errors, "next_path": next_path, "kept": kept}
        return self._desk.pages.render(visit, "locked.html", values, status=status)


def _nothing(status: int, *, wrong: bool = False) -> Response:
    headers = {"HX-Reswap": "none", **({"X-Lantai-Wrong": "1"} if wrong else {})}
    return Response(status_code=status, headers=headers)
