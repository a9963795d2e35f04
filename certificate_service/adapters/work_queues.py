"""Whose turn is it? Work by id, each held by one worker at a time: in this process, or in Redis.

The register says what is to be done; a queue only shares it out among the processes of one service.
What a queue loses is offered again from the register, so Redis may be emptied or die at any time:
while it is silent each process shares out among its own threads, and two processes may do one thing
twice, which every duty bears.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime, timedelta

import redis

from certificate_service.long_term_ports import WorkQueue

_PAUSE = timedelta(seconds=1)
_LEASE = timedelta(minutes=5)
_OFFER = """
local added = 0
for _, id in ipairs(ARGV) do
  if redis.call('SADD', KEYS[2], id) == 1 then
    redis.call('RPUSH', KEYS[1], id)
    added = added + 1
  end
end
return added
"""
_TAKE = """
local now, until_ms = tonumber(ARGV[1]), tonumber(ARGV[2])
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now)) do
  redis.call('ZREM', KEYS[3], id)
  redis.call('RPUSH', KEYS[1], id)
end
local id = redis.call('LPOP', KEYS[1])
if id then redis.call('ZADD', KEYS[3], until_ms, id) end
return id
"""
_DONE = """
redis.call('ZREM', KEYS[3], ARGV[1])
return redis.call('SREM', KEYS[2], ARGV[1])
"""


class MemoryWorkQueue:
    """`WorkQueue` of this process."""

    def __init__(self, lease: timedelta = _LEASE) -> None:
        """Nothing waits; who takes something and is silent for `lease` has lost it."""
        self._lock, self._lease = threading.Lock(), lease
        self._waiting: OrderedDict[str, None] = OrderedDict()
        self._held: dict[str, datetime] = {}

    def offer(self, items: Iterable[str], now: datetime) -> int:
        """How many were not there already."""
        with self._lock:
            new = [one for one in items if one not in self._waiting and one not in self._held]
            self._waiting.update(dict.fromkeys(new))
            return len(dict.fromkeys(new))

    def take(self, now: datetime) -> str | None:
        """The one that has waited longest, held from now on; None = nothing waits."""
        with self._lock:
            for item in [one for one, until in self._held.items() if until <= now]:
                del self._held[item]
                self._waiting[item] = None
            if not self._waiting:
                return None
            item, _ = self._waiting.popitem(last=False)
            self._held[item] = now + self._lease
            return item

    def done(self, item: str) -> None:
        """It is nobody's any more; it may be offered again."""
        with self._lock:
            self._held.pop(item, None)
            self._waiting.pop(item, None)


class RedisWorkQueue:
    """`WorkQueue` of all processes that share one Redis; of this process while it is silent."""

    def __init__(self, client: redis.Redis, name: str, lease: timedelta = _LEASE) -> None:
        """Use a client made by `trust.channel.quota.open_redis`; `name` is the duty's."""
        self._client, self._lease = client, lease
        self._keys = tuple(f"lantai:work:{name}:{part}" for part in ("list", "known", "held"))
        self._local = MemoryWorkQueue(lease)
        self._silent_until: datetime | None = None

    def offer(self, items: Iterable[str], now: datetime) -> int:
        """See `WorkQueue.offer`."""
        named = tuple(items)
        if not named:
            return 0
        said = self._ask(_OFFER, named, now)
        return self._local.offer(named, now) if said is _SILENT else int(str(said))

    def take(self, now: datetime) -> str | None:
        """See `WorkQueue.take`; what was offered while Redis was silent comes first."""
        local = self._local.take(now)
        if local is not None:
            return local
        until = now + self._lease
        said = self._ask(_TAKE, (_milliseconds(now), _milliseconds(until)), now)
        return said.decode() if isinstance(said, bytes) else None

    def done(self, item: str) -> None:
        """See `WorkQueue.done`."""
        self._local.done(item)
        self._ask(_DONE, (item,), None)

    def _ask(self, script: str, arguments: tuple[str | int, ...], now: datetime | None) -> object:
        if now is not None and self._silent_until is not None and now < self._silent_until:
            return _SILENT
        try:
            return self._client.eval(script, len(self._keys), *self._keys, *arguments)
        except redis.RedisError:
            if now is not None:
                self._silent_until = now + _PAUSE
            return _SILENT


_SILENT = object()


def open_work_queue(client: redis.Redis | None, name: str) -> WorkQueue:
    """In Redis where there is one, else in this process."""
    return MemoryWorkQueue() if client is None else RedisWorkQueue(client, name)


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
