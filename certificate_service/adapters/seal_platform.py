"""The seal key on a government e-seal platform (统一电子印章平台), asked over HTTP for each seal.

    POST <url>/signatures
    Content-Type: application/json
    Lantai-Mac: HMAC-SHA256 over the body under the shared secret, hex
    {"archive_code", "release_id", "nonce", "order", "appointments": [], "attributes"}
        order and appointments: DSSE envelopes, base64 of their JSON form; attributes: base64
    200 {"nonce", "signature"}            signature: base64, DER ECDSA over the attributes
    4xx {"code", "detail"}                refused; nothing was signed

The platform has the key and the order: it checks the two officers by itself, as our signer did
before it asked. One question, no retry: a question whose answer was lost is asked again with the
same document, which `seal.db` allows.
"""

import base64
import hashlib
import hmac
import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from certificate_service.adapters.evidence import is_allowed
from certificate_service.domain.order_reasons import SEAL_REFUSED, SEAL_UNAVAILABLE
from certificate_service.domain.reasons import CONFIG_INVALID
from records.refusal import Refusal

MAC_HEADER = "Lantai-Mac"
_MOST_BYTES = 64 * 1024


class PlatformSealKey:
    """One archive's seal on one platform."""

    def __init__(self, archive_code: str, url: str, secret: bytes, timeout_seconds: float) -> None:
        """HTTPS, or plain HTTP on this machine.

        Raises:
            Refusal: CONFIG_INVALID.
        """
        if not is_allowed(url) or len(secret) < hashlib.sha256().digest_size:
            raise Refusal(CONFIG_INVALID, "platform: HTTPS or loopback, a secret of 32 bytes")
        self._archive_code = archive_code
        self._url = f"{url.rstrip('/')}/signatures"
        self._secret = secret
        self._timeout = timeout_seconds

    def sign(self, attributes: bytes, shown: Mapping[str, Any]) -> bytes:
        """DER ECDSA signature over the attributes, made by the platform."""
        nonce = secrets.token_hex(16)
        question = {
            "archive_code": self._archive_code,
            "release_id": shown["release_id"],
            "nonce": nonce,
            "order": shown["order"],
            "appointments": shown["appointments"],
            "attributes": base64.b64encode(attributes).decode(),
        }
        answer = self._ask(json.dumps(question, separators=(",", ":")).encode())
        try:
            if answer["nonce"] != nonce:
                raise Refusal(SEAL_UNAVAILABLE, "answer to another question")
            return base64.b64decode(answer["signature"], validate=True)
        except (KeyError, TypeError, ValueError) as error:
            raise Refusal(SEAL_UNAVAILABLE, "platform's answer") from error

    def _ask(self, body: bytes) -> Mapping[str, Any]:
        mac = hmac.new(self._secret, body, "sha256").hexdigest()
        headers = {"Content-Type": "application/json", MAC_HEADER: mac}
        asked = urllib.request.Request(self._url, body, headers)  # noqa: S310 -- see is_allowed
        try:
            with urllib.request.urlopen(asked, timeout=self._timeout) as answer:  # noqa: S310
                return _object(answer.read(_MOST_BYTES))
        except urllib.error.HTTPError as error:
            if 400 <= error.code < 500:
                said = _object(error.read(_MOST_BYTES))
                raise Refusal(SEAL_REFUSED, f"platform: {said.get('code', '')}"[:80]) from error
            raise Refusal(SEAL_UNAVAILABLE, f"platform: {error.code}") from error
        except (OSError, ValueError) as error:
            raise Refusal(SEAL_UNAVAILABLE, "platform") from error


def _object(data: bytes) -> Mapping[str, Any]:
    try:
        said = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Refusal(SEAL_UNAVAILABLE, "platform's answer") from error
    if not isinstance(said, dict):
        raise Refusal(SEAL_UNAVAILABLE, "platform's answer")
    return said
