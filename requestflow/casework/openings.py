"""Who opened which case: an entry of the audit trail for each time somebody looks into one.

A page that is only read shall not wait for the database to be written. What is to be recorded
waits in Redis, which keeps it on disk, until the worker writes it; where there is no Redis, or it
does not answer, it is written at once.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import redis
import structlog
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Origin, record_access
from requestflow.casework.patient_redis import patient_redis
from requestflow.foundation import db

ACTION = "case opened"
ONCE_IN = timedelta(minutes=10)
"""Whoever goes back and forth in a case has opened it once."""
AT_ONCE = 500
"""How many entries are written in one transaction."""
WAITING, WRITING = "requestflow:openings", "requestflow:openings:lock"
MOST_REMEMBERED = 10_000
log = structlog.get_logger()


class Openings:
    """Notes that somebody opened a case."""

    def __init__(self, redis_url: str | None) -> None:
        self._redis = patient_redis(redis_url)
        self._seen: dict[str, datetime] = {}

    def note(self, actor: Actor, number: str, now: datetime, write: Callable[[], None]) -> None:
        """Notes it once in ten minutes of a session; `write` records it where Redis does not."""
        key = f"{actor.origin.session_id or actor.name}:{number}"
        entry = json.dumps(
            [actor.name, actor.origin.address, actor.origin.session_id, number, now.isoformat()]
        )
        if self._redis is not None:
            try:
                marked = self._redis.set(f"requestflow:opened:{key}", 1, nx=True, ex=ONCE_IN)
                if marked:
                    self._redis.rpush(WAITING, entry)
                return
            except redis.RedisError as error:
                log.warning("openings are written at once", error=type(error).__name__)
        if self._seen.get(key, now - ONCE_IN) > now - ONCE_IN:
            return
        if len(self._seen) >= MOST_REMEMBERED:
            self._seen.clear()
        self._seen[key] = now
        write()

    def write(self) -> int:
        """Writes what waits into the audit trail; how many. An entry that was written when the
        machine stopped may be there twice, and none is lost."""
        if self._redis is None:
            return 0
        lock = self._redis.lock(WRITING, timeout=60, blocking=False)
        if not lock.acquire():
            return 0  # another worker is at it
        written = 0
        try:
            while entries := self._redis.lrange(WAITING, 0, AT_ONCE - 1):
                with db.transaction() as session:
                    for entry in entries:
                        _record(session, entry)
                self._redis.ltrim(WAITING, len(entries), -1)
                written += len(entries)
        finally:
            lock.release()
        return written


def _record(session: Session, entry: bytes | str) -> None:
    name, address, session_id, number, at = json.loads(entry)
    actor = Actor(name, "system", origin=Origin(address, session_id))
    record_access(session, actor, ACTION, number, datetime.fromisoformat(at))
