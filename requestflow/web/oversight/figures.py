"""The year's report on the staff's side: its figures down to their records, its state, what changed
since it was handed in; and the file it would be now."""

import io

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from requestflow.accounts import Actor, Unit, can, sees_subtree
from requestflow.foundation import NotFound, db, text, translate
from requestflow.law import LawError, form_beside_report
from requestflow.notices import local_days, report_due
from requestflow.reporting import (
    FORMATS,
    ReportReview,
    document_to_read,
    freeze_document,
    report_file,
    review_report,
    steps_of,
    version_differences,
)
from requestflow.statistics import grid_of, list_remedies, select_figure
from requestflow.web.context import acting, application, local_zone, locale
from requestflow.web.downloads import as_download
from requestflow.web.forms import moment_of, whole_number, year_of
from requestflow.web.oversight.base import blueprint, unit_asked, units_seen

ASKED = {"check": "reason", "return": "remarks", "correct": "notice", "drop": "dropped"}
"""The steps with which words are typed, and in which field."""


@blueprint.get("/report/<int(min=1990,max=2098):year>")
@login_required
def report(year: int) -> ResponseReturnValue:
    """The year's report of a unit and all below it; each figure leads to what it counted."""
    return report_page(year)


def report_page(year: int, problem: object = None, field: str = "") -> str:
    """The page; `problem` is what stands against something done with the report."""
    who = acting("report.read")
    args = request.args.get("known_on", "")
    zone, now = local_zone(), application().now()
    known_on = moment_of(args, zone) if args else None
    ahead = False
    if known_on and known_on > now:
        ahead = known_on.astimezone(zone).date() > now.astimezone(zone).date()
        known_on = None
    session = db.session()
    units = units_seen(session, who)
    unit = unit_asked(units, who)
    try:
        full = review_report(session, unit, year, known_on)
    except LawError as error:
        raise NotFound(text("There is no report form for %(year)s.", year=year)) from error
    steps = steps_of(session, full.row.id) if full.row and not known_on else ()
    asks = _asks(full, unit, who)
    asked_for = {ASKED[step] for step in asks}
    return render_template(
        "oversight/report.html",
        review=full,
        report=full.report,
        unit=unit,
        units=units,
        grids=grids_of(full.report),
        beside=form_beside_report(year, unit.jurisdiction),
        due=report_due(unit, year + 1, local_days(session)),
        steps=steps,
        ahead=ahead,
        opens=sees_subtree(who)[1] or not full.children,
        over=year < now.astimezone(zone).year,
        versions=[
            item
            for item in full.snapshots
            if item.kind == "published" and (known_on is None or item.taken_at <= known_on)
        ],
        changed=version_differences(full.said, full.report) if full.said and not known_on else (),
        formats=(*FORMATS, "json"),
        problem=problem,
        field=field,
        typed=request.form,
        asks=asks,
        lost=[
            (translate(f"field.{name}", locale()), message)
            for name in ASKED.values()
            if name not in asked_for and (message := request.form.get(name, "").strip())
        ],
    )


def _asks(full: ReportReview, unit: Unit, who: Actor) -> set[str]:
    """The steps that somebody may take now and that ask for words."""
    if full.report.known_on:
        return set()
    returning = "report.check" if unit.parent_id else "report.sign"
    correction = full.row.correction if full.row else None
    steps = {
        "check": ("report.prepare", full.row and not full.locked and full.failing),
        "correct": ("report.sign", full.state == "published"),
        "drop": ("report.sign", correction and not full.locked),
        "return": (
            returning,
            full.state == "submitted" or (unit.parent_id and full.state == "accepted"),
        ),
    }
    return {step for step, (action, now) in steps.items() if now and can(who, action, unit.path)}


def grids_of(report: object) -> dict[str, object]:
    """How each table of a report is printed."""
    index = report.index  # type: ignore[attr-defined]
    return {
        table.id: grid_of(table, lambda figure, part: getattr(index[figure], part) is not None)
        for table in report.form.tables  # type: ignore[attr-defined]
    }


@blueprint.get("/report/<int(min=1990,max=2098):year>/draft.<kind>")
@login_required
def draft(year: int, kind: str) -> ResponseReturnValue:
    """The file that the report would be if it were published now, marked as a draft."""
    who, app = acting("report.read"), application()
    session = db.session()
    unit = unit_asked(units_seen(session, who), who)
    try:
        full = review_report(session, unit, year)
    except LawError as error:
        raise NotFound(text("There is no report form for %(year)s.", year=year)) from error
    content = document_to_read(session, full, "", app.now(), draft=True)
    stored, digest = freeze_document(content)
    name = f"{unit.code}-{year}-draft.{kind}"
    if kind == "json":
        return as_download(io.BytesIO(stored.encode()), name, "application/json")
    if kind not in FORMATS:
        raise NotFound(text("Page not found. Check the web address is correct."))
    built, media_type = report_file(content, digest, kind, locale(), local_zone())
    return as_download(io.BytesIO(built), name, media_type)


@blueprint.get("/remedies")
@login_required
def remedies() -> ResponseReturnValue:
    """The remedies that a figure counted."""
    who = acting("report.read")
    args = request.args
    year = year_of(args.get("year", ""))
    if not args.get("figure"):
        raise NotFound(text("Page not found. Check the web address is correct."))
    _, below = sees_subtree(who)
    session = db.session()
    unit = unit_asked(units_seen(session, who), who, args.get("unit", ""))
    # Who sees one unit alone sees no others' records, though the figure counts them.
    exact = bool(args.get("exact")) or not below
    quarter = whole_number(args.get("quarter"))
    counted = select_figure(session, args["figure"], year, unit.code, None, exact, quarter)
    rows, following = list_remedies(session, counted, args.get("after"))
    return render_template(
        "oversight/remedies.html", rows=rows, next_key=following, counted=counted
    )
