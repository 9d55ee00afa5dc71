"""Commands for the database and its migrations: Flask-Migrate behind `requestflow db`."""

import click
import flask_migrate

from requestflow.cli.context import application, locale, say


@click.group(name="db")
def db_group() -> None:
    """Create or migrate the database."""


@db_group.command()
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the database to this version, or to a REVISION."""
    before, after = application(checked=False).upgrade(
        revision, lambda told: click.echo(told.in_locale(locale()))
    )
    if before == after:
        say("The database is up to date (%(revision)s).", revision=after)
    else:
        say("The database has been migrated to %(revision)s.", revision=after)


@db_group.command(name="status")
def status() -> None:
    """Show the database version."""
    app = application()
    say("The database is up to date (%(revision)s).", revision=app.revision())


@db_group.command(name="check")
def check() -> None:
    """Compare the tables with the models; for developers."""
    application()
    flask_migrate.check()


@db_group.command(name="revision")
@click.option("-m", "--message", required=True, help="What the migration does, in a few words.")
def revision(message: str) -> None:
    """Write a migration from what the models say that the database lacks; for developers."""
    application()
    flask_migrate.migrate(message=message)


@db_group.command(name="downgrade")
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the database back to a REVISION; what newer ones stored is lost."""
    application(checked=False)
    flask_migrate.downgrade(revision=revision)
