"""Five tries for a number in an hour, counted in memory; the number itself is not kept."""

import hashlib
import threading
from collections import OrderedDict
from datetime import datetime, timedelta

MOST_TRIES = 5
WINDOW = timedelta(hours=1)
_MOST_NUMBERS = 20_000


class TryCounter:
    """Counts tries by number, found or not: the answer says nothing about existence."""

    def __init__(self, salt: bytes) -> None:
        """`salt` is fresh for each process."""
        self._salt = salt
        self._tries: OrderedDict[bytes, list[datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, number: str, now: datetime) -> bool:
        """Whether one more try is allowed; counts it if so."""
        key = hashlib.blake2b(number.encode(), key=self._salt, digest_size=16).digest()
        with self._lock:
            recent = [one for one in self._tries.pop(key, []) if now - one < WINDOW]
            allowed = len(recent) < MOST_TRIES
            if allowed:
                recent.append(now)
            self._tries[key] = recent
            while len(self._tries) > _MOST_NUMBERS:
                self._tries.popitem(last=False)
        return allowed
