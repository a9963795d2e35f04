"""One suite for the registry's liveness book, in memory and on Redis."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from patient_redis import patient_redis

from federation_registry.adapters.memory_liveness import MemoryLivenessBook
from federation_registry.adapters.redis_liveness import RedisLivenessBook
from federation_registry.domain.standing import Beat
from federation_registry.ports import LivenessBook
from trust.channel.quota import open_redis

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)


@pytest.fixture(params=["memory", "redis"])
def liveness(request: pytest.FixtureRequest) -> LivenessBook:
    if request.param == "memory":
        return MemoryLivenessBook()
    client = patient_redis(request.getfixturevalue("redis_url"))
    client.flushdb()
    return RedisLivenessBook(client, "registry")


BEAT = Beat(heard_at=AT, in_work=3, maintenance_until=AT + timedelta(hours=1), message="搬迁")


def test_beats_are_read_back_as_heard(liveness: LivenessBook) -> None:
    liveness.hear("shangrao", BEAT)
    liveness.hear("jiaxing", Beat(heard_at=AT, in_work=0))
    assert liveness.beats(AT) == {"jiaxing": Beat(heard_at=AT, in_work=0), "shangrao": BEAT}


def test_an_older_beat_never_replaces_a_newer_one(liveness: LivenessBook) -> None:
    newer = replace(BEAT, heard_at=AT + timedelta(microseconds=1))
    liveness.hear("shangrao", newer)
    liveness.hear("shangrao", BEAT)
    assert liveness.beats(AT) == {"shangrao": newer}


def test_who_was_not_heard_for_three_days_is_forgotten(liveness: LivenessBook) -> None:
    liveness.hear("shangrao", BEAT)
    assert liveness.beats(AT + timedelta(hours=72)) == {"shangrao": BEAT}
    assert liveness.beats(AT + timedelta(hours=72, seconds=1)) == {}


def test_replicas_share_beats_through_redis(redis_url: str) -> None:
    client = patient_redis(redis_url)
    client.flushdb()
    one, other = RedisLivenessBook(client, "registry"), RedisLivenessBook(client, "registry")
    one.hear("shangrao", BEAT)
    assert other.beats(AT) == {"shangrao": BEAT}


def test_a_dead_redis_costs_hints_and_no_time() -> None:
    client = open_redis("redis://127.0.0.1:1")
    book = RedisLivenessBook(client, "registry")
    book.hear("shangrao", BEAT)
    assert book.beats(AT) == {"shangrao": BEAT}
