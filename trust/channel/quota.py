"""How often somebody may call: one bucket per key, in this process or in Redis.

The buckets follow GCRA: one instant per key says when the bucket would be full again. Redis makes
the processes of one service count together; when it is down each counts for itself, so that a
lost cache never stops an archive from answering, and says so once a second at most.
"""

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import redis

from records.refusal import Refusal
from trust.channel.reasons import QUOTA_EXCEEDED

_MOST_KEYS = 65_536
_PAUSE = timedelta(seconds=1)
_SCRIPT = """
local now = tonumber(ARGV[1])
local full_at = tonumber(redis.call('GET', KEYS[1]) or '0')
if full_at < now then full_at = now end
local next = full_at + tonumber(ARGV[2])
local wait = next - tonumber(ARGV[3]) - now
if wait > 0 then return wait end
redis.call('SET', KEYS[1], next, 'PX', math.ceil((next - now) / 1000) + 1000)
return 0
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """So many in the long run, so many at once."""

    per_minute: int
    burst: int

    @property
    def interval_us(self) -> int:
        """Microseconds that one call fills the bucket for."""
        return 60_000_000 // self.per_minute

    @property
    def depth_us(self) -> int:
        """Microseconds of filling that fit into the bucket."""
        return self.interval_us * self.burst


class QuotaRefusal(Refusal):
    """QUOTA_EXCEEDED, with the time after which one more call fits."""

    def __init__(self, retry_after: timedelta) -> None:
        """Keep when to try again."""
        super().__init__(QUOTA_EXCEEDED)
        self.retry_after_ms = max(1, round(retry_after / timedelta(milliseconds=1)))


class RateLimiter(Protocol):
    """Counts calls by key."""

    def take(self, key: str, limit: Limit, now: datetime) -> None:
        """One call is counted. Keys name participants or addresses, never persons.

        Raises:
            QuotaRefusal: the bucket is full; nothing was counted.
        """
        ...


class MemoryRateLimiter:
    """Buckets of this process, at most 65,536; the longest unused go first."""

    def __init__(self) -> None:
        """Begin with empty buckets."""
        self._lock = threading.Lock()
        self._full_at: OrderedDict[str, int] = OrderedDict()

    def take(self, key: str, limit: Limit, now: datetime) -> None:
        """See `RateLimiter.take`."""
        now_us = _microseconds(now)
        with self._lock:
            full_at = max(self._full_at.get(key, 0), now_us) + limit.interval_us
            wait_us = full_at - limit.depth_us - now_us
            if wait_us <= 0:
                self._full_at[key] = full_at
                self._full_at.move_to_end(key)
                while len(self._full_at) > _MOST_KEYS:
                    self._full_at.popitem(last=False)
                return
        raise QuotaRefusal(timedelta(microseconds=wait_us))


class RedisRateLimiter:
    """Buckets shared through Redis; while it is silent, buckets of this process."""

    def __init__(self, client: redis.Redis) -> None:
        """Use a client made by `open_redis`."""
        self._client = client
        self._local = MemoryRateLimiter()
        self._silent_until: datetime | None = None

    def take(self, key: str, limit: Limit, now: datetime) -> None:
        """See `RateLimiter.take`; takes 50 ms at most while Redis is silent."""
        if self._silent_until is not None and now < self._silent_until:
            return self._local.take(key, limit, now)
        # Redis compares only what this text names, so a key cannot be crafted into another's.
        name = "lantai:quota:" + hashlib.sha256(key.encode()).hexdigest()[:32]
        arguments = (_microseconds(now), limit.interval_us, limit.depth_us)
        try:
            wait_us = int(self._client.eval(_SCRIPT, 1, name, *arguments))
        except redis.RedisError:
            self._silent_until = now + _PAUSE
            return self._local.take(key, limit, now)
        if wait_us > 0:
            raise QuotaRefusal(timedelta(microseconds=wait_us))
        return None


def open_redis(url: str) -> redis.Redis:
    """A client that gives up after 50 ms and never retries by itself (trust.md finding 7)."""
    return redis.Redis.from_url(
        url, socket_timeout=0.05, socket_connect_timeout=0.05, retry=None, retry_on_error=[]
    )


def _microseconds(now: datetime) -> int:
    return round(now.timestamp() * 1_000_000)
