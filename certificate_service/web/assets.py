"""The page's own files: scripts joined, compressed once, told apart by their digest."""

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

import webui
from certificate_service.web.english import english_script

_HERE = Path(__file__).resolve().parent / "static"
SCRIPTS = (
    "bytes.js",
    "ed25519.js",
    "chain.js",
    "token.js",
    "witness.js",
    "lookups.js",
    "judge.js",
    "page.js",
    "start.js",
)
"""Joined to /verify.js in this order: one request, one scope."""
_PARTS = {"/zxing-reader.js": "text/javascript", "/zxing_reader.wasm": "application/wasm"}
"""Set-up products that the scanner loads when it is opened."""
_MANIFEST = {
    "name": "档案证明核验",
    "short_name": "证明核验",
    "lang": "zh-CN",
    "start_url": "/verify",
    "scope": "/",
    "display": "standalone",
    "background_color": "#f4f5f7",
    "theme_color": "#0f3f6b",
    "icons": [{"src": "/mark.svg", "sizes": "any", "type": "image/svg+xml"}],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file, ready to send."""

    media_type: str
    body: bytes
    compressed: bytes
    tag: str
    """ETag: a browser asks whether its copy is still right and mostly gets 304."""


def load_assets(web_parts: Path) -> Mapping[str, Asset]:
    """Files by path. Without set-up products the scanner's are missing, and the page says so."""
    joined = b"\n".join((_HERE / name).read_bytes() for name in SCRIPTS)
    mark = Path(webui.__file__).resolve().parent / "static" / "mark.svg"
    assets = {
        "/verify.js": _asset("text/javascript", joined),
        "/english.js": _asset("text/javascript", english_script()),
        "/verify.css": _asset("text/css", (_HERE / "verify.css").read_bytes()),
        # The doors need scripts; they are painted before these have come, and never without.
        "/plain.css": _asset("text/css", b"#doors { display: none; }\n"),
        "/manifest.webmanifest": _asset("application/manifest+json", _json(_MANIFEST)),
        "/mark.svg": _asset("image/svg+xml", mark.read_bytes()),
    }
    for name in ("scan.js", "pdf.js", "sw.js"):
        assets[f"/{name}"] = _asset("text/javascript", (_HERE / name).read_bytes())
    for path, media_type in _PARTS.items():
        part = web_parts / path.lstrip("/")
        if part.is_file():
            assets[path] = _asset(media_type, part.read_bytes())
    return assets


def send(asset: Asset, request: Request, headers: Mapping[str, str]) -> Response:
    """The file, compressed where the browser takes it; 304 when it has it already."""
    kept = {**headers, "Cache-Control": "no-cache", "ETag": asset.tag, "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == asset.tag:
        return Response(status_code=304, headers=kept)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(asset.body, media_type=asset.media_type, headers=kept)
    kept["Content-Encoding"] = "gzip"
    return Response(asset.compressed, media_type=asset.media_type, headers=kept)


def _asset(media_type: str, body: bytes) -> Asset:
    text = media_type.startswith("text/")
    return Asset(
        media_type=f"{media_type}; charset=utf-8" if text else media_type,
        body=body,
        compressed=gzip.compress(body, mtime=0),
        tag=f'"{hashlib.sha256(body).hexdigest()[:24]}"',
    )


def _json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()
