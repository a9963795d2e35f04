"""Who has proven their identity in which browser: in memory alone, and not for long.

After fifteen minutes of silence, two hours, or a restart the citizen proves it again; what was
filled in lies in the letter box and is not touched by that.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from node.domain.citizens import ProvenPerson

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=2)
MOST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenSession:
    """One browser."""

    began: datetime
    seen: datetime
    person: ProvenPerson | None = None
    state: str = ""
    """Asked of the real-name provider; empty = nobody was sent there."""
    next_path: str = "/"
    kept: tuple[tuple[str, str], ...] = ()
    """Fields of a form that was sent while nobody was known; `next_path` is where it went."""
    tracked: tuple[str, str] = ("", "")
    """Code and end of the mobile number that were typed at /track."""


class CitizenSessions:
    """Sessions by the browser's session id; the longest unused go first. Safe for threads."""

    def __init__(self) -> None:
        """Start empty."""
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, CitizenSession] = OrderedDict()

    def find(self, session_id: str, now: datetime) -> CitizenSession:
        """The browser's session, seen now; an empty one where it has ended."""
        with self._lock:
            kept = self._kept.get(session_id)
            if kept is None or now - kept.seen > IDLE or now - kept.began > LONGEST:
                self._kept.pop(session_id, None)
                return CitizenSession(began=now, seen=now)
            self._kept[session_id] = replace(kept, seen=now)
            self._kept.move_to_end(session_id)
            return kept

    def keep(self, session_id: str, session: CitizenSession) -> None:
        """The session is that of the browser."""
        with self._lock:
            self._kept[session_id] = session
            self._kept.move_to_end(session_id)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)

    def end(self, session_id: str) -> None:
        """Nobody is known in that browser any more."""
        with self._lock:
            self._kept.pop(session_id, None)
