"""The report as it will be read: to be looked at while it is written, and before it is signed or
published, which cannot be taken back."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required
from sqlalchemy.orm import Session

from requestflow.accounts import Unit, require
from requestflow.foundation import NotFound, text
from requestflow.law import LawError
from requestflow.reporting import Content, Whole, differences, look_at
from requestflow.reporting.content import changes_between, digest_of_reading, read
from requestflow.reporting.freezing import content_of
from requestflow.reporting.printing import form_of, grid_for
from requestflow.statistics.narrative import FieldWrong
from requestflow.web.charts import report_charts
from requestflow.web.current import acting, application, locale
from requestflow.web.forms import problem_of
from requestflow.web.oversight.blueprint import blueprint, unit_asked, units_seen
from requestflow.web.oversight.figures import report_page


@blueprint.get("/report/<int(min=1990,max=2098):year>/<any(read,submit,publish):step>")
@login_required
def whole(year: int, step: str) -> ResponseReturnValue:
    """The report as it will be read; before signing and publishing with what follows from it."""
    who = acting("report.read")
    with application().database.read() as session:
        unit = unit_asked(units_seen(session, who), who)
        if step != "read":
            require(who, "report.sign", unit.path)
        try:
            found = look_at(session, unit, year)
        except LawError as error:
            raise NotFound(text("There is no report form for %(year)s.", year=year)) from error
        if not _ready(found, unit, step):
            return redirect(url_for(".report", year=year, unit=unit.code, _anchor="state"))
        try:
            content = _content(session, found, step)
        except FieldWrong as error:
            return report_page(year, problem_of(error), "report"), 400
    tables = form_of(content).tables
    return render_template(
        "oversight/signing.html",
        step=step,
        unit=unit,
        year=year,
        whole=found,
        content=content,
        seen=digest_of_reading(content),
        form=form_of(content),
        grids={table.id: grid_for(content, table) for table in tables},
        charts=report_charts(content, locale()),
        since=differences(content, found.report) if step == "publish" else (),
    )


def _ready(found: Whole, unit: Unit, step: str) -> bool:
    """Whether the step is the next one."""
    if step == "submit":
        return found.state == "checked"
    if step == "publish":
        at_once = found.state == "submitted" and unit.parent_id is None
        return found.state == "accepted" or at_once
    return True


def _content(session: Session, found: Whole, step: str) -> Content:
    """What will be signed, or what was handed in and will be published."""
    correction = found.row.correction if found.row else None
    handed_in = found.state in ("submitted", "accepted")
    if handed_in and found.said:
        content = found.said
    else:
        reason = found.row.failing_reason if found.row else None
        content = content_of(session, found, current_user.name, application().now(), reason)
    before = next((item for item in found.snapshots if item.kind == "published"), None)
    if correction is None or before is None or found.state == "published":
        return content
    changes = changes_between(read(before.content), content)
    return content.model_copy(update={"correction": correction, "changes": changes})
