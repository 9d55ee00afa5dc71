"""The figures that a unit reports because no record holds them."""

from decimal import Decimal

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from requestflow.accounts import Actor, names_of, require
from requestflow.applications import line
from requestflow.cases import locks
from requestflow.foundation import NotFound, text
from requestflow.law import LawError, form_for
from requestflow.publications import SCALE, FigureRefused, figures_of
from requestflow.reporting import report_figure, report_of
from requestflow.reporting.queries import HANDED_IN
from requestflow.statistics.figures import plain
from requestflow.web.current import acting, application
from requestflow.web.forms import Form
from requestflow.web.oversight.blueprint import blueprint, unit_asked, units_seen

FIELDS = ("figure", "value", "measure", "origin", "late_reason")


@blueprint.route("/report/<int(min=1990,max=2098):year>/reported", methods=["GET", "POST"])
@login_required
def reported(year: int) -> ResponseReturnValue:
    """What a unit reported for a year, and the form to enter or change a figure."""
    who, app = acting("report.prepare"), application()
    if request.method == "GET":
        return _page(who, year, Form({"figure": line(request.args.get("figure", ""))[:120]}))
    values = {name: line(request.form.get(name, ""))[:500] for name in FIELDS}
    try:
        with app.database.write() as session:
            unit = unit_asked(units_seen(session, who), who)
            report_figure(session, who, unit, year, values, app.now())
    except FigureRefused as error:
        return _page(who, year, Form(values, {error.field: error.text})), 400
    flash(gettext("Saved."))
    return redirect(url_for(".reported", year=year, unit=unit.code))


def _page(who: Actor, year: int, form: Form) -> str:
    with application().database.read() as session:
        unit = unit_asked(units_seen(session, who), who)
        require(who, "report.prepare", unit.path)
        try:
            tables = [table for table in form_for(year).tables if table.source == "activity"]
        except LawError as error:
            raise NotFound(text("There is no report form for %(year)s.", year=year)) from error
        known = {row.figure: row for row in figures_of(session, unit.id, year)}
        locked = year in locks(session).years(unit.path)
        row = report_of(session, unit.id, year)
        names = names_of(session, [item.entered_by for item in known.values() if item.entered_by])
    asked = {name: None for table in tables for row in table.rows for name in row.when["figure"]}
    rows = [
        (
            name,
            known.get(name),
            plain(Decimal(known[name].value) / SCALE) if name in known else None,
        )
        for name in (*asked, *(name for name in known if name not in asked))
    ]
    return render_template(
        "oversight/reported.html",
        unit=unit,
        year=year,
        rows=rows,
        asked=set(asked),
        form=form,
        locked=locked,
        names=names,
        closed=row is not None and row.state in HANDED_IN,
    )
