"""So many tries in so long a time, counted in memory under a salted hash; nothing else is kept."""

import hashlib
import threading
from collections import OrderedDict
from datetime import datetime, timedelta

MOST_TRIES = 5
WINDOW = timedelta(hours=1)
_MOST_NAMES = 20_000


class TryCounter:
    """Counts tries by name (a number, an address): found or not, the answer does not tell."""

    def __init__(self, salt: bytes, most: int = MOST_TRIES, window: timedelta = WINDOW) -> None:
        """`salt` is fresh for each process; `most` tries are allowed in each `window`."""
        self._salt = salt
        self._most, self._window = most, window
        self._tries: OrderedDict[bytes, list[datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, name: str, now: datetime) -> bool:
        """Whether one more try is allowed; counts it if so."""
        key = hashlib.blake2b(name.encode(), key=self._salt, digest_size=16).digest()
        with self._lock:
            recent = [one for one in self._tries.pop(key, []) if now - one < self._window]
            allowed = len(recent) < self._most
            if allowed:
                recent.append(now)
            self._tries[key] = recent
            while len(self._tries) > _MOST_NAMES:
                self._tries.popitem(last=False)
        return allowed
