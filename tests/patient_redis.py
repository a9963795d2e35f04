"""A client of the real Redis for tests on a busy machine: the product's gives up after 50 ms."""

import redis


def patient_redis(url: str) -> redis.Redis:
    """Like `trust.channel.quota.open_redis`, but an answer may take a minute."""
    return redis.Redis.from_url(
        url, socket_timeout=60, socket_connect_timeout=60, retry=None, retry_on_error=[]
    )
