"""Redis for what is pleasant to know and may be missing: nothing waits for it long."""

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

PATIENCE = 0.2
"""Seconds that a page waits for Redis at most."""


def patient_redis(url: str | None) -> redis.Redis | None:
    """The Redis of that address, asked once and not for long; None where there is none."""
    if not url:
        return None
    return redis.Redis.from_url(
        url,
        socket_timeout=PATIENCE,
        socket_connect_timeout=PATIENCE,
        retry=Retry(NoBackoff(), 0),
    )
