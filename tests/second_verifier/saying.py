"""How it refuses, and the few words that every part needs."""

import base64
import hashlib
from datetime import UTC, datetime
from typing import Any

b64 = base64.b64decode
FAR = datetime(9999, 1, 1, tzinfo=UTC)


class Wrong(Exception):
    """Not genuine; the argument is the verdict code."""


def need(holds: Any, code: str, what: str = "") -> None:
    if not holds:
        raise Wrong(code, what)


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
