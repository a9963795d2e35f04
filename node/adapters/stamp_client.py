"""A time-stamp authority over HTTP (RFC 3161 3.4); its answer is verified by whoever asked."""

import urllib.request
from urllib.parse import urlsplit

from node.domain.reasons import CONFIG_MALFORMED, TSA_SILENT
from records.refusal import Refusal

_TIMEOUT_SECONDS = 5.0
_MOST_BYTES = 64 * 1024
_THIS_MACHINE = ("127.0.0.1", "::1", "localhost")


class HttpTimeStamps:
    """`TimeStamps` at one address."""

    def __init__(self, address: str) -> None:
        """HTTPS, or plain HTTP on this machine. Raises Refusal: CONFIG_MALFORMED."""
        where = urlsplit(address)
        local = where.scheme == "http" and where.hostname in _THIS_MACHINE
        if not (where.scheme == "https" or local) or not where.hostname:
            raise Refusal(CONFIG_MALFORMED, "tsa: HTTPS, or loopback")
        self._address = address

    def stamp(self, request: bytes) -> bytes:
        """See `TimeStamps.stamp`."""
        asked = urllib.request.Request(  # noqa: S310 -- the scheme was checked
            self._address, request, {"Content-Type": "application/timestamp-query"}
        )
        try:
            with urllib.request.urlopen(asked, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310
                return bytes(answer.read(_MOST_BYTES))
        except (OSError, ValueError) as error:
            raise Refusal(TSA_SILENT) from error
