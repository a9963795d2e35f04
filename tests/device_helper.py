"""A device helper as docs/devices.md describes it, with a card and a camera that are not there."""

import base64
import contextlib
import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from node.services.hear_devices import key_id, pairing_code

CONTEXT = b"lantai-helper-v1\0"


@dataclass
class Helper:
    """What the helper keeps: one key, the sites it answers, the card that lies on the reader."""

    origins: set[str] = field(default_factory=set)
    name: str = "1号窗口"
    card: dict[str, str] = field(
        default_factory=lambda: {"name": "周金水", "id_no": "361199196211050313"}
    )
    picture: bytes = b"\xff\xd8\xff\xe0 a photograph"
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    asked: list[str] = field(default_factory=list)

    @property
    def public_key(self) -> bytes:
        return self.key.public_key().public_bytes_raw()

    def code(self, origin: str) -> str:
        """What its window shows."""
        return pairing_code(self.public_key, origin)

    def sign(self, told: dict[str, str]) -> str:
        payload = json.dumps(told, ensure_ascii=False).encode()
        signature = self.key.sign(CONTEXT + payload)
        return base64.b64encode(payload).decode() + "." + base64.b64encode(signature).decode()

    def introduce(self, challenge: str, origin: str) -> str:
        return self.sign(
            {
                "protocol": "lantai-helper/1",
                "purpose": "pair",
                "device_id": key_id(self.public_key),
                "name": self.name,
                "public_key": base64.b64encode(self.public_key).decode(),
                "origin": origin,
                "challenge": challenge,
            }
        )

    def read(self, purpose: str, challenge: str, origin: str) -> dict[str, str]:
        told = {
            "protocol": "lantai-helper/1",
            "purpose": purpose,
            "device_id": key_id(self.public_key),
            "origin": origin,
            "challenge": challenge,
        }
        if purpose == "id_card":
            return {"said": self.sign({**told, **self.card})}
        told["sha256"] = hashlib.sha256(self.picture).hexdigest()
        return {"said": self.sign(told), "picture": base64.b64encode(self.picture).decode()}


@contextlib.contextmanager
def helping(helper: Helper, port: int = 0) -> Iterator[int]:
    """The helper listens on loopback; the port."""

    class Handler(BaseHTTPRequestHandler):
        def _origin(self) -> str:
            """The pinned site that asks; anything else is told nothing at all."""
            origin = self.headers.get("Origin", "")
            host = self.headers.get("Host", "")
            ours = host == f"127.0.0.1:{self.server.server_address[1]}"
            return origin if ours and origin in helper.origins else ""

        def _answer(self, status: int, body: bytes = b"") -> None:
            self.send_response(status)
            origin = self._origin()
            if origin:
                self.send_header("Access-Control-Allow-Origin", origin)
                self.send_header("Access-Control-Allow-Headers", "Content-Type")
                self.send_header("Access-Control-Allow-Private-Network", "true")
                self.send_header("Vary", "Origin")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_OPTIONS(self) -> None:
            self._answer(204 if self._origin() else 403)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            origin = self._origin()
            if not origin:
                self._answer(403)
                return
            helper.asked.append(self.path)
            asked = json.loads(body)
            if self.path == "/v1/introduce":
                told: dict[str, str] = {"said": helper.introduce(asked["challenge"], origin)}
            else:
                told = helper.read(asked["purpose"], asked["challenge"], origin)
            self._answer(200, json.dumps(told).encode())

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
