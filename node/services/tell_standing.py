"""What every page of the desks says on top: read-only, an old directory, late time-stamps.

Officers must know it before they type, not when a form is refused.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from node.services.house import House
from records.refusal import Refusal

READ_ONLY = "READ_ONLY"
NO_DIRECTORY, OLD_DIRECTORY, AGED_DIRECTORY = (
    "DIRECTORY_MISSING",
    "DIRECTORY_EXPIRED",
    "DIRECTORY_DEGRADED",
)
PENDING_TIME = "PENDING_TIME"
GRAVE = frozenset({READ_ONLY, NO_DIRECTORY, OLD_DIRECTORY})
"""Something cannot be done now; the others say that it will not be so for long."""
_LOOK_EVERY = timedelta(seconds=2)


class TellStanding:
    """Looks at most every two seconds, however many pages are drawn."""

    def __init__(
        self,
        house: House,
        is_shut: Callable[[], bool],
        pending_since: Callable[[str], datetime | None],
        patience: timedelta,
    ) -> None:
        """`patience`: how long a log may wait for its time-stamp before pages say so."""
        self._house = house
        self._is_shut = is_shut
        self._pending_since = pending_since
        self._patience = patience
        self._seen: dict[str, tuple[datetime, tuple[str, ...]]] = {}

    def of(self, archive_code: str) -> tuple[str, ...]:
        """Codes of what an officer of that archive has to know now, gravest first."""
        now = self._house.clock()
        at, codes = self._seen.get(archive_code, (None, ()))
        if at is None or not timedelta() <= now - at < _LOOK_EVERY:
            codes = self._look(archive_code, now)
            self._seen[archive_code] = (now, codes)
        return codes

    def _look(self, archive_code: str, now: datetime) -> tuple[str, ...]:
        codes = [READ_ONLY] if self._is_shut() else []
        codes += self._directory(now)
        since = self._pending_since(archive_code)
        if since is not None and now - since > self._patience:
            codes.append(PENDING_TIME)
        return tuple(codes)

    def _directory(self, now: datetime) -> list[str]:
        try:
            directory = self._house.directory.current()
        except Refusal:
            return [NO_DIRECTORY]
        try:
            return [] if directory.check_usable(now) == "normal" else [AGED_DIRECTORY]
        except Refusal:
            return [OLD_DIRECTORY]
