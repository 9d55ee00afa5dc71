"""Pages for everybody: the start, and the year's figures with charts."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from requestflow.cases import Case
from requestflow.statistics import build_report
from requestflow.statistics.writing import rows_of
from requestflow.web.charts import bars
from requestflow.web.current import application, locale

blueprint = Blueprint("public", __name__)


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """The start: what this is, and the years there are figures for."""
    with application().database.read() as session:
        first, last = session.execute(
            select(func.min(Case.received_on), func.max(Case.received_on))
        ).one()
    years = range(last.year, first.year - 1, -1) if first else ()
    return render_template("home.html", years=years)


@blueprint.get("/figures/<int:year>")
def figures(year: int) -> ResponseReturnValue:
    """The year's figures of the whole body, as tables and charts."""
    with application().database.read() as session:
        report = build_report(session, year)
    language = locale()
    charts = {}
    for table in report.form.tables:
        rows = [
            (row.label.text(language), cells[-1].value)
            for row, cells in rows_of(report, table)
            if row.id
            not in {
                "total",
                "received",
                "answered",
                "1",
                "2",
                "3.7",
                "4",
                "carried_in",
                "carried_out",
                "ended",
            }
        ]
        if table.source != "activity" and any(value for _, value in rows):
            charts[table.id] = bars(rows)
    return render_template("figures.html", report=report, rows_of=rows_of, charts=charts)
