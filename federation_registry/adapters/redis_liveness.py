"""Last beats in Redis, shared by all replicas; while it is silent, those of this process.

A lost beat costs a hint for ten seconds, so nothing waits for Redis longer than 50 ms.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import redis

from federation_registry.adapters.memory_liveness import MemoryLivenessBook
from federation_registry.domain.standing import FORGET_AFTER, Beat

_PAUSE = timedelta(seconds=1)
_KEEP_NEWEST = """
local known = redis.call('HGET', KEYS[1], ARGV[1])
if known and cjson.decode(known)['heard_us'] > tonumber(ARGV[3]) then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
"""


class RedisLivenessBook:
    """`LivenessBook` on Redis."""

    def __init__(self, client: redis.Redis, registry_id: str) -> None:
        """Use a client made by `trust.channel.quota.open_redis`."""
        self._client = client
        self._key = f"lantai:liveness:{registry_id}"
        self._local = MemoryLivenessBook()
        self._silent_until: datetime | None = None

    def hear(self, node_id: str, beat: Beat) -> None:
        """See `LivenessBook.hear`."""
        self._local.hear(node_id, beat)
        if self._is_silent(beat.heard_at):
            return
        written = _to_json(beat)
        try:
            self._client.eval(
                _KEEP_NEWEST, 1, self._key, node_id, written, _microseconds(beat.heard_at)
            )
        except redis.RedisError:
            self._silent_until = beat.heard_at + _PAUSE

    def beats(self, now: datetime) -> Mapping[str, Beat]:
        """See `LivenessBook.beats`."""
        found = dict(self._local.beats(now))
        if self._is_silent(now):
            return found
        try:
            stored: Any = self._client.hgetall(self._key)
        except redis.RedisError:
            self._silent_until = now + _PAUSE
            return found
        for node, written in stored.items():
            beat = _from_json(written)
            known = found.get(node.decode())
            if known is None or beat.heard_at > known.heard_at:
                found[node.decode()] = beat
        return {
            node: beat
            for node, beat in sorted(found.items())
            if now - beat.heard_at <= FORGET_AFTER
        }

    def _is_silent(self, now: datetime) -> bool:
        return self._silent_until is not None and now < self._silent_until


def _microseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000_000)


def _to_json(beat: Beat) -> str:
    until = beat.maintenance_until
    return json.dumps(
        {
            "heard_us": _microseconds(beat.heard_at),
            "in_work": beat.in_work,
            "until_us": _microseconds(until) if until else 0,
            "message": beat.message,
        }
    )


def _from_json(written: bytes) -> Beat:
    said = json.loads(written)
    until = said["until_us"]
    return Beat(
        heard_at=datetime.fromtimestamp(said["heard_us"] / 1_000_000, UTC),
        in_work=said["in_work"],
        maintenance_until=datetime.fromtimestamp(until / 1_000_000, UTC) if until else None,
        message=said["message"],
    )
