"""A breaker per peer: five failures in a row, then one probe every ten seconds."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

_FAILURES = 5
_REST = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class _Peer:
    failures: int
    rest_until: datetime


class Breaker:
    """Remembers, in this process only, which peers do not answer."""

    def __init__(self) -> None:
        """Every peer is believed awake."""
        self._lock = Lock()
        self._peers: dict[str, _Peer] = {}

    def may_try(self, peer: str, now: datetime) -> bool:
        """Whether the peer may be called now; true once per rest for a broken one."""
        with self._lock:
            known = self._peers.get(peer)
            if known is None or known.failures < _FAILURES:
                return True
            if now < known.rest_until:
                return False
            self._peers[peer] = _Peer(known.failures, now + _REST)
            return True

    def rest_of(self, peer: str, now: datetime) -> timedelta:
        """How long the peer is left alone from now on; zero = it is believed awake."""
        with self._lock:
            known = self._peers.get(peer)
            if known is None or known.failures < _FAILURES:
                return timedelta()
            return max(known.rest_until - now, timedelta())

    def failed(self, peer: str, now: datetime) -> None:
        """The peer did not answer."""
        with self._lock:
            known = self._peers.get(peer)
            failures = 1 + (known.failures if known else 0)
            self._peers[peer] = _Peer(failures, now + _REST)

    def succeeded(self, peer: str) -> bool:
        """The peer answered; true where it had not the time before."""
        with self._lock:
            return self._peers.pop(peer, None) is not None
