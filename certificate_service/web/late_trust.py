"""A trust list that may be pushed after the site was started."""

import threading
from collections.abc import Callable

from certificate_service.ports import TrustSource
from trust.envelope.dsse import Envelope
from trust.identity.trust_view import TrustView


class LateTrust:
    """Opens the list when it is first needed."""

    def __init__(self, opened: Callable[[], TrustSource]) -> None:
        """`opened` raises a Refusal while there is no list."""
        self._open = opened
        self._lock = threading.Lock()
        self._source: TrustSource | None = None

    def current(self) -> TrustView:
        """The newest list that was verified.

        Raises:
            Refusal: TRUST_UNAVAILABLE.
        """
        with self._lock:
            if self._source is None:
                self._source = self._open()
            return self._source.current()

    def appointments(self, archive_code: str) -> tuple[Envelope, ...]:
        """A verify site knows no officers."""
        del archive_code
        return ()

    def envelope(self) -> Envelope | None:
        """A verify site pushes nothing on."""
        return None
