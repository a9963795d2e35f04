"""/login, /logout: an officer proves who they are with password and one-time code."""

from urllib.parse import urlsplit

from starlette.responses import Response

from node.desk.desk import Desk
from node.domain.commands import SignInCommand
from records.refusal import Refusal
from webui.cookies import clear_session, set_session
from webui.form import kept_fields
from webui.pages import see_other
from webui.status import http_status
from webui.visit import Visit

_SIGN_IN_FIELDS = ("archive", "user", "next")


class SignInPages:
    """Handlers of the sign-in page."""

    def __init__(self, desk: Desk) -> None:
        """Serve one desk."""
        self._desk = desk

    def show(self, visit: Visit) -> Response:
        """The empty sign-in form, or the start page for somebody who is signed in."""
        try:
            self._desk.office.sign_in.open_session(visit.session_id)
        except Refusal:
            return self._form(visit, {}, local_path(visit.query.get("next", "")), [])
        return see_other("/")

    def submit(self, visit: Visit) -> Response:
        """A session is open, or the form again with one sentence for every cause."""
        form = visit.form
        next_path = local_path(form.text("next"))
        kept = [(n, v) for n, v in kept_fields(form) if n not in _SIGN_IN_FIELDS]
        errors = _missing(visit)
        if errors:
            return self._form(visit, errors, next_path, kept, status=422)
        command = SignInCommand(
            archive_code=form.text("archive"),
            user=form.text("user"),
            password=form.raw("password"),
            totp=form.text("totp").replace(" ", ""),
        )
        try:
            session = self._desk.office.sign_in.sign_in(command)
        except Refusal as refusal:
            said = {"user": self._desk.say(visit, refusal)}
            status = http_status(refusal.reason.kind)
            return self._form(visit, said, next_path, kept, status=status)
        response = self._go_on(visit, session.token, next_path, kept)
        set_session(response, session.token, secure=self._desk.config.secure)
        return response

    def sign_out(self, visit: Visit) -> Response:
        """The session is gone."""
        self._desk.office.sign_in.sign_out(visit.session_id)
        response = see_other("/login")
        clear_session(response, secure=self._desk.config.secure)
        return response

    def _go_on(
        self, visit: Visit, token: str, next_path: str, kept: list[tuple[str, str]]
    ) -> Response:
        if not kept:
            return see_other(next_path)
        signed_in = visit.with_session(token)
        return self._desk.pages.render(
            signed_in, "resume.html", {"kept": kept, "next_path": next_path, "errors": {}}
        )

    def _form(
        self,
        visit: Visit,
        errors: dict[str, str],
        next_path: str,
        kept: list[tuple[str, str]],
        *,
        status: int = 200,
    ) -> Response:
        return self._desk.pages.render(
            visit,
            "login.html",
            {
                "errors": errors,
                "next_path": next_path,
                "kept": kept,
                "archives": list(self._desk.archive_names.items()),
            },
            status=status,
        )


def local_path(text: str) -> str:
    """The path if it is one of this site, else the start page: no redirect leads elsewhere."""
    parts = urlsplit(text)
    ours = text.startswith("/") and not text.startswith(("//", "/\\")) and not parts.netloc
    if not ours or parts.path in ("/login", "/locked", "/lock", "/unlock"):
        return "/"
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _missing(visit: Visit) -> dict[str, str]:
    wanted = ("user", "password", "totp")
    return {name: visit.words(f"login.need_{name}") for name in wanted if not visit.form.has(name)}
