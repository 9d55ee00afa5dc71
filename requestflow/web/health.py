"""Whether this process lives, and whether the installation is ready."""

from datetime import timedelta

import redis
from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import text as sql

from requestflow.notices import status
from requestflow.web.current import application

blueprint = Blueprint("health", __name__)
LATEST_SWEEP = timedelta(minutes=15)


@blueprint.get("/healthz")
def live() -> ResponseReturnValue:
    """Says ok while the process answers."""
    return {"status": "ok"}


@blueprint.get("/readyz")
def ready() -> ResponseReturnValue:
    """Database, broker, and a sweep not older than 15 minutes; 503 where one is missing."""
    app = application()
    found = {"database": "ok", "broker": "ok", "sweep": "ok"}
    with app.database.read() as session:
        session.execute(sql("SELECT 1"))
        swept = status(session).last_sweep
    if swept is None or app.now() - swept > LATEST_SWEEP:
        found["sweep"] = "late"
    try:
        redis.Redis.from_url(app.settings.redis_url or "redis://localhost:6379").ping()
    except redis.RedisError:
        found["broker"] = "unreachable"
    return found, 200 if set(found.values()) == {"ok"} else 503
