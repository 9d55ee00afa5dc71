"""Saved views of the list, and giving many of its cases to somebody at once."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import current_user, login_required

from requestflow.accounts import people_of, unit_by_code
from requestflow.casework import NotAssigned, ViewRefused, remove_view, save_view
from requestflow.foundation import db, text
from requestflow.web.casework.base import blueprint
from requestflow.web.casework.case_list import case_list, view_query
from requestflow.web.context import acting, application
from requestflow.web.forms import versions_of


def _back() -> str:
    """The list with the filters it had."""
    query = request.query_string.decode(errors="replace")
    return url_for("casework.cases") + (f"?{query}" if query else "")


@blueprint.post("/cases/views")
@login_required
def saved_view() -> ResponseReturnValue:
    """Gives the filters of the list a name."""
    acting("views.save")
    app, name = application(), request.form.get("name", "")[:200]
    try:
        with db.transaction() as session:
            save_view(session, current_user.id, name, view_query(), app.now())
    except ViewRefused as error:
        return case_list(error.text, name), 400
    flash(gettext("Saved."))
    return redirect(_back())


@blueprint.post("/cases/views/<int(max=2147483647):view>/remove")
@login_required
def removed_view(view: int) -> ResponseReturnValue:
    """Removes one of one's own views."""
    acting("views.save")
    with db.transaction() as session:
        remove_view(session, current_user.id, view)
    return redirect(_back())


@blueprint.post("/cases/assign")
@login_required
def assigned_many() -> ResponseReturnValue:
    """Gives the chosen cases to one person, all or none."""
    who, app = acting("case.assign"), application()
    chosen = versions_of(request.form.getlist("case"))
    handler = request.form.get("handler", "")[:80]
    try:
        session = db.session()
        unit = unit_by_code(session, request.args.get("unit") or who.unit_code)
        if handler not in {person.username for person in people_of(session, unit.id, app.today())}:
            raise NotAssigned(text("Select who to assign the cases to."))
        count = app.casework.assign_many(who, chosen, handler, app.now())
    except NotAssigned as error:
        return case_list(error.text), 400
    flash(ngettext("%(num)s case assigned.", "%(num)s cases assigned.", count))
    return redirect(_back())
