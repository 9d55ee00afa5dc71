"""The rooms of those who answer for the whole: the year's report, down to its records."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from requestflow.accounts import sees_subtree, units_below
from requestflow.foundation import NotFound, text
from requestflow.law import LawError
from requestflow.statistics import build_report, counted_by, list_remedies
from requestflow.statistics.writing import rows_of
from requestflow.web.current import acting, application

blueprint = Blueprint("oversight", __name__)


@blueprint.get("/report/<int:year>")
@login_required
def report(year: int) -> ResponseReturnValue:
    """The year's report of a unit and all below it; each figure leads to what it counted."""
    who = acting("report.read")
    path, below = sees_subtree(who)
    with application().database.read() as session:
        units = [u for u in units_below(session, path) if below or u.path == path]
        code = request.args.get("unit") or units[0].code
        if code not in {unit.code for unit in units}:
            raise NotFound(text("There is no unit '%(code)s'.", code=code))
        try:
            counted = build_report(session, year, code)
        except LawError as error:
            raise NotFound(text("There is no report form for %(year)s.", year=year)) from error
    return render_template("report.html", report=counted, units=units, rows_of=rows_of)


@blueprint.get("/remedies")
@login_required
def remedies() -> ResponseReturnValue:
    """The remedies that a figure counted."""
    who = acting("report.read")
    asked = request.args
    year = asked.get("year", "")
    if not year.isdecimal() or not asked.get("figure"):
        raise NotFound(text("That year cannot be read."))
    path, below = sees_subtree(who)
    with application().database.read() as session:
        counted = counted_by(session, asked["figure"], int(year), asked.get("unit", ""))
        within = counted.unit.path.startswith(path) if below else counted.unit.path == path
        if not within:
            raise NotFound(text("There is no unit '%(code)s'.", code=counted.unit.code))
        rows, following = list_remedies(session, counted, asked.get("after"))
    return render_template("remedies.html", rows=rows, next_key=following, counted=counted)
