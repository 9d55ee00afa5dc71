"""The list of cases with its filters, and the person's notices."""

import json
from datetime import date, timedelta

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from requestflow.accounts import sees_subtree, units_below
from requestflow.cases import STAGES, Filter, list_cases, queue_of
from requestflow.foundation import NotFound, text
from requestflow.law import packs
from requestflow.notices import mark_read, notices_of
from requestflow.statistics import condition_of, counted_by
from requestflow.web.casework.blueprint import blueprint
from requestflow.web.current import acting, application

DUE = ("overdue", "today", "week", "open", "stopped")


@blueprint.get("/cases")
@login_required
def cases() -> ResponseReturnValue:
    """The cases that the person may see, narrowed by the filters in the address."""
    who, app, asked = acting("case.read"), application(), request.args
    today = app.today()
    with app.database.read() as session:
        counted = None
        if asked.get("figure"):
            counted = counted_by(
                session, asked["figure"], _year(asked.get("year")), asked.get("unit", "")
            )
        path, below = sees_subtree(who)
        units = [u for u in units_below(session, path) if below or u.path == path]
        chosen = next((u.path for u in units if u.code == asked.get("unit")), None)
        if asked.get("unit") and chosen is None:
            chosen = ""
        narrowed = Filter(
            unit_path=chosen,
            stage=asked.get("state") if asked.get("state") in STAGES else None,
            outcome=asked.get("outcome") or None,
            due=asked["due"] if asked.get("due") in DUE else None,  # type: ignore[arg-type]
            handler=who.name if asked.get("whose") == "mine" else None,
            unassigned=asked.get("whose") == "nobody",
            text=asked.get("q", "").strip()[:100] or None,
            condition=condition_of(counted) if counted else None,
        )
        page = list_cases(session, who, narrowed, today, _week_end(today), asked.get("after"))
        queue = queue_of(session, who, today, _week_end(today))
    return render_template(
        "cases.html",
        queue=queue,
        page=page,
        units=units,
        stages=STAGES,
        due=DUE,
        today=today,
        counted=counted,
        outcomes=_outcomes(),
    )


def _year(value: str | None) -> int:
    if not value or not value.isdecimal() or len(value) != 4:
        raise NotFound(text("That year cannot be read."))
    return int(value)


def _week_end(today: date) -> date:
    return today + timedelta(days=6 - today.weekday())


def _outcomes() -> dict[str, object]:
    return {o.code: o.label for law in packs() for o in law.outcomes}


@blueprint.get("/notices")
@login_required
def notices() -> ResponseReturnValue:
    """What the person was told, newest first."""
    acting("notices.read")
    before = request.args.get("before", "")
    with application().database.read() as session:
        rows, more = notices_of(
            session, current_user.id, int(before) if before.isdecimal() else None
        )
    found = [(row, json.loads(row.data)) for row in rows]
    return render_template("notices.html", notices=found, more=more)


@blueprint.post("/notices/read")
@login_required
def read() -> ResponseReturnValue:
    """Marks all as read."""
    acting("notices.read")
    app = application()
    with app.database.write() as session:
        mark_read(session, current_user.id, app.now())
    return redirect(url_for("casework.notices"))
