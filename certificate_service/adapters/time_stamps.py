"""A time-stamp authority over HTTP (RFC 3161 3.4). Its answer is verified with the document."""

import time
import urllib.request
from collections.abc import Callable

from certificate_service.adapters.evidence import is_allowed
from certificate_service.domain.order_reasons import TSA_UNAVAILABLE
from certificate_service.domain.reasons import CONFIG_INVALID
from records.refusal import Refusal

_TIMEOUT_SECONDS = 4.0
_PAUSE_SECONDS = 20.0
_MOST_BYTES = 64 * 1024


class HTTPTimeStamps:
    """`TimeStamps` at one address; after a failure it is left alone for a while.

    A citizen waits for the first failure of an outage, not for every one.
    """

    def __init__(self, address: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        """HTTPS, or plain HTTP on this machine.

        Raises:
            Refusal: CONFIG_INVALID.
        """
        if not is_allowed(address):
            raise Refusal(CONFIG_INVALID, "tsa: HTTPS, or loopback")
        self._address = address
        self._monotonic = monotonic
        self._failed_at: float | None = None

    def stamp(self, request: bytes) -> bytes:
        """DER TimeStampResp to a DER TimeStampReq.

        Raises:
            Refusal: TSA_UNAVAILABLE.
        """
        failed_at = self._failed_at
        if failed_at is not None and self._monotonic() - failed_at < _PAUSE_SECONDS:
            raise Refusal(TSA_UNAVAILABLE, "failed a moment ago")
        asked = urllib.request.Request(  # noqa: S310 -- see is_allowed
            self._address, request, {"Content-Type": "application/timestamp-query"}
        )
        try:
            with urllib.request.urlopen(asked, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310
                data = bytes(answer.read(_MOST_BYTES))
        except (OSError, ValueError) as error:
            self._failed_at = self._monotonic()
            raise Refusal(TSA_UNAVAILABLE) from error
        self._failed_at = None
        return data
