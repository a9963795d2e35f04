"""The verify site's addresses: pages, their files, the API, and the pushed files.

GET  /  /verify  /offline   the page with scanner, picture, PDF and typed number
GET  /v                     the page that a QR code opens; what stands behind "#" never gets here
POST /v                     typed number and code, for people without a camera or JavaScript
POST /api/verify            for agencies' programs; GET /api/openapi.json describes it
GET  /keys.json /trust-list.json /council.json /status/... /log/...   signed files, as pushed
"""

import asyncio
import json
import re
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from certificate_service.domain.verdict import Verdict, system_fault
from certificate_service.ports import EvidenceSource
from certificate_service.web.api import VerifyAPI
from certificate_service.web.assets import load_assets, send
from certificate_service.web.english import translate
from certificate_service.web.openapi import openapi_document
from certificate_service.web.shown import show
from certificate_service.web.typed import TypedLookup
from records.refusal import Refusal
from trust.identity.council import council_from_json, root_fingerprint

CALLS_PER_MINUTE = 60
_HERE = Path(__file__).resolve().parent
_POLICY = (
    "default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; media-src 'self' blob:; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY.format(scripts="'self'"),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_SCANNER_HEADERS = {
    **_HEADERS,
    # The decoder is WebAssembly; without this keyword browsers refuse to compile it.
    "Content-Security-Policy": _POLICY.format(scripts="'self' 'wasm-unsafe-eval'"),
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
}
_PUSHED = re.compile(
    r"(keys|trust-list)\.json|trust-lists/\d{1,9}\.json|log/\d{6}/\d{1,12}\.json"
    r"|status/\d{6}(-replaced)?\.cwt"
)
_TYPES = {".json": "application/json", ".cwt": "application/statuslist+cwt"}
_MOST_FORM_BYTES = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteParts:
    """What the site is made of."""

    pushed: EvidenceSource
    """The folder of signed files."""
    typed: TypedLookup
    api: VerifyAPI
    council: bytes
    """The council's public keys, as in council.json: pinned in the page."""
    web_parts: Path
    """Folder of the scanner's files."""


class VerifySite:
    """Serves the page and the pushed files."""

    def __init__(self, parts: SiteParts) -> None:
        """Read everything that does not change.

        Raises:
            Refusal: COUNCIL_INVALID and refusals of `council_from_json`.
        """
        self._parts = parts
        self._fingerprint = root_fingerprint(council_from_json(parts.council))
        self._assets = load_assets(parts.web_parts)
        loader = FileSystemLoader(_HERE / "templates")
        self._templates = Environment(loader=loader, autoescape=select_autoescape())

    def application(self) -> Starlette:
        """The ASGI application."""
        scanner = [Route(path, self.scanner) for path in ("/", "/verify", "/offline")]
        assets = [Route(path, self.asset) for path in self._assets]
        routes = [
            *scanner,
            Route("/v", self.page),
            Route("/v", self.typed, methods=["POST"]),
            Route("/api/verify", self._parts.api.verify, methods=["POST"]),
            Route("/api/openapi.json", self.openapi),
            Route("/council.json", self.council),
            Route("/health", self.health),
            *assets,
            Route("/{path:path}", self.pushed),
        ]
        return Starlette(routes=routes)

    async def scanner(self, request: Request) -> Response:
        """The page with every door."""
        return self._render(request, None, large=_is_large(request), scanner=True)

    async def page(self, request: Request) -> Response:
        """The page of a QR code, the same for everybody."""
        return self._render(request, None, large=_is_large(request))

    async def typed(self, request: Request) -> Response:
        """The verdict on a typed number and code."""
        length = request.headers.get("content-length", "")
        if not length.isdigit() or int(length) > _MOST_FORM_BYTES:
            return Response("V08", status_code=413, headers=_HEADERS)
        form = await request.form(max_files=0, max_fields=5)
        number, code = str(form.get("number", "")), str(form.get("code", ""))
        # The slow hash is for guessers; nobody else should wait for it.
        try:
            verdict = await asyncio.to_thread(self._parts.typed.ask, number, code)
        except Refusal as refusal:
            verdict = system_fault(refusal.code)
        english = form.get("lang") == "en"
        large = form.get("size") == "large"
        return self._render(request, verdict, large=large, english=english)

    async def asset(self, request: Request) -> Response:
        """Script, style or part."""
        return send(self._assets[request.url.path], request, _SCANNER_HEADERS)

    async def pushed(self, request: Request) -> Response:
        """A signed file, as it was pushed."""
        path = request.path_params["path"]
        data = self._parts.pushed.get(path) if _PUSHED.fullmatch(path) else None
        if data is None:
            return Response("not found", status_code=404, headers=_HEADERS)
        headers = {**_HEADERS, "Cache-Control": "no-cache"}
        media_type = _TYPES[path[path.rindex(".") :]]
        return Response(data, media_type=media_type, headers=headers)

    async def council(self, request: Request) -> Response:
        """The council's keys, for verifiers who set up their own."""
        del request
        return Response(self._parts.council, media_type="application/json", headers=_HEADERS)

    async def openapi(self, request: Request) -> Response:
        """The API's description."""
        del request
        return JSONResponse(openapi_document(CALLS_PER_MINUTE), headers=_HEADERS)

    async def health(self, request: Request) -> Response:
        """Whether the pushed keys are there."""
        del request
        ready = self._parts.pushed.get("keys.json") is not None
        return JSONResponse({"ready": ready}, status_code=200 if ready else 503, headers=_HEADERS)

    def _render(
        self,
        request: Request,
        verdict: Verdict | None,
        *,
        large: bool,
        scanner: bool = False,
        english: bool = False,
    ) -> Response:
        english = english or request.query_params.get("lang") == "en"
        page = self._templates.get_template("verify.html")
        html = page.render(
            verdict=None if verdict is None else show(verdict),
            large=large,
            scanner=scanner,
            english=english,
            t=translate if english else str,
            path="/verify" if verdict or scanner else "/v",
            fingerprint=self._fingerprint,
            council=json.dumps(json.loads(self._parts.council), separators=(",", ":")),
        )
        own = _SCANNER_HEADERS if scanner else _HEADERS
        headers = {**own, "Cache-Control": "no-store" if verdict else "no-cache"}
        return HTMLResponse(html, headers=headers)


def _is_large(request: Request) -> bool:
    return request.query_params.get("size") == "large"
