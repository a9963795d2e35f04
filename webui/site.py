"""The door of every page: reads the request, checks the form token, answers every failure.

Handlers are plain functions from a `Visit` to an answer. They run in a thread, since they use
SQL, and raise `Refusal`; nothing else may reach the browser.
"""

import logging
import traceback
from collections.abc import Awaitable, Callable
from datetime import datetime
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from records.refusal import Refusal
from trust.channel.reasons import INTERNAL_FAULT
from webui import csrf
from webui.cookies import (
    STAFF,
    read_language,
    read_shortcuts,
    read_size,
    session_cookie,
    set_session,
)
from webui.form import Form, kept_fields, read_form
from webui.pages import Pages
from webui.reasons import FORM_EXPIRED, FORM_FROM_ELSEWHERE
from webui.twice import Twice
from webui.visit import Visit

_LOG = logging.getLogger(__name__)
_SESSION_BYTES = 32

Handler = Callable[[Visit], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


class Site:
    """Makes endpoints of handlers."""

    def __init__(
        self,
        pages: Pages,
        *,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
        secure: bool,
        whose: str = STAFF,
    ) -> None:
        """`secure` = served over TLS, so cookies are sent over TLS only."""
        self.pages = pages
        self.whose = whose
        self.clock = clock
        self.random = random
        self.secure = secure
        self._twice = Twice(random)

    def page(self, handler: Handler) -> Endpoint:
        """An endpoint that answers with the handler's page or with the page that says why not."""

        async def endpoint(request: Request) -> Response:
            visit = self._visit(request, Form())
            try:
                visit = self._visit(request, await read_form(request), visit)
                _check_origin(request)
                response = await run_in_threadpool(self._answer, handler, visit)
            except Refusal as refusal:
                response = self.pages.refuse(visit, refusal)
            except Exception as error:  # noqa: BLE001 - the last door: nothing else may reach a browser
                response = self._report(visit, error)
            if visit.fresh and _is_whole_page(visit, response):
                set_session(response, visit.session_id, secure=self.secure, whose=self.whose)
            return response

        return endpoint

    def _answer(self, handler: Handler, visit: Visit) -> Response:
        if visit.method != "POST":
            return handler(visit)
        try:
            csrf.verify_token(visit.form.text(csrf.FIELD), visit.session_id)
        except Refusal:
            return self.resend(visit)
        return self._twice.obey(visit, handler)

    def resend(self, visit: Visit) -> Response:
        """A page that keeps what was typed and sends it again after one more press (409)."""
        if visit.partial:
            return self.pages.refuse(visit, Refusal(FORM_EXPIRED))
        return self.pages.render(
            visit,
            "resend.html",
            {
                "reason": FORM_EXPIRED,
                "said": FORM_EXPIRED.en if visit.english else FORM_EXPIRED.zh,
                "remedy": FORM_EXPIRED.remedy_en if visit.english else FORM_EXPIRED.remedy_zh,
                "kept": kept_fields(visit.form),
            },
            status=409,
        )

    def _visit(self, request: Request, form: Form, before: Visit | None = None) -> Visit:
        known = request.cookies.get(session_cookie(secure=self.secure, whose=self.whose), "")
        session_id = known or (before.session_id if before else self.random(_SESSION_BYTES).hex())
        return Visit(
            method="GET" if request.method == "HEAD" else request.method,
            path=request.url.path,
            params={name: str(value) for name, value in request.path_params.items()},
            query=dict(request.query_params),
            form=form,
            words=self.pages.words(read_language(request.cookies)),
            size=read_size(request.cookies),
            shortcuts=read_shortcuts(request.cookies),
            partial=request.headers.get("hx-request") == "true"
            and request.headers.get("hx-boosted") != "true",
            session_id=session_id,
            fresh=not known,
            now=self.clock(),
            client=request.client.host if request.client else "",
            origin=f"{'https' if self.secure else 'http'}://{request.headers.get('host', '')}",
            cookies=dict(request.cookies),
        )

    def _report(self, visit: Visit, error: Exception) -> Response:
        # The message of an exception may hold what a citizen typed: only places are logged.
        incident = self.random(6).hex()
        frames = traceback.extract_tb(error.__traceback__)[-6:]
        places = " < ".join(f"{f.filename.rsplit('/', 2)[-1]}:{f.lineno}" for f in reversed(frames))
        _LOG.error("incident %s: %s at %s", incident, type(error).__name__, places)
        return self.pages.refuse(visit, Refusal(INTERNAL_FAULT), incident=incident)


def _is_whole_page(visit: Visit, response: Response) -> bool:
    # Only the page that a person looks at opens a session. A part or an image that was still on
    # its way when the session ended would replace the session of the sign-in form shown since.
    html = response.headers.get("content-type", "").startswith("text/html")
    return html and not visit.partial and "set-cookie" not in response.headers


def _check_origin(request: Request) -> None:
    """A POST comes from our own page (Origin, Sec-Fetch-Site).

    Raises:
        Refusal: FORM_FROM_ELSEWHERE.
    """
    if request.method != "POST":
        return
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    ours = origin is None or urlsplit(origin).netloc == request.headers.get("host", "")
    if site not in ("same-origin", "none") or not ours:
        raise Refusal(FORM_FROM_ELSEWHERE)
