"""The view over a unit and all below it, in numbers that open their cases; the same as a file."""

import csv
import io
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required
from sqlalchemy.orm import Session

from requestflow.accounts import Unit, names_of
from requestflow.foundation import csv_cell, db
from requestflow.reporting import STATES, states_of
from requestflow.statistics import (
    AGES,
    MEASURES,
    REMEDIES,
    Numbers,
    Overview,
    Period,
    build_overview,
)
from requestflow.web.charts import lines, spark
from requestflow.web.context import acting, local_day
from requestflow.web.downloads import as_download
from requestflow.web.forms import year_of
from requestflow.web.oversight.base import blueprint, unit_asked, units_seen

SHOWN = 50
COUNTS = ("open", "due", "overdue", "stopped", "received", "answered", "late")
RATES = ("refused", "extended", "corrected")
LISTS = {
    **{name: f"/cases?figure=oversight.{name}" for name in MEASURES},
    **{name: f"/remedies?figure=oversight.{name}" for name in REMEDIES},
}
"""Where a number leads, by what it counts."""
SORTS = ("unit", *COUNTS, "median", "ninety", *RATES)


@blueprint.get("/oversight")
@login_required
def oversight() -> ResponseReturnValue:
    """What is open and how it ended, for a unit and all below it."""
    year = _year()
    session = db.session()
    result, units = _found(session, year)
    own_report, reports = states_of(session, result.unit, year)
    names = names_of(session, [clerk.handler for clerk in result.clerks if clerk.handler])
    sort = request.args.get("sort", "unit")
    rows = _sorted(result.units, sort if sort in SORTS else "unit")
    first = request.args.get("from", "0")
    start = int(first) if first.isdecimal() and len(first) < 6 else 0
    ended = result.concluded_by_year
    trends = {
        "received": result.total.trend(result.years),
        **{
            name: [ended.get(y, {}).get(name, 0) for y in result.years]
            for name in ("answered", "refused", "late")
        },
    }
    return render_template(
        "oversight/overview.html",
        results=result,
        rest={
            name: result.total.counts[name] - sum(getattr(clerk, name) for clerk in result.clerks)
            for name in ("open", "overdue")
        },
        own_report=own_report,
        reports=[(state, reports[state]) for state in STATES if reports.get(state)],
        names=names,
        unit=result.unit,
        units=units,
        rows=rows[start : start + SHOWN],
        start=start,
        following=start + SHOWN if len(rows) > start + SHOWN else None,
        sort=sort,
        counts=COUNTS,
        rates=RATES,
        measures={**MEASURES, **REMEDIES},
        lists=LISTS,
        ages=[f"age{place}" for place in range(len(AGES))],
        trends=trends,
        chart=lines(list(result.years), trends),
        spark=spark,
        year=year,
        today=result.period.today,
    )


def _found(session: Session, year: int) -> tuple[Overview, list[Unit]]:
    """The view that the address asks for, and the units to choose from."""
    who = acting("report.read")
    units = units_seen(session, who)
    unit = unit_asked(units, who)
    below = [item for item in units if item.path.startswith(unit.path)]
    return build_overview(session, unit, below, Period(year, local_day())), units


def _year() -> int:
    message = request.args.get("year", "")
    return year_of(message) if message else local_day().year


def _sorted(rows: Any, by: str) -> list[tuple[Unit, Numbers]]:
    """The units by a column, the largest first; by unit in the order of the tree."""
    results = list(rows)
    if by == "unit":
        return results
    return sorted(results, key=lambda row: -float(_value(row[1], by) or 0))


def _value(numbers: Numbers, name: str) -> Any:
    if name == "median":
        return numbers.percentile(50)
    if name == "ninety":
        return numbers.percentile(90)
    return numbers.rate(name) if name in RATES else numbers.counts[name]


@blueprint.get("/oversight.csv")
@login_required
def exported() -> ResponseReturnValue:
    """All units as a file, each for itself."""
    year = _year()
    session = db.session()
    result, _ = _found(session, year)
    built = io.StringIO()
    writer = csv.writer(built)
    names = (*COUNTS, "refused", "extended", "remedies", "corrected")
    years = [f"received_{one}" for one in result.years]
    writer.writerow(["unit", "name", *names, "median_days", "ninetieth_percentile_days", *years])
    for item, numbers in result.units:
        counts = [numbers.counts[key] for key in names]
        days = ["" if (d := numbers.percentile(p)) is None else d for p in (50, 90)]
        trend = numbers.trend(result.years)
        writer.writerow([csv_cell(item.code), csv_cell(item.name), *counts, *days, *trend])
    content = io.BytesIO(b"\xef\xbb\xbf" + built.getvalue().encode())
    return as_download(
        content, f"oversight-{result.unit.code}-{year}.csv", "text/csv; charset=utf-8"
    )
