"""The entry: commands by subject, errors as one line."""

import sys
from collections.abc import Sequence

import click
from sqlalchemy.exc import OperationalError

from requestflow import __version__
from requestflow.cli import (
    audit,
    cases,
    check,
    database,
    figures,
    keys,
    law,
    ledger,
    running,
    system,
)
from requestflow.cli.context import MENDABLE, fail
from requestflow.foundation import RequestflowError, text

CONTENTS = (
    ("Run and look after it", ("run", "check", "db", "keys", "demo", "verify", "seal", "notices")),
    ("People and units", ("person", "unit", "audit")),
    ("The law and its days", ("law", "calendar")),
    ("Cases", ("case", "ledger")),
    ("Figures", ("publications", "report")),
)


class Contents(click.Group):
    """A group whose help reads like a table of contents."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Lists the commands under their subjects."""
        for title, names in CONTENTS:
            rows = [(name, self.commands[name].get_short_help_str(90)) for name in names]
            with formatter.section(title):
                formatter.write_dl(rows)


@click.group(cls=Contents, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="requestflow")
def commands() -> None:
    """requestflow: requests for government information, from receipt to the annual report.

    Settings come from the environment: DATABASE_URL, REDIS_URL, PORT, SMTP_URL, REQUESTFLOW_HOME,
    REQUESTFLOW_LANGUAGE (zh or en) and others; README.md has them all. `requestflow check` tries
    them.
    """


for command in (
    running.run,
    check.check_command,
    database.db_group,
    keys.keys,
    system.demo,
    system.verify_command,
    system.seal,
    system.notices,
    system.person,
    system.unit,
    audit.audit,
    law.law,
    law.calendar,
    cases.case,
    ledger.ledger,
    ledger.publications,
    figures.report,
):
    commands.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs a command; whatever a person can mend is one line and exit code 2."""
    try:
        commands.main(args=arguments, prog_name="requestflow", standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.exceptions.Exit as leaving:
        sys.exit(leaving.exit_code)
    except MENDABLE as error:
        fail(error)
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0]
        fail(RequestflowError(text("Database error: %(reason)s.", reason=reason)))
    except BrokenPipeError:
        sys.exit(0)
