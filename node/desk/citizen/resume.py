"""/, /resume and /look: the first page, going on with a code, letter size and language."""

from starlette.responses import Response

from node.desk.citizen.apply import keep_code
from node.desk.citizen.entrance import Entrance
from node.domain.citizen_keys import read_code
from records.refusal import Refusal
from webui.cookies import LANGUAGES, SIZES, set_preference
from webui.pages import see_other
from webui.status import http_status
from webui.visit import Visit

_CHOICES = {"language": LANGUAGES, "size": SIZES}


class HomePages:
    """Handlers of the first page."""

    def __init__(self, entrance: Entrance) -> None:
        """Serve one set of pages."""
        self._door = entrance

    def show(self, visit: Visit) -> Response:
        """Three doors."""
        return self._door.render(visit, "home.html", {"errors": {}})

    def look(self, visit: Visit) -> Response:
        """Letter size or language is kept in this browser; back to the page it was chosen on."""
        path = visit.form.text("here")
        ours = path.startswith("/") and not path.startswith(("//", "/\\"))
        response = see_other(path if ours else "/")
        for name, allowed in _CHOICES.items():
            value = visit.form.text(name)
            if value in allowed:
                set_preference(response, name, value, secure=self._door.settings.secure)
        return response

    def ask_code(self, visit: Visit) -> Response:
        """The form for the code."""
        return self._door.render(visit, "resume_code.html", {"errors": {}})

    def resume(self, visit: Visit) -> Response:
        """The application goes on where it was left, in this browser."""
        try:
            code = read_code(visit.form.text("code"))
            if self._door.box.is_filed(code):
                return keep_code(see_other("/apply/done"), code, secure=self._door.settings.secure)
            self._door.box.draft(code, visit.now)
        except Refusal as refusal:
            errors = {"code": self._door.say(visit, refusal)}
            status = http_status(refusal.reason.kind)
            return self._door.render(visit, "resume_code.html", {"errors": errors}, status=status)
        return keep_code(see_other("/apply/next"), code, secure=self._door.settings.secure)
