"""Form tokens: a form is accepted only from a page that the same session was shown.

The token is a fresh nonce and a MAC over it, keyed by the session id that only the browser and
the store know. It differs on every page, so compressing pages leaks nothing about it.
"""

import hashlib
import hmac
from collections.abc import Callable

from records.refusal import Refusal
from webui.reasons import FORM_EXPIRED

FIELD = "_csrf"
"""Name of the hidden field that carries the token."""

_NONCE_BYTES = 16
_MAC_BYTES = 32
_CONTEXT = b"lantai-form-token-v1\0"


def issue_token(session_id: str, random: Callable[[int], bytes]) -> str:
    """A token for one page of this session: 96 hex digits."""
    nonce = random(_NONCE_BYTES)
    return (nonce + _mac(session_id, nonce)).hex()


def verify_token(token: str, session_id: str) -> None:
    """Accepts a token that `issue_token` made for the same session.

    Raises:
        Refusal: FORM_EXPIRED where it is missing, malformed or of another session.
    """
    try:
        raw = bytes.fromhex(token)
    except ValueError:
        raw = b""
    if not session_id or len(raw) != _NONCE_BYTES + _MAC_BYTES:
        raise Refusal(FORM_EXPIRED)
    nonce, mac = raw[:_NONCE_BYTES], raw[_NONCE_BYTES:]
    if not hmac.compare_digest(mac, _mac(session_id, nonce)):
        raise Refusal(FORM_EXPIRED)


def _mac(session_id: str, nonce: bytes) -> bytes:
    return hmac.new(session_id.encode(), _CONTEXT + nonce, hashlib.sha256).digest()
