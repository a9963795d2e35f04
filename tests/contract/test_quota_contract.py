"""Every rate limiter counts alike: in memory, in Redis, and in Redis that went away."""

import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import redis
from patient_redis import patient_redis

from trust.channel.quota import (
    Limit,
    MemoryRateLimiter,
    QuotaRefusal,
    RateLimiter,
    RedisRateLimiter,
    open_redis,
)

NOW = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
LIMIT = Limit(per_minute=60, burst=3)
SECOND = timedelta(seconds=1)


@pytest.fixture(params=["memory", "redis", "redis that is down", "redis that hangs"])
def limiter(request: pytest.FixtureRequest) -> Iterator[RateLimiter]:
    if request.param == "memory":
        yield MemoryRateLimiter()
    elif request.param == "redis":
        client = patient_redis(request.getfixturevalue("redis_url"))
        client.flushall()
        yield RedisRateLimiter(client)
    elif request.param == "redis that is down":
        yield RedisRateLimiter(open_redis("redis://127.0.0.1:1/0"))
    else:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            yield RedisRateLimiter(open_redis(f"redis://127.0.0.1:{port}/0"))


def count(limiter: RateLimiter, key: str, calls: int, now: datetime = NOW) -> int:
    """How many of so many calls were let through."""
    passed = 0
    for _ in range(calls):
        try:
            limiter.take(key, LIMIT, now)
        except QuotaRefusal:
            continue
        passed += 1
    return passed


def test_a_burst_passes_and_no_more(limiter: RateLimiter) -> None:
    assert count(limiter, "a", 10) == 3


def test_one_call_fits_again_after_its_share_of_a_minute(limiter: RateLimiter) -> None:
    assert count(limiter, "a", 3) == 3
    assert count(limiter, "a", 2, NOW + SECOND / 2) == 0
    assert count(limiter, "a", 2, NOW + SECOND) == 1
    assert count(limiter, "a", 9, NOW + 60 * SECOND) == 3


def test_the_refusal_says_when_to_try_again(limiter: RateLimiter) -> None:
    count(limiter, "a", 3)
    with pytest.raises(QuotaRefusal) as caught:
        limiter.take("a", LIMIT, NOW + SECOND / 4)
    assert caught.value.code == "QUOTA_EXCEEDED"
    assert caught.value.retry_after_ms == 750
    limiter.take("a", LIMIT, NOW + SECOND / 4 + timedelta(milliseconds=750))


def test_refused_calls_are_not_counted(limiter: RateLimiter) -> None:
    assert count(limiter, "a", 50) == 3
    assert count(limiter, "a", 5, NOW + SECOND) == 1


def test_keys_do_not_share_a_bucket(limiter: RateLimiter) -> None:
    assert [count(limiter, key, 5) for key in ["a", "b", "a b", "a:b", "*"]] == [3] * 5


def test_a_clock_that_steps_back_does_not_open_the_bucket(limiter: RateLimiter) -> None:
    assert count(limiter, "a", 3) == 3
    assert count(limiter, "a", 3, NOW - SECOND) == 0


def test_threads_together_get_one_burst(limiter: RateLimiter) -> None:
    passed: list[int] = []
    threads = [
        threading.Thread(target=lambda: passed.append(count(limiter, "a", 5))) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(passed) == 3


def test_processes_share_buckets_through_redis(redis_url: str) -> None:
    client = patient_redis(redis_url)
    client.flushall()
    first, second = RedisRateLimiter(client), RedisRateLimiter(patient_redis(redis_url))
    assert count(first, "a", 2) + count(second, "a", 2) == 3


def test_redis_forgets_full_buckets(redis_url: str) -> None:
    client = patient_redis(redis_url)
    client.flushall()
    slow = Limit(per_minute=1, burst=3)
    RedisRateLimiter(client).take("a", slow, NOW)
    (name,) = client.keys("*")
    assert 0 < client.pttl(name) <= 180_000
    assert b"a" != name


@pytest.mark.parametrize("silence", ["refused", "hanging"])
def test_a_silent_redis_costs_50_ms_once_a_second(silence: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1] if silence == "hanging" else 1
        client = open_redis(f"redis://127.0.0.1:{port}/0")
        limits = client.connection_pool.connection_kwargs
        assert (limits["socket_connect_timeout"], limits["socket_timeout"]) == (0.05, 0.05)
        asked: list[object] = []
        ask: Callable[..., object] = client.eval

        def counted(*said: object) -> object:
            asked.append(said)
            return ask(*said)

        client.eval = counted  # type: ignore[method-assign,assignment]
        limiter = RedisRateLimiter(client)
        count(limiter, "a", 100)
        assert len(asked) == 1
        count(limiter, "a", 100, NOW + SECOND * 0.9)
        assert len(asked) == 1
        count(limiter, "a", 100, NOW + SECOND)
        assert len(asked) == 2


def test_a_redis_that_dies_and_returns_is_used_again(redis_url: str) -> None:
    healthy = patient_redis(redis_url)
    healthy.flushall()
    limiter = RedisRateLimiter(healthy)
    limiter.take("a", LIMIT, NOW)
    run: Callable[..., object] = healthy.eval

    def fail(*_: object) -> object:
        raise redis.ConnectionError

    healthy.eval = fail  # type: ignore[method-assign,assignment]
    assert count(limiter, "a", 5) == 3
    healthy.eval = run  # type: ignore[method-assign,assignment]
    assert count(limiter, "a", 5) == 0
    assert count(limiter, "a", 5, NOW + 2 * SECOND) == 3


def test_memory_stays_bounded() -> None:
    limiter = MemoryRateLimiter()
    for number in range(70_000):
        limiter.take(f"stranger/{number}", LIMIT, NOW)
    assert len(limiter._full_at) == 65_536
