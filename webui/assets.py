"""Style sheets and scripts, named by their content.

What every page needs is one sheet and one script: htmx and our own parts joined into one file,
since with several deferred files an extension can miss the start (console.md §10.1). What few
pages need comes after it, in files of its own. The name carries the digest, so browsers may
keep the file for ever and a new release is never mixed with an old one.
"""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from records.refusal import Refusal
from webui.reasons import PAGE_NOT_FOUND, PART_MISSING
from webui.squeeze import squeeze_css, squeeze_js

_HERE = Path(__file__).parent / "static"
_STYLES = {
    "lantai.css": (
        "tokens.css",
        "page.css",
        "form.css",
        "desk.css",
        "workbench.css",
        "print.css",
    ),
    "more.css": ("charts.css", "corrections.css", "citizen.css"),
}
"""Sheets by their parts; the workbench does without the second."""
_SCRIPTS = (
    "start.js",
    "clock.js",
    "form.js",
    "live.js",
    "keep.js",
    "carry.js",
    "workbench.js",
    "lock.js",
)
_RARE = ("region.js", "covers.js", "devices.js")
"""Scripts that only the pages load which use them."""
_FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A static file, ready to send."""

    url: str
    media_type: str
    body: bytes
    compressed: bytes


class Assets:
    """The static files of the pages, by name."""

    def __init__(self, files: Mapping[str, Asset]) -> None:
        """Keep files by name, e.g. "lantai.css"."""
        self._by_name = dict(files)
        self._by_url = {asset.url: asset for asset in files.values()}

    def url(self, name: str) -> str:
        """Path of the file with that name, digest included."""
        return self._by_name[name].url

    async def serve(self, request: Request) -> Response:
        """The file at the path asked for.

        Raises:
            Refusal: PAGE_NOT_FOUND.
        """
        asset = self._by_url.get(request.url.path)
        if asset is None:
            raise Refusal(PAGE_NOT_FOUND)
        headers = {"Cache-Control": _FOREVER, "Vary": "Accept-Encoding"}
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(asset.body, media_type=asset.media_type, headers=headers)
        headers["Content-Encoding"] = "gzip"
        return Response(asset.compressed, media_type=asset.media_type, headers=headers)


def load_assets(web_parts: Path) -> Assets:
    """The style sheets and scripts; `web_parts` holds htmx.min.js from the lock file.

    Raises:
        Refusal: PART_MISSING names the file.
    """
    htmx = web_parts / "htmx.min.js"
    if not htmx.is_file():
        raise Refusal(PART_MISSING, htmx.name)
    scripts = [htmx.read_bytes(), *(_script(name) for name in _SCRIPTS)]
    made = {
        "lantai.js": _asset("lantai.js", "text/javascript", b"\n;\n".join(scripts)),
        "mark.svg": _asset("mark.svg", "image/svg+xml", (_HERE / "mark.svg").read_bytes()),
    }
    for name in _RARE:
        made[name] = _asset(name, "text/javascript", _script(name))
    for sheet, parts in _STYLES.items():
        rules = b"\n".join(_style(part) for part in parts)
        made[sheet] = _asset(sheet, "text/css", rules)
    return Assets(made)


def _script(name: str) -> bytes:
    return squeeze_js((_HERE / name).read_text("utf-8")).encode()


def _style(name: str) -> bytes:
    return squeeze_css((_HERE / name).read_text("utf-8")).encode()


def _asset(name: str, media_type: str, body: bytes) -> Asset:
    digest = hashlib.sha256(body).hexdigest()[:16]
    return Asset(
        url=f"/static/{digest}/{name}",
        media_type=media_type,
        body=body,
        compressed=gzip.compress(body, mtime=0),
    )
