"""The statistical table that is handed in beside the report, by year and by quarter."""

import io

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, can
from requestflow.foundation import NotFound, db, text
from requestflow.law import UnknownForm
from requestflow.reporting import FORMATS, freeze_document, report_file, statistics_document
from requestflow.statistics import Report, build_statistics, listed_grid
from requestflow.web.context import acting, application, local_zone, locale
from requestflow.web.downloads import as_download
from requestflow.web.forms import whole_number
from requestflow.web.oversight.base import blueprint, unit_asked, units_seen

QUARTERS = (1, 2, 3, 4)


@blueprint.get("/report/<int(min=1990,max=2098):year>/statistics")
@login_required
def statistics(year: int) -> ResponseReturnValue:
    """The table of a year or a quarter; each figure leads to what it counted."""
    who = acting("report.read")
    session = db.session()
    report = _counted(session, who, year)
    return render_template(
        "oversight/statistics.html",
        report=report,
        unit=report.unit,
        units=units_seen(session, who),
        quarter=_quarter(),
        quarters=QUARTERS,
        grid=listed_grid(report.form.tables),
        formats=FORMATS,
        may_report=can(who, "report.prepare", report.unit.path),
    )


@blueprint.get("/report/<int(min=1990,max=2098):year>/statistics.<kind>")
@login_required
def statistics_file(year: int, kind: str) -> ResponseReturnValue:
    """The table as a file."""
    who, app = acting("report.read"), application()
    if kind not in FORMATS:
        raise NotFound(text("Page not found. Check the web address is correct."))
    session = db.session()
    report = _counted(session, who, year)
    content = statistics_document(session, report, app.now(), _quarter() or 0)
    _, digest = freeze_document(content)
    built, media_type = report_file(content, digest, kind, locale(), local_zone())
    span = f"{year}-Q{quarter}" if (quarter := _quarter()) else str(year)
    name = f"{report.unit.code}-{span}-statistics.{kind}"
    return as_download(io.BytesIO(built), name, media_type)


def _counted(session: Session, who: Actor, year: int) -> Report:
    unit = unit_asked(units_seen(session, who), who)
    try:
        return build_statistics(session, year, unit, _quarter())
    except UnknownForm as error:
        raise NotFound(
            text("There is no statistical table for %(year)s.", year=year),
            text("It was handed in for the years 2014 to 2018."),
        ) from error


def _quarter() -> int | None:
    number = whole_number(request.args.get("quarter"))
    return number if number in QUARTERS else None
