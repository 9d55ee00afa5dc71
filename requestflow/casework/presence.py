"""Who else has a case open: seen there in the last minutes.

Kept in Redis, which forgets by itself, so that looking at a case writes nothing into the database.
Where there is no Redis, or it does not answer, nobody is shown.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

import redis
import structlog
from redis.backoff import NoBackoff
from redis.retry import Retry

STILL_THERE = timedelta(minutes=10)
PATIENCE = 0.2
"""Seconds that a page waits for Redis at most."""
log = structlog.get_logger()


class Presence:
    """Notes and tells who has a case open."""

    def __init__(self, redis_url: str | None) -> None:
        self._redis = (
            redis.Redis.from_url(
                redis_url,
                socket_timeout=PATIENCE,
                socket_connect_timeout=PATIENCE,
                retry=Retry(NoBackoff(), 0),
            )
            if redis_url
            else None
        )

    def note(
        self, case_id: int, person_id: int, name: str, now: datetime
    ) -> Sequence[tuple[str, datetime]]:
        """Notes that a person has a case open; the names of the others who have, the latest
        first."""
        if self._redis is None:
            return ()
        key = f"requestflow:presence:{case_id}"
        try:
            with self._redis.pipeline(transaction=False) as pipeline:
                pipeline.hset(key, str(person_id), json.dumps([name, now.isoformat()]))
                pipeline.expire(key, STILL_THERE)
                pipeline.hgetall(key)
                *_, stored = pipeline.execute()
        except redis.RedisError as error:
            log.warning("presence is unknown", error=type(error).__name__)
            return ()
        others = [
            (seen, datetime.fromisoformat(at))
            for person, (seen, at) in ((int(k), json.loads(v)) for k, v in stored.items())
            if person != person_id
        ]
        there = [(seen, at) for seen, at in others if now - at < STILL_THERE]
        return sorted(there, key=lambda one: one[1], reverse=True)
