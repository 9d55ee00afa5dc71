"""The year's report as a command."""

import json
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from requestflow.cli.context import application, locale
from requestflow.foundation import RequestflowError, db, parse_moment, text
from requestflow.reporting import document_of, freeze_document, report_file, review_report
from requestflow.statistics import (
    build_report,
    report_as_dict,
    report_as_html,
    report_as_text,
)

PAPERS = ("docx", "pdf", "csv", "xlsx")
BINARY = ("xlsx", "docx", "pdf")
FORMS = ("text", "json", "html", *PAPERS)


@click.command()
@click.argument("year", type=click.IntRange(1900, 2099))
@click.option("--unit", "unit_code", metavar="CODE", help="This unit and all units below it.")
@click.option("--by", "split", type=click.Choice(["unit"]), help="Also list each unit separately.")
@click.option(
    "--known-on",
    metavar="MOMENT",
    help="Figures as recorded at that time (for a date: at the end of the day).",
)
@click.option("--format", "form", type=click.Choice(FORMS), default="text")
@click.option(
    "--output", type=click.Path(path_type=Path), help="Write to a file instead of the terminal."
)
def report(
    year: int,
    unit_code: str | None,
    split: str | None,
    known_on: str | None,
    form: str,
    output: Path | None,
) -> None:
    """Count the annual report of a year from the cases.

    docx, pdf, xlsx and csv are the report as it would be now, in the layout of the form.
    """
    app = application()
    moment = _moment(known_on, app.settings.timezone)
    session = db.session()
    counted = build_report(session, year, unit_code, split == "unit", moment)
    message = None
    if form in PAPERS:
        full = review_report(session, counted.unit, year, moment)
        reason = full.row.failing_reason if full.row else None
        message = document_of(session, full, "", app.now(), reason)
    base = app.settings.base_url
    if form in BINARY and output is None and sys.stdout.isatty():
        raise RequestflowError(text("Specify a file: --output report.%(kind)s.", kind=form))
    if message is not None:
        digest, zone = freeze_document(message)[1], app.settings.timezone
        content, _ = report_file(message, digest, form, locale(), zone, counted.by_unit)
    elif form == "html":
        content = report_as_html(counted, locale(), base).encode()
    elif form == "json":
        content = json.dumps(report_as_dict(counted, base), ensure_ascii=False, indent=1).encode()
    else:
        content = report_as_text(counted, locale()).encode()
    if output is not None:
        try:
            output.write_bytes(content)
        except OSError as error:
            raise RequestflowError(text("Cannot write %(file)s.", file=str(output))) from error
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(content if form in BINARY else content + b"\n")
    sys.stdout.buffer.flush()


def _moment(value: str | None, zone: ZoneInfo) -> datetime | None:
    """The moment that was typed, in the body's own zone; a day alone means its end."""
    if value is None:
        return None
    try:
        return parse_moment(value, zone)
    except (ValueError, OverflowError) as error:
        raise RequestflowError(
            text("'%(said)s' is not a valid date or time.", said=value),
            text("Use the format 2015-03-31 or 2015-03-31T12:00:00."),
        ) from error
