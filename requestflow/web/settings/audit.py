"""The audit trail: who looked at what, signed in, or changed who may and what is set."""

import io

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required
from sqlalchemy.orm import Session

from requestflow.accounts import (
    ACTIONS,
    ACTIONS_ON_CASES,
    Actor,
    AuditFilter,
    record_reading,
    require,
    unit_by_code,
    units_below,
)
from requestflow.casework import (
    action_in_words,
    actor_in_words,
    as_csv,
    audit_trail,
    detail_in_words,
    subject_in_words,
    whole_audit_trail,
)
from requestflow.foundation import Text, db, text
from requestflow.web.context import acting, application, local_day, local_zone, locale
from requestflow.web.downloads import as_download
from requestflow.web.forms import Form, no_store, read_day, whole_number

blueprint = Blueprint("audit", __name__)
FILTERS = ("person", "subject", "action", "from", "until")


@blueprint.get("/audit")
@login_required
@no_store
def audit() -> ResponseReturnValue:
    """A page of the audit trail, newest first. Nothing is shown before it is recorded that it was
    read, each page of it."""
    who, app = acting("audit.read"), application()
    narrowed, form = _narrowed()
    zone = local_zone()
    session = db.session()
    path = _path(session, who)
    before = whole_number(request.args.get("before"))
    page = audit_trail(session, who, path, narrowed, zone, before)
    units = units_below(session, who.unit_path)
    with db.transaction() as session:
        record_reading(session, who, path, narrowed, app.now())
    shown = locale()
    rows = [
        (
            row,
            actor_in_words(row, shown),
            action_in_words(row.action, shown),
            subject_in_words(row, shown),
            detail_in_words(row, shown),
        )
        for row in page.rows
    ]
    return render_template(
        "settings/audit.html",
        rows=rows,
        following=page.next_key,
        form=form,
        units=units,
        code=request.args.get("unit", ""),
        actions=sorted((action_in_words(code, shown), code) for code in ACTIONS),
        on_cases=ACTIONS_ON_CASES,
    )


@blueprint.get("/audit.csv")
@login_required
def exported() -> ResponseReturnValue:
    """The same as a file, without pages."""
    who, app = acting("audit.read"), application()
    narrowed, _ = _narrowed()
    zone = local_zone()
    session = db.session()
    path = _path(session, who)
    rows = whole_audit_trail(session, who, path, narrowed, zone)
    with db.transaction() as session:
        record_reading(session, who, path, narrowed, app.now(), exported=True)
    content = io.BytesIO(as_csv(rows, locale(), zone))
    return as_download(content, f"audit-{local_day()}.csv", "text/csv; charset=utf-8")


def _path(session: Session, who: Actor) -> str:
    """The unit that the address asks for with all below it; one's own where it asks for none."""
    code = request.args.get("unit")
    path = unit_by_code(session, code).path if code else who.unit_path
    require(who, "audit.read", path)
    return path


def _narrowed() -> tuple[AuditFilter, Form]:
    """To what the address narrows the audit trail, and the form that says so; a day that cannot
    be read narrows nothing and is named."""
    values = {name: request.args.get(name, "").strip()[:120] for name in FILTERS}
    days = {name: read_day(values[name]) for name in ("from", "until")}
    errors: dict[str, Text] = {
        name: text("Enter a date, like 2026-03-31.")
        for name, day in days.items()
        if values[name] and day is None
    }
    narrowed = AuditFilter(
        values["person"] or None,
        values["subject"] or None,
        values["action"] if values["action"] in ACTIONS else None,
        days["from"],
        days["until"],
    )
    return narrowed, Form(values, errors)
