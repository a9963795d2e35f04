"""The demonstration's time-stamp and revocation authority over plain HTTP, as RFC 3161 has it.

    POST /tsa            application/timestamp-query → application/timestamp-reply
    GET  /seal.crl       the seal authority's revocation list
    GET  /seal-root.crl  the seal root's
    GET  /seal.cer       the seal issuing certificate

Plain HTTP on loopback: tokens and lists are signed, and nothing else is carried.
"""

import argparse
import secrets
import signal
import sys
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from deploy.localnet.time_stamp import MOST_REQUEST_BYTES, TimeStampAuthority
from trust.identity.keys import read_private_key

_FILES = {
    "/seal.crl": "application/pkix-crl",
    "/seal-root.crl": "application/pkix-crl",
    "/seal.cer": "application/pkix-cert",
}


class TimeStampServer(ThreadingHTTPServer):
    """Serves one authority and the files of its folder."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], authority: TimeStampAuthority, data: Path) -> None:
        """Bind; `data` holds seal.crl and seal.cer."""
        self.authority = authority
        self.data = data
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: TimeStampServer
    timeout = 10

    def do_POST(self) -> None:
        """Answer a time-stamp query."""
        length = self.headers.get("Content-Length", "")
        wanted = self.headers.get("Content-Type", "") == "application/timestamp-query"
        if self.path != "/tsa" or not wanted or not length.isdigit():
            self.send_error(400)
        elif int(length) > MOST_REQUEST_BYTES:
            self.send_error(413)
        else:
            answer = self.server.authority.answer(self.rfile.read(int(length)))
            self._send("application/timestamp-reply", answer)

    def do_GET(self) -> None:
        """Serve the revocation list or the issuing certificate."""
        kind = _FILES.get(self.path)
        path = self.server.data / self.path.removeprefix("/")
        if kind is None or not path.is_file():
            self.send_error(404)
        else:
            self._send(kind, path.read_bytes())

    def _send(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: ANN401
        """Keep quiet: there is nothing to learn from a digest."""


def open_authority(data: Path) -> TimeStampAuthority:
    """The authority whose key and certificates lie in `data`."""
    key = read_private_key(data / "tsa.key", None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101 - made by our own ceremony
    return TimeStampAuthority(
        certificate=x509.load_der_x509_certificate((data / "tsa.cer").read_bytes()),
        issuer=x509.load_der_x509_certificate((data / "seal.cer").read_bytes()),
        key=key,
        clock=lambda: datetime.now(UTC),
        random=secrets.token_bytes,
    )


def der(certificate: x509.Certificate) -> bytes:
    """The certificate, DER."""
    return certificate.public_bytes(serialization.Encoding.DER)


def main() -> int:
    """Serves until SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m deploy.localnet.time_stamp_server")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--listen", required=True, help="127.0.0.1:PORT")
    arguments = parser.parse_args()
    host, port = arguments.listen.rsplit(":", 1)
    server = TimeStampServer((host, int(port)), open_authority(arguments.data), arguments.data)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with server:
        server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
