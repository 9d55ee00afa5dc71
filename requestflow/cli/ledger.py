"""Commands that take in and give out the offices' files."""

import json
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import click

from requestflow.accounts import Actor, load_units, unit_by_code
from requestflow.cases import unit_ids
from requestflow.cli.context import WRONG, application, locale, say
from requestflow.foundation import RequestflowError, db, text
from requestflow.ledger import (
    ImportOptions,
    ImportSummary,
    LedgerFaulty,
    export_ledger,
    import_ledger,
)
from requestflow.reporting import import_counts
from requestflow.spreadsheets import Fault


@click.group()
def ledger() -> None:
    """Import and export request ledgers (申请台账)."""


@ledger.command(name="import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--units",
    "units_file",
    type=click.Path(path_type=Path),
    help="Units to load first (CSV: code, name, parent, kind).",
)
@click.option("--skip-faulty", is_flag=True, help="Import the rows without errors.")
@click.option("--dry-run", is_flag=True, help="Show what would change without saving.")
@click.option(
    "--take-away",
    is_flag=True,
    help="Let blank cells, and rows missing from sheets of the file, remove what is stored.",
)
@click.option(
    "--late-reason",
    metavar="TEXT",
    help="Reason for entering rows after their year's figures were submitted.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def ledger_import(
    file: Path,
    units_file: Path | None,
    skip_faulty: bool,
    dry_run: bool,
    take_away: bool,
    late_reason: str | None,
    form: str,
) -> None:
    """Import a workbook with the sheets 申请台账, 行政复议, 行政诉讼.

    If there are errors, all are listed and nothing is imported. Importing the same file again
    changes nothing; a corrected row becomes a correction event.
    """
    app = application()
    try:
        with db.transaction() as session, _progress(form) as advance:
            if units_file:
                load_units(session, units_file)
                session.flush()
            done = import_ledger(
                session,
                app.cases,
                Actor.operator(),
                file,
                app.now(),
                ImportOptions(skip_faulty, dry_run, take_away, late_reason or None),
                advance,
            )
            if dry_run:
                session.rollback()
    except LedgerFaulty as error:
        _show_faults(error.faults, form)
        if form == "text":
            click.echo(error.in_locale(locale()), err=True)
        raise SystemExit(WRONG) from error
    _show_done(done, form)


def _progress(form: str) -> AbstractContextManager[Callable[[int], None]]:
    """A bar on a terminal; nothing in a pipe."""
    stream = sys.stderr
    if form == "json" or not stream.isatty():
        return nullcontext(lambda _rows: None)
    return _Bar(stream)


class _Bar:
    """How many rows were read and stored so far; the file does not say how many there are."""

    def __init__(self, stream: Any) -> None:
        self._stream, self._rows = stream, 0

    def __enter__(self) -> Callable[[int], None]:
        return self._advance

    def _advance(self, rows: int) -> None:
        before, self._rows = self._rows, self._rows + rows
        if before // 100 != self._rows // 100:
            self._stream.write(f"\r{'█' * min(self._rows // 100, 40)} {self._rows:,}")
            self._stream.flush()

    def __exit__(self, *_error: object) -> None:
        self._stream.write("\r\033[K")
        self._stream.flush()


def _show_faults(faults: list[Fault], form: str) -> None:
    language = locale()
    if form == "json":
        content = [
            {
                "sheet": fault.sheet,
                "row": fault.row,
                "column": fault.column,
                "value": fault.value,
                "problem": fault.problem.in_locale(language),
                "hint": fault.hint.in_locale(language),
            }
            for fault in faults
        ]
        click.echo(json.dumps({"faults": content}, ensure_ascii=False, indent=1))
        return
    for fault in faults:
        value = f" «{fault.value}»" if fault.value else ""
        click.echo(
            f"{fault.sheet} {fault.row} {fault.column}{value}: "
            f"{fault.problem.in_locale(language)} → {fault.hint.in_locale(language)}"
        )


def _show_done(done: ImportSummary, form: str) -> None:
    if form == "json":
        click.echo(
            json.dumps(
                {
                    "faults": [],
                    "added": done.added,
                    "unchanged": done.unchanged,
                    "corrected": done.corrected,
                    "remedies": done.remedies,
                    "taken_away": done.taken_away,
                    "kept": done.kept,
                    "left_out": done.left_out,
                    "not_cases": done.no_cases,
                    "hidden_rows": done.hidden_rows,
                    "hidden_sheets": done.hidden_sheets,
                    "ignored_sheets": done.ignored_sheets,
                    "kept_columns": done.kept_columns,
                    "changes": [
                        {
                            "number": change.number,
                            "field": change.field,
                            "stored": change.stored,
                            "wanted": change.wanted,
                            "taken_away": change.taken_away,
                        }
                        for change in done.changes
                    ],
                },
                ensure_ascii=False,
                default=str,
            )
        )
        return
    for line in done.noticed():
        click.echo(line.in_locale(locale()))
    for change in done.changes:
        click.echo(f"  {change.number}  {change.field}: {change.stored} → {change.wanted}")
    if done.left_out:
        _show_faults(done.faults, form)
    if done.kept:
        say("Use --take-away to remove what the file leaves blank.")
    if done.dry_run:
        say(
            "No changes made (--dry-run): %(added)s would be added, %(corrected)s corrected and "
            "%(unchanged)s unchanged.",
            added=done.added,
            corrected=done.corrected,
            unchanged=done.unchanged,
        )
    elif not done.added and not done.corrected:
        say(
            "No changes: all %(unchanged)s cases match the file.",
            unchanged=done.unchanged,
        )
    else:
        say(
            "%(added)s cases added with %(remedies)s challenges, %(corrected)s corrected, "
            "%(unchanged)s unchanged.",
            added=done.added,
            remedies=done.remedies,
            corrected=done.corrected,
            unchanged=done.unchanged,
        )


@ledger.command(name="export")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--year", type=click.IntRange(2008, 2099), help="Only requests received in this year."
)
@click.option("--unit", "unit_code", metavar="CODE", help="Only this unit and all units below it.")
def ledger_export(file: Path, year: int | None, unit_code: str | None) -> None:
    """Export cases as a workbook that can be imported again."""
    app = application()
    if file.suffix != ".xlsx" or not file.absolute().parent.is_dir():
        raise RequestflowError(
            text(
                "Cannot write %(file)s. Specify an .xlsx file in an existing folder.",
                file=str(file),
            )
        )
    with db.transaction() as session:
        ids = unit_ids(session, unit_by_code(session, unit_code).path) if unit_code else None
        count = export_ledger(session, Actor.operator(), file, year, ids, app.now())
    say("%(count)s cases written to %(file)s.", count=count, file=str(file))


@click.group()
def publications() -> None:
    """Published items and figures reported by units."""


@publications.command(name="import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--late-reason",
    metavar="TEXT",
    default="",
    help="Reason for entering lines after their year's figures were submitted.",
)
def publications_import(files: tuple[Path, ...], late_reason: str) -> None:
    """Import CSV files of publications, channels or activity figures, told apart by header."""
    app = application()
    with db.transaction() as session:
        operator, now = Actor.operator(), app.now()
        done = [import_counts(session, operator, file, now, late_reason) for file in files]
    for item in done:
        say(
            "%(file)s: %(added)s added, %(changed)s changed, %(unchanged)s unchanged.",
            file=item.file,
            added=item.added,
            changed=item.changed,
            unchanged=item.unchanged,
        )
        for line in item.noticed:
            click.echo(f"  {line.in_locale(locale())}")
