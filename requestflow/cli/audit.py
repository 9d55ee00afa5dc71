"""The audit trail as a command."""

import sys
from datetime import date

import click

from requestflow.accounts import ACTIONS, Actor, AuditFilter, record_reading, unit_by_code
from requestflow.casework import as_csv, as_json, as_lines, whole_audit_trail
from requestflow.cli.context import application, locale, say
from requestflow.foundation import RequestflowError, db, text

FORMS = ("text", "csv", "json")


@click.command()
@click.option("--person", metavar="NAME", help="What somebody did, by user name or name.")
@click.option("--subject", metavar="WHAT", help="A case number, a user name, a unit's code.")
@click.option("--action", type=click.Choice(ACTIONS), metavar="ACTION", help="What was done.")
@click.option("--from", "first", metavar="DAY", help="Not before this day.")
@click.option("--until", "last", metavar="DAY", help="Not after this day.")
@click.option("--unit", "code", metavar="CODE", help="This unit and all units below it.")
@click.option("--format", "form", type=click.Choice(FORMS), default="text")
def audit(
    person: str | None,
    subject: str | None,
    action: str | None,
    first: str | None,
    last: str | None,
    code: str | None,
    form: str,
) -> None:
    """Read who looked at what, signed in, or changed people and settings; newest first.

    Reading it is recorded as well.
    """
    app, operator = application(), Actor.operator()
    zone = app.settings.timezone
    narrowed = AuditFilter(person, subject, action, _day(first), _day(last))
    session = db.session()
    path = unit_by_code(session, code).path if code else ""
    rows = whole_audit_trail(session, operator, path, narrowed, zone)
    with db.transaction() as session:
        record_reading(session, operator, path, narrowed, app.now(), exported=form != "text")
    if form == "csv":
        sys.stdout.flush()
        sys.stdout.buffer.write(as_csv(rows, locale(), zone))
        sys.stdout.buffer.flush()
    elif form == "json":
        click.echo(as_json(rows))
    elif rows:
        click.echo(as_lines(rows, locale(), zone))
    else:
        say("No matching records.")


def _day(value: str | None) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise RequestflowError(
            text("'%(said)s' is not a valid date.", said=value), text("Use the format 2026-03-31.")
        ) from error
