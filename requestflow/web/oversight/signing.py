"""The report as it will be read: to be looked at while it is written, and before it is signed or
published, which cannot be taken back."""

from collections import Counter

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from requestflow.accounts import Unit, require
from requestflow.foundation import NotFound, db, text
from requestflow.law import LawError
from requestflow.reporting import (
    STATES,
    ReportReview,
    digest_of_reading,
    document_to_read,
    form_of_document,
    grid_for,
    review_report,
    version_differences,
)
from requestflow.statistics import FieldWrong
from requestflow.web.charts import report_charts
from requestflow.web.context import acting, application, locale
from requestflow.web.forms import problem_of
from requestflow.web.oversight.base import blueprint, unit_asked, units_seen
from requestflow.web.oversight.figures import report_page


@blueprint.get("/report/<int(min=1990,max=2098):year>/<any(read,submit,publish):step>")
@login_required
def whole(year: int, step: str) -> ResponseReturnValue:
    """The report as it will be read; before signing and publishing with what follows from it."""
    who, app = acting("report.read"), application()
    session = db.session()
    unit = unit_asked(units_seen(session, who), who)
    if step != "read":
        require(who, "report.sign", unit.path)
    try:
        result = review_report(session, unit, year)
    except LawError as error:
        raise NotFound(text("There is no report form for %(year)s.", year=year)) from error
    if not _ready(result, unit, step):
        flash(
            text(
                "This action is not available while the report is: %(state)s.",
                state=text(f"report.{result.state}"),
            ).in_locale(locale())
        )
        return redirect(url_for(".report", year=year, unit=unit.code, _anchor="state"))
    try:
        content = document_to_read(session, result, current_user.name, app.now(), step == "read")
    except FieldWrong as error:
        return report_page(year, problem_of(error), "report"), 400
    tables = form_of_document(content).tables
    below = Counter(child.state for child in result.children)
    return render_template(
        "oversight/signing.html",
        step=step,
        unit=unit,
        year=year,
        review=result,
        content=content,
        seen=digest_of_reading(content),
        form=form_of_document(content),
        grids={table.id: grid_for(content, [table]) for table in tables},
        charts=report_charts(content, locale()),
        below=[(state, below[state]) for state in STATES if below[state]],
        since=version_differences(content, result.report) if step == "publish" else (),
    )


def _ready(result: ReportReview, unit: Unit, step: str) -> bool:
    """Whether the step is the next one."""
    if step == "submit":
        return result.state == "checked"
    if step == "publish":
        at_once = result.state == "submitted" and unit.parent_id is None
        return result.state == "accepted" or at_once
    return True
