"""Taking in the office's files: upload, what they would change, confirm, progress, take back."""

from collections.abc import Mapping

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from requestflow.accounts import Actor, can
from requestflow.foundation import db, text
from requestflow.imports import (
    KINDS,
    Import,
    ImportRefused,
    ImportReport,
    ImportRequest,
    abandon,
    confirm,
    find_import,
    is_at_work,
    kinds_open_to,
    list_imports,
    options_of,
    read_text,
    recheck,
    request_undo,
    start_import,
)
from requestflow.ledger import header_of
from requestflow.spreadsheets import MOST_BYTES
from requestflow.web.context import acting, application
from requestflow.web.extensions import limiter
from requestflow.web.forms import Form, files, no_store, takes_files

blueprint = Blueprint("imports", __name__)
AGAIN_AFTER = 3
"""Seconds after which a page shows anew how far the worker has come."""


@blueprint.get("/imports")
@login_required
def imports() -> ResponseReturnValue:
    """The files that were taken in, and the form for another."""
    return _list(acting("case.import"), Form({"kind": "ledger"}))


def _list(who: Actor, form: Form) -> str:
    after = request.args.get("after", "")
    key = int(after) if after.isdecimal() and len(after) < 19 else None
    rows, next_key = list_imports(db.session(), who, key)
    return render_template(
        "settings/imports.html",
        rows=rows,
        next_key=next_key,
        kinds=kinds_open_to(who),
        form=form,
        most=MOST_BYTES >> 20,
        calendar_of_all=can(who, "calendar.change", who.unit_path)
        and who.unit_path.count("/") == 1,
    )


@blueprint.post("/imports")
@limiter.limit("60 per hour")
@login_required
@takes_files
def uploaded() -> ResponseReturnValue:
    """Takes a file; the worker looks at it next."""
    who, app = acting("case.import"), application()
    typed = {name: request.form.get(name, "").strip()[:500] for name in FIELDS}
    chosen = files()
    kind = typed["kind"]
    if kind not in KINDS:
        return _list(who, Form(typed, {"kind": text("Choose what the file contains.")})), 400
    requested = ImportRequest(
        kind,
        chosen[0].filename or "" if chosen else "",
        take_away=typed["take_away"] == "yes",
        late_reason=typed["late_reason"],
        closures=typed["closures"] == "yes",
        announced=_years(typed["announced"]),
    )
    content = chosen[0].stream.read(MOST_BYTES + 1) if chosen else b""
    try:
        with db.transaction() as session:
            row = start_import(session, who, requested, content, app.now())
            key = row.key
    except ImportRefused as error:
        return _list(who, Form(typed, {error.field: error.text})), 400
    return redirect(url_for(".one", key=key))


FIELDS = ("kind", "take_away", "late_reason", "closures", "announced")


def _years(typed: str) -> tuple[int, ...]:
    return (int(typed),) if typed.isdecimal() and 2004 <= int(typed) <= 2099 else ()


@blueprint.get("/imports/<key>")
@login_required
@no_store
def one(key: str) -> ResponseReturnValue:
    """One import: what it would change or has changed, and what may be done about it."""
    who = acting("case.import")
    row = find_import(db.session(), who, key)
    response = make_response(_page(row, ImportReport.from_json(row.report)))
    if is_at_work(row):
        response.headers["Refresh"] = str(AGAIN_AFTER)
    return response


def _page(row: Import, report: ImportReport) -> str:
    return render_template(
        "settings/import.html",
        item=row,
        report=report,
        options=options_of(row),
        problem=read_text(row.problem),
        at_work=is_at_work(row),
        rows_read=application().progress.rows(row.key) if is_at_work(row) else None,
        header_of=header_of,
    )


@blueprint.post("/imports/<key>/<any(recheck, confirm, abandon, undo):action>")
@login_required
def decided(key: str, action: str) -> ResponseReturnValue:
    """Checks again with other options, stores, puts aside or takes back."""
    who, app = acting("case.import"), application()
    with db.transaction() as session:
        if action == "recheck":
            form: Mapping[str, str] = request.form
            recheck(
                session,
                who,
                key,
                app.now(),
                skip_faulty=form.get("skip_faulty") == "yes",
                take_away=form.get("take_away") == "yes",
            )
        else:
            {"confirm": confirm, "abandon": abandon, "undo": request_undo}[action](
                session, who, key, app.now()
            )
    if action == "abandon":
        flash(gettext("The file was put aside. Nothing was stored."))
        return redirect(url_for(".imports"))
    return redirect(url_for(".one", key=key))
