"""Whether this process lives, whether the installation is ready, its figures, and the page of
those who run it."""

import hmac

import redis
from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from flask_login import login_required
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy import text as sql
from sqlalchemy.exc import SQLAlchemyError

from requestflow.accounts import record_access
from requestflow.foundation import db
from requestflow.letters import incomplete_extensions
from requestflow.notices import LATEST_SWEEP, dead_letters, last_sweep, send_again, status
from requestflow.web.context import acting, application
from requestflow.web.forms import whole_number

blueprint = Blueprint("health", __name__)
NEAR = frozenset({"127.0.0.1", "::1"})


@blueprint.get("/healthz")
def live() -> ResponseReturnValue:
    """Says ok while the process answers."""
    return {"status": "ok"}


@blueprint.get("/readyz")
def ready() -> ResponseReturnValue:
    """Database, broker, and a sweep not older than 15 minutes; 503 where one is missing."""
    results = {"database": "ok", "broker": _broker(), "sweep": "ok"}
    try:
        session = db.session()
        session.execute(sql("SELECT 1"))
        if sweep_is_late():
            results["sweep"] = "late"
    except SQLAlchemyError:
        results |= {"database": "unreachable", "sweep": "unknown"}
    return results, 200 if set(results.values()) == {"ok"} else 503


def _broker() -> str:
    try:
        url = application().settings.broker_url
        redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2).ping()
    except redis.RedisError:
        return "unreachable"
    return "ok"


def sweep_is_late() -> bool:
    """Whether nothing has looked for due days for a quarter of an hour: the worker is dead."""
    app = application()
    session = db.session()
    swept = last_sweep(session)
    return swept is None or app.now() - swept > LATEST_SWEEP


@blueprint.get("/metrics")
def metrics() -> ResponseReturnValue:
    """Figures for Prometheus: to this machine, or with the token of REQUESTFLOW_METRICS_TOKEN."""
    token = application().settings.metrics_token or ""
    message = request.headers.get("Authorization", "").removeprefix("Bearer ")
    known = bool(token) and hmac.compare_digest(message.encode(), token.encode())
    if not known and request.remote_addr not in NEAR:
        abort(404)
    app = application()
    session = db.session()
    result = status(session, app.today())
    registry = CollectorRegistry()
    sweep = Gauge("requestflow_last_sweep_seconds", "When the last sweep was", registry=registry)
    sweep.set(result.last_sweep.timestamp() if result.last_sweep else 0)
    reminders = Gauge(
        "requestflow_reminders", "Reminders by what they wait for", ["state"], registry=registry
    )
    for state in ("scheduled", "due", "untold"):
        reminders.labels(state).set(getattr(result, state))
    messages = Gauge("requestflow_messages", "Messages by state", ["state"], registry=registry)
    for state in ("waiting", "failing", "sent", "dead"):
        messages.labels(state).set(getattr(result, state))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


@blueprint.get("/operations")
@login_required
def operations() -> ResponseReturnValue:
    """The state of reminders and delivery, and what could not be delivered."""
    who = acting("health.read")
    app, before = application(), request.args.get("before", "")
    session = db.session()
    result = status(session, app.today())
    dead, following = dead_letters(session, who, whole_number(before))
    return render_template(
        "operations/operations.html",
        status=result,
        dead=dead,
        next_key=following,
        late=sweep_is_late(),
        extensions=incomplete_extensions(),
        fonts=application().settings.home / "fonts",
    )


@blueprint.post("/operations/resend")
@login_required
def resend() -> ResponseReturnValue:
    """Sends again what was given up: one message, or all."""
    who, app = acting("health.read"), application()
    requested = request.form.get("message", "")
    with db.transaction() as session:
        number = send_again(session, who, app.now(), whole_number(requested))
        record_access(session, who, "messages sent again", requested or "all", app.now())
    message = ngettext(
        "%(num)s message will be resent.", "%(num)s messages will be resent.", number
    )
    flash(message)
    return redirect(url_for("health.operations"))
