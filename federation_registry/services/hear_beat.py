"""Hears that a node is awake, and tells it the version of the newest head."""

from datetime import UTC, datetime

from federation_registry.domain.standing import Beat, verify_beat
from federation_registry.ports import Clock, LivenessBook, PartStore


class HearBeat:
    """Keeps the newest beat of each node."""

    def __init__(self, liveness: LivenessBook, store: PartStore, clock: Clock) -> None:
        """Keep beats in `liveness`."""
        self._liveness = liveness
        self._store = store
        self._clock = clock

    def hear(
        self, node_id: str, *, in_work: int, maintenance_until_ms: int, message: str
    ) -> tuple[datetime, int]:
        """(the registry's clock, newest content version).

        Raises:
            Refusal: BEAT_MALFORMED.
        """
        now = self._clock()
        until = _instant(maintenance_until_ms)
        beat = Beat(heard_at=now, in_work=in_work, maintenance_until=until, message=message)
        self._liveness.hear(node_id, verify_beat(beat))
        return now, self._store.version()


def _instant(milliseconds: int) -> datetime | None:
    """The instant; one beyond the calendar's end is as far as the bounds are concerned."""
    if milliseconds == 0:
        return None
    return datetime.fromtimestamp(min(milliseconds, 253_402_300_799_000) / 1000, UTC)
