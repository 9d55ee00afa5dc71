"""Published annual reports at their lasting addresses: page, files, data and their schema."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from flask import Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from requestflow.foundation import NotFound, db, text
from requestflow.law import report_form_for
from requestflow.reporting import (
    FORMATS,
    ReportDocument,
    ReportSnapshot,
    VersionDifference,
    form_of_document,
    grid_for,
    published,
    published_list,
    read_document,
    report_file,
    schema,
    title_of_document,
    version_differences,
    versions_of,
)
from requestflow.statistics import build_report, state_of_figures
from requestflow.web.cache import StateCache
from requestflow.web.charts import report_charts
from requestflow.web.context import application, local_zone, locale
from requestflow.web.extensions import limiter
from requestflow.web.forms import cacheable
from requestflow.web.public.base import blueprint, cached, render_for_all

JSON = "application/json"


@blueprint.get("/reports")
@cacheable
def reports() -> ResponseReturnValue:
    """What is published, year by year."""
    message = request.args.get("year", "")
    year = int(message) if message.isdecimal() and len(message) == 4 else None
    session = db.session()
    rows, following = published_list(session, request.args.get("after"), year)
    return render_template("public/reports.html", rows=rows, next_key=following, year=year)


def _snapshot(session: Session, unit: str, year: int, number: int | None) -> ReportSnapshot:
    result = published(session, unit, year, number)
    if result is None and number is not None and published(session, unit, year) is not None:
        raise NotFound(
            text("Version %(number)s of this report does not exist.", number=number),
            text("Available versions are listed at the end of the report page."),
        )
    if result is None:
        raise NotFound(
            text("No report for %(year)s has been published here.", year=year),
            text("Published reports are listed under 'Annual reports'."),
        )
    return result


@blueprint.get("/reports/<unit>/<int(max=9999):year>")
@blueprint.get("/reports/<unit>/<int(max=9999):year>/<int(max=9999):number>")
@cacheable
def report(unit: str, year: int, number: int | None = None) -> ResponseReturnValue:
    """A published report: the last version, or the one of that number."""
    session = db.session()
    result = _snapshot(session, unit, year, number)
    versions = versions_of(session, result.report_id)
    figures = state_of_figures(session)
    state = (result.hash, tuple(tuple(row) for row in versions), figures)
    return render_for_all(
        "public/report.html", state, lambda: _shown(session, result, versions, figures)
    )


def _shown(
    session: Session, result: ReportSnapshot, versions: Sequence[Any], figures: str
) -> dict[str, Any]:
    """What the page of a published report shows, for a state of the figures."""
    content = read_document(result.content)
    form = form_of_document(content)
    return {
        "content": content,
        "form": form,
        "grids": {table.id: grid_for(content, [table]) for table in form.tables},
        "charts": report_charts(content, locale()),
        "snapshot": result,
        "versions": versions,
        # What was published is shown; what is counted otherwise today is told beside it.
        "changed": _changed(session, content, result.hash, figures),
        "formats": (*FORMATS, "json"),
        "title": title_of_document(content, locale()),
    }


def _changed(
    session: Session, content: ReportDocument, digest: str, figures: str
) -> Sequence[VersionDifference]:
    """What is counted otherwise today; anybody may ask, so it is counted once for each state of the
    figures."""
    of = form_of_document(content).jurisdiction
    if report_form_for(content.year, of).code != content.form:
        return ()

    def count() -> Sequence[VersionDifference]:
        return version_differences(content, build_report(session, content.year, content.unit.code))

    known: StateCache = current_app.extensions.setdefault("differences", StateCache())
    result: Sequence[VersionDifference] = known.get(digest, figures, count)
    return result


@blueprint.get("/reports/<unit>/<int(max=9999):year>/<int(max=9999):number>/report.<kind>")
@limiter.limit("60 per minute")
def published_file(unit: str, year: int, number: int, kind: str) -> ResponseReturnValue:
    """A published report as a file. The JSON is exactly the bytes whose hash stands on the page."""
    session = db.session()
    result = _snapshot(session, unit, year, number)
    tag = f"{result.hash[:20]}-{kind}-{locale()}"
    if request.if_none_match.contains(tag) and not current_user.is_authenticated:
        return _named(cached(b"", tag, JSON), unit, year, number, kind)
    if kind == "json":
        response = cached(result.content.encode(), tag, JSON)
        return _named(response, unit, year, number, kind)
    if kind not in FORMATS:
        raise NotFound(text("Page not found. Check the web address is correct."))
    built, media_type = report_file(
        read_document(result.content), result.hash, kind, locale(), local_zone()
    )
    return _named(cached(built, tag, media_type), unit, year, number, kind)


def _named(response: Response, unit: str, year: int, number: int, kind: str) -> Response:
    """The answer as a file to be saved, under a name of plain letters."""
    plain = "".join(c for c in unit if c.isascii() and (c.isalnum() or c in "-_")) or "unit"
    name = f"{plain}-{year}-v{number}.{kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@blueprint.get("/schemas/annual-report-1.json")
def report_schema() -> ResponseReturnValue:
    """The JSON Schema of a published report."""
    built = schema()
    built["$id"] = application().settings.base_url + url_for(".report_schema")
    body = json.dumps(built, ensure_ascii=False, indent=1, sort_keys=True)
    tag = hashlib.sha256(body.encode()).hexdigest()[:20]
    return cached(body, tag, "application/schema+json")
