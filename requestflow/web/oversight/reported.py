"""The figures that a unit reports because no record holds them, and what stands behind a figure
that counts no records."""

from collections.abc import Mapping
from decimal import Decimal

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from requestflow.accounts import Actor, names_of, require, sees_subtree
from requestflow.applications import clean_line
from requestflow.cases import period_locks
from requestflow.foundation import NotFound, db, text
from requestflow.law import (
    LawError,
    ReportedMeasure,
    asked_in_year,
    form_beside_report,
    report_form_for,
)
from requestflow.reported_figures import (
    SCALE,
    FigureChanged,
    FigureRefused,
    ReportedFigure,
    changes_of,
    figures_of,
    mark_of,
    statements,
)
from requestflow.reporting import HANDED_IN, quarter_of, report_of
from requestflow.statistics import Number, plain_number, reported_by
from requestflow.web.context import acting, application, local_zone
from requestflow.web.forms import Form, moment_of, problem_of, whole_number
from requestflow.web.oversight.base import blueprint, unit_asked, units_seen

FIELDS = ("figure", "value", "measure", "origin", "late_reason")


@blueprint.route("/report/<int(min=1990,max=2098):year>/reported", methods=["GET", "POST"])
@login_required
def reported(year: int) -> ResponseReturnValue:
    """What a unit reported for a year, and the form to enter, change or take back a figure."""
    who, app = acting("report.prepare"), application()
    if request.method == "GET":
        return _page(who, year, None)
    values = {name: clean_line(request.form.get(name, "")) for name in FIELDS}
    values["quarter"] = request.args.get("quarter", "")
    # What was read is of the figure that the page was opened for, not of one typed over it.
    same = clean_line(request.form.get("seen_of", "")) == values["figure"]
    values["seen"] = request.form.get("seen", "") if same else ""
    taken_back = request.form.get("ask") == "take_back"
    try:
        with db.transaction() as session:
            unit = unit_asked(units_seen(session, who), who)
            act = app.reporting.take_back_figure if taken_back else app.reporting.report_figure
            act(session, who, unit, year, values, app.now())
    except FigureChanged as error:
        # Who is told what stands may put what was typed in its place.
        fresh = {name: message for name, message in values.items() if name != "seen"}
        return _page(who, year, Form(fresh, {error.field: problem_of(error)})), 409
    except FigureRefused as error:
        errors = {fault.field: problem_of(fault) for fault in (error, *error.others)}
        return _page(who, year, Form(values, errors)), 400
    flash(gettext("Withdrawn.") if taken_back else gettext("Saved."))
    quarter = quarter_of(values) or None
    return redirect(url_for(".reported", year=year, unit=unit.code, quarter=quarter))


def _page(who: Actor, year: int, form: Form | None) -> str:
    session = db.session()
    unit = unit_asked(units_seen(session, who), who)
    require(who, "report.prepare", unit.path)
    try:
        form_in_force = report_form_for(year, unit.jurisdiction)
    except LawError as error:
        raise NotFound(text("There is no report form for %(year)s.", year=year)) from error
    beside = form_beside_report(year, unit.jurisdiction)
    quarter = quarter_of(request.args) if beside else 0
    known = {row.figure: row for row in figures_of(session, unit.id, year, quarter)}
    before = {row.figure: row for row in figures_of(session, unit.id, year - 1, quarter)}
    locked = year in period_locks(session).years(unit.path)
    row = report_of(session, unit.id, year)
    names = names_of(session, [item.entered_by for item in known.values() if item.entered_by])
    # Of a quarter only the table beside the report is handed in.
    requested = beside.asked if beside and quarter else asked_in_year(year)
    labels = {**(beside.asked_labels if beside else {}), **form_in_force.asked_labels}
    everything = list(dict.fromkeys((*requested, *known, *before)))
    figure = form.value("figure") if form else clean_line(request.args.get("figure", ""))
    return render_template(
        "oversight/reported.html",
        unit=unit,
        year=year,
        rows=[(name, known.get(name), before.get(name)) for name in everything],
        requested=requested,
        labels=labels,
        known=known,
        form=form or Form(_proposed(figure, known, before, requested)),
        figure=figure,
        seen=form.values["seen"] if form and "seen" in form.values else mark_of(known.get(figure)),
        value_of=_value,
        locked=locked,
        names=names,
        closed=row is not None and row.state in HANDED_IN,
        quarter=quarter,
        quarters=(1, 2, 3, 4) if beside else (),
    )


def _proposed(
    figure: str,
    known: Mapping[str, ReportedFigure],
    before: Mapping[str, ReportedFigure],
    asked: Mapping[str, ReportedMeasure],
) -> dict[str, str]:
    """What the form begins with: the figure as it is reported; else in what it is counted, and
    where it came from the year before."""
    values = {"figure": figure}
    requested = asked.get(figure)
    if row := known.get(figure) or before.get(figure):
        values |= {"measure": row.unit_of_measure, "origin": row.origin or ""}
    if row := known.get(figure):
        values["value"] = f"{_value(row.value):f}" if row.value % SCALE else str(_value(row.value))
    return values | ({"measure": requested.measure} if requested else {})


def _value(stored: int | None) -> Number | None:
    """A reported figure as it is shown."""
    return None if stored is None else plain_number(Decimal(stored) / SCALE)


@blueprint.get("/report/<int(min=1990,max=2098):year>/stated")
@login_required
def stated(year: int) -> ResponseReturnValue:
    """What stands behind a figure that counts no records: which unit states how much, from where,
    and what was changed, when and why."""
    who = acting("report.read")
    args = request.args
    since = moment_of(args["since"], local_zone()) if args.get("since") else None
    session = db.session()
    unit = unit_asked(units_seen(session, who), who)
    figure = args.get("figure", "")
    quarter = quarter_of(args)
    label, counts = reported_by(figure, year, args.get("measure"), unit.jurisdiction, quarter)
    # Who sees one unit alone sees what that unit states.
    exact = not sees_subtree(who)[1] or bool(args.get("exact"))
    rows, following = statements(session, counts, unit.path, args.get("after"), exact)
    before = whole_number(args.get("before"))
    changes, earlier = changes_of(session, counts, unit.path, since, before, exact)
    people = {row.entered_by for row in rows if row.entered_by}
    names = names_of(session, people | {change.by for change, _ in changes})
    return render_template(
        "oversight/stated.html",
        unit=unit,
        year=year,
        label=label,
        quarter=quarter,
        rows=rows,
        next_key=following,
        changes=changes,
        earlier=earlier,
        since=since,
        names=names,
        value_of=_value if counts.source == "activity" else lambda number: number,
        reported=counts.source == "activity",
    )
