"""How far the worker has come with a file: kept in Redis, which forgets by itself.

The work itself is one transaction, of which nobody else sees anything before it ends.
"""

from datetime import timedelta

import redis
import structlog

from requestflow.casework.patient_redis import patient_redis

KEPT = timedelta(hours=1)
log = structlog.get_logger()


class Progress:
    """Notes and tells how many rows of a file were read."""

    def __init__(self, redis_url: str | None) -> None:
        self._redis = patient_redis(redis_url)

    def note(self, key: str, rows: int) -> None:
        """Notes how many rows of a file were read."""
        if self._redis is None:
            return
        try:
            self._redis.set(f"requestflow:progress:{key}", rows, ex=KEPT)
        except redis.RedisError as error:
            log.warning("progress is unknown", error=type(error).__name__)

    def rows(self, key: str) -> int | None:
        """How many rows were read; None where that is not known."""
        if self._redis is None:
            return None
        try:
            noted = self._redis.get(f"requestflow:progress:{key}")
        except redis.RedisError:
            return None
        return int(noted) if noted else None
