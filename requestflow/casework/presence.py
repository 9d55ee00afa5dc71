"""Who else has a case open: seen there in the last minutes.

Kept in Redis, which forgets by itself, so that looking at a case writes nothing into the database.
Where there is no Redis, or it does not answer, nobody is shown.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

import redis
import structlog

from requestflow.casework.patient_redis import patient_redis

STILL_THERE = timedelta(minutes=10)
log = structlog.get_logger()


class Presence:
    """Notes and tells who has a case open."""

    def __init__(self, redis_url: str | None) -> None:
        self._redis = patient_redis(redis_url)

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
