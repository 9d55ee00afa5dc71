"""Commands about the law packs and the working-day calendar."""

import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import click

from requestflow.accounts import Actor, Unit, unit_by_code
from requestflow.calendars import (
    CalendarFile,
    calendar_for,
    calendar_of,
    change_calendar,
    preview_calendar,
    read_calendar,
    year_listing,
)
from requestflow.cases import DueDayMove, due_day_moves, move_due_days, require_fitting
from requestflow.cli.context import application, locale, say, translated
from requestflow.foundation import RequestflowError, db, text
from requestflow.law import (
    FIRST_YEAR,
    HOME,
    LAST_YEAR,
    Pack,
    article_text,
    law_pack,
    packs,
    report_forms,
    use_folder,
)


@click.group()
def law() -> None:
    """Law packs: the supported laws as data."""


@law.command(name="list")
def law_list() -> None:
    """List the law packs."""
    for item in packs():
        until = item.received_until or "…"
        click.echo(
            f"{item.code:10} {item.received_from} – {until}   {item.title.text(locale())}"
            f" ({item.order.text(locale())})"
        )


@law.command(name="check")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def law_check(folder: Path) -> None:
    """Check the packs and forms in FOLDER, with those that come along.

    FOLDER has `packs/*.toml` and `forms/*.toml`, as `law` in REQUESTFLOW_HOME may.
    """
    use_folder(folder)
    for pack in packs():
        require_fitting(pack)
    say(
        "%(packs)s law packs and %(forms)s report forms can be used.",
        packs=len(packs()),
        forms=len(report_forms()),
    )


@law.command(name="show")
@click.argument("code")
def law_show(code: str) -> None:
    """Show a pack: limits, steps, outcomes, grounds, remedies, each with its article."""
    result = law_pack(code)
    language = locale()
    click.echo(f"{result.code}: {result.title.text(language)} ({result.order.text(language)})")
    for title, lines in _chapters(result, language):
        click.echo(f"\n{translated(title)}")
        for line in lines:
            click.echo(f"  {line}")


def _chapters(results: Pack, language: str) -> Iterable[tuple[str, list[str]]]:
    def cited(article: str) -> str:
        return article_text(article, language[:2])

    yield (
        "chapter.limits",
        [
            f"{x.label.text(language)}: {x.number or '-'} {translated('unit.' + x.unit)} "
            f"({x.law + ' ' if x.law else ''}{cited(x.article)}){' °' if x.unverified else ''}"
            + (f" + {x.extension.number}" if x.extension else "")
            for x in results.limits
        ],
    )
    yield (
        "chapter.outcomes",
        [f"{x.code:16} {x.label.text(language)} ({cited(x.article)})" for x in results.outcomes],
    )
    yield (
        "chapter.grounds",
        [f"{x.code:24} {x.label.text(language)} ({cited(x.article)})" for x in results.grounds],
    )
    yield (
        "chapter.remedies",
        [
            f"{x.label.text(language)} ({x.article}): "
            + ", ".join(result.label.text(language) for result in x.results)
            for x in results.remedies
        ],
    )
    yield (
        "chapter.steps",
        [f"{translated('step.' + x.event)} ({cited(x.article)})" for x in results.steps],
    )
    yield (
        "chapter.report",
        [
            f"{x.label.text(language)}: {x.month:02d}-{x.day:02d} ({cited(x.article)})"
            for x in results.reporting_days
        ],
    )


@click.group()
def calendar() -> None:
    """Working calendar: public holidays, make-up workdays and closures."""


@calendar.command(name="show")
@click.argument("year", type=click.IntRange(FIRST_YEAR, LAST_YEAR))
@click.option("--jurisdiction", default=HOME, metavar="CODE", help="Of units of this jurisdiction.")
def calendar_show(year: int, jurisdiction: str) -> None:
    """Show a year's exceptions to the usual week."""
    application()
    session = db.session()
    announced, days = year_listing(session, year, jurisdiction)
    working = calendar_of(session, jurisdiction)
    first, last = date(year, 1, 1), date(year, 12, 31)
    count = working.between(first, last) + working.is_working(first)
    if announced:
        say("%(year)s: announced, %(count)s working days.", year=year, count=count)
    else:
        say("%(year)s: not announced; due dates in it are provisional.", year=year)
    for day, kind, name in days:
        click.echo(f"  {day}  {translated('day.' + kind):12} {name}")


@calendar.command(name="import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--unit", "unit_code", metavar="CODE", help="Closures of this unit and all units below it."
)
@click.option(
    "--announced",
    type=click.IntRange(FIRST_YEAR, LAST_YEAR),
    multiple=True,
    metavar="YEAR",
    help="The file contains the whole notice for this year.",
)
@click.option(
    "--jurisdiction", metavar="CODE", help="For units of this jurisdiction; else the home one."
)
@click.option("--dry-run", is_flag=True, help="Only show which due dates would change.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
def calendar_import(
    file: Path,
    unit_code: str | None,
    announced: tuple[int, ...],
    jurisdiction: str | None,
    dry_run: bool,
    yes: bool,
) -> None:
    """Import a calendar (CSV: day, kind, name), after showing which due dates change.

    The file changes only the days it contains: kind is holiday, working (a weekend made up) or
    usual (a day like any other again). A year counts as announced once a file contains all its
    public holidays.
    """
    app = application()
    session = db.session()
    unit = unit_by_code(session, unit_code) if unit_code else None
    where = jurisdiction or (unit.jurisdiction if unit else HOME)
    content = read_calendar(file, announced, where)
    results = [
        move
        for _, group in due_day_moves(
            session, lambda path: preview_calendar(session, content, unit, path)
        )
        for move in group
    ]
    _show(results, content)
    if unit is None:
        _show_years(content)
    if dry_run:
        say("No changes made (--dry-run).")
        return
    if sys.stdin.isatty() and not yes and not click.confirm(translated("Update the calendar?")):
        raise RequestflowError(text("No changes made."))
    with db.transaction() as session:
        unit = session.get(Unit, unit.id) if unit else None
        change_calendar(session, content, unit)
        moved = move_due_days(
            session,
            app.cases,
            Actor.operator(),
            lambda path: calendar_for(session, path),
            app.now(),
        )
    say(
        "The calendar has been updated; %(count)s due dates changed.",
        count=sum(1 for move in moved if move.before != move.after),
    )


def _show(result: list[DueDayMove], content: CalendarFile) -> None:
    moving = [move for move in result if move.before != move.after]
    say(
        "%(days)s days in %(years)s; %(count)s due dates in open cases will change.",
        days=len(content.days) + len(content.usual),
        years=", ".join(map(str, content.years)),
        count=len(moving),
    )
    for move in moving:
        click.echo(f"  {move.number}  {move.kind:24} {move.before} → {move.after}")
    settled = len(result) - len(moving)
    if settled:
        say(
            "%(count)s due dates stay the same but become, or are no longer, provisional.",
            count=settled,
        )


def _show_years(content: CalendarFile) -> None:
    for line in content.noticed():
        click.echo(line.in_locale(locale()))
    if content.incomplete:
        say("If a notice is complete, use --announced YEAR.")
