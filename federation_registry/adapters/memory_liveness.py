"""Last beats in this process: the embedded default."""

import threading
from collections.abc import Mapping
from datetime import datetime

from federation_registry.domain.standing import FORGET_AFTER, Beat


class MemoryLivenessBook:
    """`LivenessBook` of one process."""

    def __init__(self) -> None:
        """Begin with nobody heard."""
        self._lock = threading.Lock()
        self._beats: dict[str, Beat] = {}

    def hear(self, node_id: str, beat: Beat) -> None:
        """See `LivenessBook.hear`."""
        with self._lock:
            known = self._beats.get(node_id)
            if known is None or beat.heard_at >= known.heard_at:
                self._beats[node_id] = beat

    def beats(self, now: datetime) -> Mapping[str, Beat]:
        """See `LivenessBook.beats`."""
        with self._lock:
            return {
                node: beat
                for node, beat in sorted(self._beats.items())
                if now - beat.heard_at <= FORGET_AFTER
            }
