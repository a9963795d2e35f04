"""Headers that every answer carries and limits that every request meets (console.md §4, CSP)."""

from collections.abc import MutableMapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
"""No inline script or style, nothing from elsewhere, no framing."""

MAX_BODY_BYTES = 12 * 1024 * 1024
"""Largest request body, files included."""

_HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class SecurityHeaders:
    """ASGI layer that sets the headers above; pages are not kept by browsers or proxies.

    A static file says its own Cache-Control and keeps it.
    """

    def __init__(self, app: ASGIApp, *, secure: bool, connect: str = "") -> None:
        """`secure` = served over TLS: adds Strict-Transport-Security.

        `connect` is one more place that scripts may ask: the device helper on loopback.
        """
        self._app = app
        self._secure = secure
        policy = CSP.replace("connect-src 'self'", f"connect-src 'self' {connect}".rstrip())
        self._headers = {**_HEADERS, "Content-Security-Policy": policy}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request with the headers added."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._guard(message)
            await send(message)

        await self._app(scope, receive, send_guarded)

    def _guard(self, message: Message) -> None:
        headers = MutableHeaders(scope=message)
        for name, value in self._headers.items():
            headers[name] = value
        headers.setdefault("Cache-Control", "no-store")
        if self._secure:
            headers["Strict-Transport-Security"] = "max-age=31536000"


class BodyLimit:
    """ASGI layer that marks a request whose body is larger than `MAX_BODY_BYTES`.

    The rest of the body is dropped unread; `webui.site` answers FORM_TOO_LARGE.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, counting what arrives."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "0")
        scope["lantai.too_large"] = not declared.isdigit() or int(declared) > MAX_BODY_BYTES
        await self._app(scope, _counted(scope, receive), send)


def _counted(scope: MutableMapping[str, object], receive: Receive) -> Receive:
    seen = 0

    async def receive_counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > MAX_BODY_BYTES:
            scope["lantai.too_large"] = True
            return {"type": "http.request", "body": b"", "more_body": False}
        return message

    return receive_counted
