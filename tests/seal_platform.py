"""A government e-seal platform for tests: a process of its own that holds keys and judges orders.

It believes nobody: the message must carry the shared secret's mac, the order two officers whom the
archive's authority appointed, the attributes the seal's own certificate. The file `platform/fault`
makes it slow, refuse everything, answer garbage, or sign with another key.
"""

import argparse
import base64
import hmac
import json
import sys
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from certificate_service.adapters.archive_folder import read_authority, read_seal_certificates
from certificate_service.adapters.seal_platform import MAC_HEADER
from certificate_service.domain.seal_admission import admit_release, check_signed_attributes
from records.refusal import Refusal
from trust.envelope.dsse import envelope_from_json
from trust.identity.keys import new_p256, read_private_key

SECRET = b"0123456789abcdef0123456789abcdef"


class Platform(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        self.authority = read_authority(folder)
        self.certificate = read_seal_certificates(folder).leaf
        self.key = read_private_key(folder / "platform" / "seal.key", None)
        self.archive_code, self._fault = folder.name, folder / "platform" / "fault"
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def fault(self) -> str:
        return self._fault.read_text() if self._fault.exists() else ""

    def answer(self, body: bytes, mac: str) -> dict[str, Any]:
        if not hmac.compare_digest(mac, hmac.new(SECRET, body, "sha256").hexdigest()):
            raise Refusal_("MAC")
        asked = json.loads(body)
        attributes = base64.b64decode(asked["attributes"])
        appointments = [base64.b64decode(one) for one in asked["appointments"]]
        release_id = admit_release(
            envelope_from_json(base64.b64decode(asked["order"])),
            [envelope_from_json(one) for one in appointments],
            archive_code=self.archive_code,
            authority=self.authority,
            floors=lambda seen: seen,
            now=datetime.now(UTC),
        )
        if release_id != asked["release_id"] or asked["archive_code"] != self.archive_code:
            raise Refusal_("RELEASE")
        check_signed_attributes(attributes, self.certificate)
        key = new_p256() if self.fault == "other-key" else self.key
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        signature = key.sign(attributes, ec.ECDSA(hashes.SHA256()))
        return {"nonce": asked["nonce"], "signature": base64.b64encode(signature).decode()}


class Refusal_(Exception):
    pass


class Handler(BaseHTTPRequestHandler):
    server: Platform

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fault = self.server.fault
        if fault == "slow":
            time.sleep(6)
        status, said = 200, b"{}"
        try:
            if fault == "refuses":
                raise Refusal_("CLOSED")
            found = self.server.answer(body, self.headers.get(MAC_HEADER, ""))
            said = b"<html>" if fault == "garbage" else json.dumps(found).encode()
        except (Refusal_, Refusal, KeyError, ValueError) as refusal:
            status, said = 403, json.dumps({"code": str(refusal)[:40], "detail": ""}).encode()
        if fault == "broken":
            status = 500
        self.send_response(status)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, format: str, *arguments: Any) -> None:
        pass


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    platform = Platform(options.folder)
    print(platform.server_address[1], flush=True)
    platform.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
