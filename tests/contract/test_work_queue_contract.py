"""Every work queue shares work out alike: in memory, in Redis, and in Redis that went away."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from patient_redis import patient_redis

from certificate_service.adapters.work_queues import (
    MemoryWorkQueue,
    RedisWorkQueue,
    open_work_queue,
)
from certificate_service.long_term_ports import WorkQueue
from trust.channel.quota import open_redis

NOW = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
LEASE = timedelta(minutes=5)


@pytest.fixture(params=["memory", "redis", "redis that is down"])
def queue(request: pytest.FixtureRequest) -> Iterator[WorkQueue]:
    if request.param == "memory":
        yield MemoryWorkQueue()
    elif request.param == "redis":
        client = patient_redis(request.getfixturevalue("redis_url"))
        client.flushall()
        yield RedisWorkQueue(client, "test")
    else:
        yield RedisWorkQueue(open_redis("redis://127.0.0.1:1/0"), "test")


def drain(queue: WorkQueue, now: datetime = NOW) -> list[str]:
    found = []
    while (item := queue.take(now)) is not None:
        found.append(item)
    return found


def test_what_was_offered_first_is_taken_first_and_once(queue: WorkQueue) -> None:
    assert queue.offer(["a", "b", "c"], NOW) == 3
    assert queue.offer(["b", "d"], NOW) == 1
    assert drain(queue) == ["a", "b", "c", "d"]
    assert queue.offer(["a"], NOW) == 0, "it is held"


def test_what_is_done_may_come_again(queue: WorkQueue) -> None:
    queue.offer(["a"], NOW)
    assert queue.take(NOW) == "a"
    queue.done("a")
    assert queue.take(NOW) is None
    assert queue.offer(["a"], NOW) == 1
    assert queue.take(NOW) == "a"


def test_a_worker_that_died_loses_what_it_held(queue: WorkQueue) -> None:
    queue.offer(["a"], NOW)
    assert queue.take(NOW) == "a"
    assert queue.take(NOW + LEASE - timedelta(seconds=1)) is None
    assert queue.take(NOW + LEASE) == "a"


def test_nothing_is_given_to_two(queue: WorkQueue) -> None:
    items = [f"release-{n}" for n in range(200)]
    queue.offer(items, NOW)
    with ThreadPoolExecutor(8) as pool:
        taken = [one for found in pool.map(lambda _: drain(queue), range(8)) for one in found]
    assert sorted(taken) == sorted(items)


def test_two_processes_of_one_service_share(redis_url: str) -> None:
    client = patient_redis(redis_url)
    client.flushall()
    first, second = RedisWorkQueue(client, "shared"), open_work_queue(client, "shared")
    assert (first.offer(["a", "b"], NOW), second.offer(["a", "b"], NOW)) == (2, 0)
    assert {first.take(NOW), second.take(NOW)} == {"a", "b"}
    assert RedisWorkQueue(client, "other").take(NOW) is None


def test_an_emptied_redis_forgets_nothing_that_is_offered_again(redis_url: str) -> None:
    client = patient_redis(redis_url)
    client.flushall()
    queue = RedisWorkQueue(client, "lost")
    queue.offer(["a"], NOW)
    client.flushall()
    assert queue.take(NOW) is None
    assert queue.offer(["a"], NOW) == 1
    assert queue.take(NOW) == "a"
