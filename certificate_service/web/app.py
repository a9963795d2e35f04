"""The verify site's addresses: one page, its script and style, and the pushed files.

GET  /  /v  /verify   the page; what stands behind "#" never reaches this process
POST /v               typed number and code, for people without a camera or JavaScript
GET  /keys.json /trust-list.json /status/... /log/...   signed files, as pushed
"""

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from certificate_service.domain.verdict import MEANING, Verdict, system_fault
from certificate_service.ports import EvidenceSource
from certificate_service.web.typed import TypedLookup
from records.refusal import Refusal

_HERE = Path(__file__).resolve().parent
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_PUSHED = re.compile(r"(keys|trust-list)\.json|status/\d{6}\.cwt|log/\d{6}/\d{1,12}\.json")
_TYPES = {".json": "application/json", ".cwt": "application/statuslist+cwt"}
_MOST_FORM_BYTES = 1024
_TEMPLATE_WORDS = {
    "T1": "档案证明（摘录）",
    "T2": "复制件证明",
    "T3": "未查见档案记录证明",
    "T4": "记载不一致说明",
    "T5": "不予提供（补正）告知书",
    "T6": "转办告知书",
}


class VerifySite:
    """Serves the page and the pushed files."""

    def __init__(self, pushed: EvidenceSource, typed: TypedLookup) -> None:
        """`pushed` is the folder of signed files."""
        self._pushed = pushed
        self._typed = typed
        loader = FileSystemLoader(_HERE / "templates")
        self._templates = Environment(loader=loader, autoescape=select_autoescape())

    def application(self) -> Starlette:
        """The ASGI application."""
        routes = [
            Route("/", self.page),
            Route("/v", self.page),
            Route("/v", self.typed, methods=["POST"]),
            Route("/verify", self.page),
            Route("/verify.js", self.asset),
            Route("/verify.css", self.asset),
            Route("/health", self.health),
            Route("/{path:path}", self.pushed),
        ]
        return Starlette(routes=routes)

    async def page(self, request: Request) -> Response:
        """The page, the same for everybody."""
        return self._render(None, large=request.query_params.get("size") == "large")

    async def typed(self, request: Request) -> Response:
        """The verdict on a typed number and code."""
        length = request.headers.get("content-length", "")
        if not length.isdigit() or int(length) > _MOST_FORM_BYTES:
            return Response("V08", status_code=413, headers=_HEADERS)
        form = await request.form(max_files=0, max_fields=4)
        number, code = str(form.get("number", "")), str(form.get("code", ""))
        # The slow hash is for guessers; nobody else should wait for it.
        try:
            verdict = await asyncio.to_thread(self._typed.ask, number, code)
        except Refusal as refusal:
            verdict = system_fault(refusal.code)
        return self._render(verdict, large=form.get("size") == "large")

    async def asset(self, request: Request) -> Response:
        """Script or style."""
        name = request.url.path.lstrip("/")
        kind = "text/javascript" if name.endswith(".js") else "text/css"
        data = (_HERE / "static" / name).read_bytes()
        headers = {**_HEADERS, "Cache-Control": "max-age=600"}
        return Response(data, media_type=f"{kind}; charset=utf-8", headers=headers)

    async def pushed(self, request: Request) -> Response:
        """A signed file, as it was pushed."""
        path = request.path_params["path"]
        data = self._pushed.get(path) if _PUSHED.fullmatch(path) else None
        if data is None:
            return Response("not found", status_code=404, headers=_HEADERS)
        headers = {**_HEADERS, "Cache-Control": "no-cache"}
        media_type = _TYPES[path[path.rindex(".") :]]
        return Response(data, media_type=media_type, headers=headers)

    async def health(self, request: Request) -> Response:
        """Whether the pushed keys are there."""
        del request
        ready = self._pushed.get("keys.json") is not None
        return JSONResponse({"ready": ready}, status_code=200 if ready else 503, headers=_HEADERS)

    def _render(self, verdict: Verdict | None, *, large: bool) -> Response:
        page = self._templates.get_template("verify.html")
        html = page.render(verdict=None if verdict is None else _shown(verdict), large=large)
        headers = {**_HEADERS, "Cache-Control": "no-store" if verdict else "no-cache"}
        return HTMLResponse(html, headers=headers)


def _shown(verdict: Verdict) -> Mapping[str, object]:
    colour = {True: "ok", False: "bad", None: "warn"}[verdict.genuine]
    if verdict.code in ("V07", "V10"):
        colour = "warn"
    shown = verdict.shown
    return {
        "code": verdict.code,
        "banner": MEANING[verdict.code][1],
        "colour": colour,
        "mark": {"ok": "✓", "bad": "✕", "warn": "!"}[colour],
        "steps": verdict.steps,
        "sample": shown.sample,
        "rows": [
            (label, value)
            for label, value in (
                ("证明编号", shown.number),
                ("出具单位", shown.holder),
                ("种类", _TEMPLATE_WORDS.get(shown.template, "")),
                ("出证时间", shown.issued_at),
                ("当事人", shown.masked_names.replace("|", " ／ ")),
                ("页数", str(shown.pages or "")),
            )
            if value
        ],
        "facts": shown.facts,
    }
