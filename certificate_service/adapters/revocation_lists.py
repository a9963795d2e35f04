"""Certificate revocation lists over HTTP, kept on disk so that issuing does not wait for them.

A list is signed and public, so plain HTTP is how the world serves it (RFC 5280 8, RFC 4387); who
believes it verifies it. One fetch an hour for each address, whatever the number of certificates.
"""

import hashlib
import threading
import urllib.request
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from certificate_service.domain.reasons import REVOCATION_UNAVAILABLE
from records.refusal import Refusal
from trust.store.durable_file import write_durably

FRESH_FOR = timedelta(hours=1)
_TIMEOUT_SECONDS = 4.0
_MOST_BYTES = 8 << 20
_MOST_ADDRESSES = 64
_PAUSE = timedelta(seconds=30)
"""After a failure the address is left alone for so long."""


class HTTPRevocationLists:
    """`RevocationLists` with a folder of the last copies."""

    def __init__(self, folder: Path) -> None:
        """Keep copies in `folder`, which is made when the first one is."""
        self._folder = folder
        self._lock = threading.Lock()
        self._fetched: dict[str, datetime] = {}
        self._failed: dict[str, datetime] = {}

    def fetch(self, url: str, now: datetime) -> bytes:
        """DER of the list at that address: of the last hour, else the last copy there is.

        Raises:
            Refusal: REVOCATION_UNAVAILABLE.
        """
        if urlsplit(url).scheme not in ("http", "https"):
            raise Refusal(REVOCATION_UNAVAILABLE, "address")
        path = self._folder / f"{hashlib.sha256(url.encode()).hexdigest()[:32]}.crl"
        with self._lock:
            if self._is_due(url, now):
                self._refresh(url, path, now)
            try:
                return path.read_bytes()
            except OSError as error:
                raise Refusal(REVOCATION_UNAVAILABLE, "never fetched") from error

    def _is_due(self, url: str, now: datetime) -> bool:
        fetched, failed = self._fetched.get(url), self._failed.get(url)
        if failed is not None and now - failed < _PAUSE:
            return False
        return fetched is None or now - fetched >= FRESH_FOR

    def _refresh(self, url: str, path: Path, now: datetime) -> None:
        if len(self._fetched) >= _MOST_ADDRESSES and url not in self._fetched:
            raise Refusal(REVOCATION_UNAVAILABLE, "too many addresses")
        try:
            with urllib.request.urlopen(url, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310 -- scheme checked
                data = bytes(answer.read(_MOST_BYTES + 1))
        except (OSError, ValueError):
            self._failed[url] = now
            return
        if len(data) > _MOST_BYTES:
            self._failed[url] = now
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        write_durably(path, data)
        self._fetched[url] = now
        self._failed.pop(url, None)
