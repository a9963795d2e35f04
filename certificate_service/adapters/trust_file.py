"""The trust list in a file, read again when the file changes; only a newer list replaces it."""

import threading
from datetime import datetime
from pathlib import Path

from certificate_service.domain.reasons import TRUST_UNAVAILABLE
from certificate_service.ports import Clock
from records.refusal import Refusal
from trust.envelope.dsse import Envelope, envelope_from_json
from trust.identity.council import council_from_json
from trust.identity.trust_view import TrustView, verify_trust_list


def read_trust_list(
    path: Path, council: Path, now: datetime, previous: TrustView | None = None
) -> TrustView:
    """The list in `path`, signed by the council in `council`.

    Raises:
        Refusal: TRUST_UNAVAILABLE, and refusals of `verify_trust_list`.
    """
    try:
        envelope_bytes, council_bytes = path.read_bytes(), council.read_bytes()
    except OSError as error:
        raise Refusal(
            TRUST_UNAVAILABLE, f"{error.filename and Path(error.filename).name}"
        ) from error
    return verify_trust_list(
        envelope_from_json(envelope_bytes),
        council_from_json(council_bytes),
        previous=previous,
        now=now,
    )


class TrustFile:
    """The newest verified list of one file."""

    def __init__(self, path: Path, council: Path, clock: Clock) -> None:
        """Read and verify it.

        Raises:
            Refusal: as `read_trust_list`.
        """
        self._path, self._council, self._clock = path, council, clock
        self._lock = threading.Lock()
        self._stamp = _stamp(path)
        self._view = read_trust_list(path, council, clock())

    def current(self) -> TrustView:
        """The newest list that was verified; a worse file than the known one changes nothing."""
        with self._lock:
            stamp = _stamp(self._path)
            if stamp != self._stamp:
                try:
                    self._view = read_trust_list(
                        self._path, self._council, self._clock(), self._view
                    )
                except Refusal:
                    # Half-copied, rolled back or forged: the verified list stays until it expires.
                    return self._view
                self._stamp = stamp
            return self._view

    def appointments(self, archive_code: str) -> tuple[Envelope, ...]:
        """A trust list names no officers."""
        del archive_code
        return ()

    def envelope(self) -> Envelope | None:
        """The signed list as carried."""
        try:
            return envelope_from_json(self._path.read_bytes())
        except (OSError, Refusal):
            return None


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return found.st_mtime_ns, found.st_size
