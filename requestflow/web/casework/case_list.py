"""The list of cases with its filters, and the person's notices."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Unit, names_of, people_of, sees_subtree, units_below
from requestflow.cases import OPEN_STAGES, STAGES, CaseFilter, list_cases, queue_of, steps_since
from requestflow.casework import views_of
from requestflow.foundation import NotFound, db, text
from requestflow.law import packs
from requestflow.notices import (
    calendar_feed_of,
    feed_secret,
    make_feed,
    mark_read,
    notices_of,
    remove_feed,
)
from requestflow.statistics import condition_of, select_figure
from requestflow.web.casework.base import blueprint
from requestflow.web.context import acting, application, local_day
from requestflow.web.extensions import limiter
from requestflow.web.forms import read_day, whole_number, year_of

DUE = ("overdue", "today", "week", "open", "stopped")
FILTERS = (
    "q",
    "unit",
    "state",
    "due",
    "whose",
    "handler",
    "outcome",
    "law",
    "from",
    "until",
)
"""What narrows the list, as it stands in the address and in saved views."""


@dataclass(frozen=True)
class Asked:
    """What the address asks for, and what it may choose from."""

    narrowed: CaseFilter
    units: list[Unit]
    people: list[Any]
    counted: Any


@blueprint.get("/cases")
@login_required
def cases() -> ResponseReturnValue:
    """The cases that the person may see, narrowed by the filters in the address."""
    return case_list()


def case_list(problem: Any = None, name: str = "") -> str:
    """The list's page; `problem` is what stands against something done with it."""
    who = acting("case.read")
    today = local_day()
    session = db.session()
    requested = _asked(session, who)
    page = list_cases(
        session, who, requested.narrowed, today, _week_end(today), request.args.get("after")
    )
    since = requested.counted.since if requested.counted else None
    late = steps_since(session, [row.id for row in page.rows], since) if since else {}
    names = names_of(session, {row.handler for row in page.rows if row.handler})
    queue = queue_of(session, who, today, _week_end(today))
    views = views_of(session, current_user.id)
    return render_template(
        "casework/cases.html",
        queue=queue,
        page=page,
        late=late,
        units=requested.units,
        people=requested.people,
        names=names,
        stages=STAGES,
        open_stages=OPEN_STAGES,
        due=DUE,
        today=today,
        counted=requested.counted,
        outcomes={o.code: o.label for law in packs() for o in law.outcomes},
        laws=packs(),
        views=views,
        problem=problem,
        view_name=name,
        query=view_query(),
    )


def view_query() -> str:
    """The filters of the address, in one form, as a saved view keeps them."""
    chosen = [(name, request.args[name][:100]) for name in FILTERS if request.args.get(name)]
    return urlencode(chosen)


def _asked(session: Session, who: Actor) -> Asked:
    args = request.args
    counted = None
    if args.get("figure"):
        counted = select_figure(
            session,
            args["figure"],
            year_of(args.get("year", "")),
            args.get("unit", ""),
            local_day(),
            bool(args.get("exact")),
            whole_number(args.get("quarter")),
        )
    path, below = sees_subtree(who)
    units = [u for u in units_below(session, path) if below or u.path == path]
    chosen = next((u for u in units if u.code == args.get("unit")), None)
    own = next((unit for unit in units if unit.path == who.unit_path), None)
    unit_path = chosen.path if chosen else "" if args.get("unit") else None
    about = chosen or own
    narrowed = CaseFilter(
        unit_path=unit_path,
        stage=args.get("state") if args.get("state") in STAGES else None,
        outcome=args.get("outcome") or None,
        due=args["due"] if args.get("due") in DUE else None,  # type: ignore[arg-type]
        handler=who.name if args.get("whose") == "mine" else args.get("handler") or None,
        unassigned=args.get("whose") == "nobody",
        law=args.get("law") or None,
        received_from=read_day(args.get("from", "")),
        received_until=read_day(args.get("until", "")),
        text=args.get("q", "").strip()[:100] or None,
        condition=condition_of(counted) if counted else None,
    )
    people = people_of(session, about.id, local_day()) if about else []
    return Asked(narrowed, units, people, counted)


def _week_end(today: date) -> date:
    return today + timedelta(days=6 - today.weekday())


@blueprint.get("/notices")
@login_required
def notices() -> ResponseReturnValue:
    """What the person was told, newest first."""
    acting("notices.read")
    before = request.args.get("before", "")
    session = db.session()
    rows, more = notices_of(session, current_user.id, whole_number(before))
    secret = feed_secret(session, current_user.id)
    results = [(row, json.loads(row.data)) for row in rows]
    address = (
        f"{application().settings.base_url}{url_for('.calendar_feed', secret=secret)}"
        if secret
        else None
    )
    return render_template("casework/notices.html", notices=results, more=more, feed=address)


@blueprint.post("/notices/feed")
@login_required
def new_feed() -> ResponseReturnValue:
    """Gives the person a calendar feed at a new address, or takes it away."""
    acting("notices.read")
    app = application()
    with db.transaction() as session:
        if request.form.get("remove"):
            remove_feed(session, current_user.id)
        else:
            make_feed(session, current_user.id, app.now())
    return redirect(url_for("casework.notices"))


@blueprint.get("/feed/<secret>.ics")
@limiter.limit("60 per minute")
def calendar_feed(secret: str) -> ResponseReturnValue:
    """The due days of whoever has this address, for their calendar."""
    app = application()
    session = db.session()
    content = calendar_feed_of(session, secret, app.settings.base_url, app.now())
    if content is None:
        raise NotFound(text("Page not found. Check the web address is correct."))
    headers = {"Cache-Control": "private, no-store"}
    return Response(content, content_type="text/calendar; charset=utf-8", headers=headers)


@blueprint.post("/notices/read")
@login_required
def read() -> ResponseReturnValue:
    """Marks all as read."""
    acting("notices.read")
    app = application()
    with db.transaction() as session:
        mark_read(session, current_user.id, app.now())
    return redirect(url_for("casework.notices"))
