"""The year's report as a command."""

import json
import sys
from pathlib import Path

import click

from requestflow.cli.context import application, locale
from requestflow.foundation import RequestflowError, text
from requestflow.statistics import as_dict, as_html, as_text, as_xlsx, build_report


@click.command()
@click.argument("year", type=click.IntRange(1900, 2099))
@click.option("--unit", "unit_code", metavar="CODE", help="This unit and all below it.")
@click.option("--by", "split", type=click.Choice(["unit"]), help="Also each unit for itself.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "html", "xlsx"]), default="text"
)
@click.option("--output", type=click.Path(path_type=Path), help="A file instead of the terminal.")
def report(
    year: int, unit_code: str | None, split: str | None, form: str, output: Path | None
) -> None:
    """Count the annual report of a year from the cases."""
    app = application()
    with app.database.read() as session:
        counted = build_report(session, year, unit_code, by_unit=split == "unit")
    base = app.settings.base_url
    if form == "xlsx":
        content = as_xlsx(counted, locale())
        if output is None and sys.stdout.isatty():
            raise RequestflowError(text("A workbook needs a file: --output report.xlsx."))
    elif form == "html":
        content = as_html(counted, locale(), base).encode()
    elif form == "json":
        content = json.dumps(as_dict(counted, base), ensure_ascii=False, indent=1).encode()
    else:
        content = as_text(counted, locale()).encode()
    if output is not None:
        try:
            output.write_bytes(content)
        except OSError as error:
            raise RequestflowError(text("%(file)s cannot be written.", file=str(output))) from error
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(content if form == "xlsx" else content + b"\n")
    sys.stdout.buffer.flush()
