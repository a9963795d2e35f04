"""A time-stamp authority over HTTP (RFC 3161 3.4). Its answer is verified with the document."""

import urllib.error
import urllib.request

from certificate_service.adapters.evidence import is_allowed
from certificate_service.domain.order_reasons import TSA_UNAVAILABLE
from certificate_service.domain.reasons import CONFIG_INVALID
from records.refusal import Refusal

_TIMEOUT_SECONDS = 4.0
_MOST_BYTES = 64 * 1024


class HTTPTimeStamps:
    """`TimeStamps` at one address."""

    def __init__(self, address: str) -> None:
        """HTTPS, or plain HTTP on this machine.

        Raises:
            Refusal: CONFIG_INVALID.
        """
        if not is_allowed(address):
            raise Refusal(CONFIG_INVALID, "tsa: HTTPS, or loopback")
        self._address = address

    def stamp(self, request: bytes) -> bytes:
        """DER TimeStampResp to a DER TimeStampReq.

        Raises:
            Refusal: TSA_UNAVAILABLE.
        """
        asked = urllib.request.Request(  # noqa: S310 -- see is_allowed
            self._address, request, {"Content-Type": "application/timestamp-query"}
        )
        try:
            with urllib.request.urlopen(asked, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310
                return bytes(answer.read(_MOST_BYTES))
        except (OSError, ValueError) as error:
            raise Refusal(TSA_UNAVAILABLE) from error
