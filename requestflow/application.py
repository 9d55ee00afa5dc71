"""Putting the parts together: one place that knows settings, database, door and listeners."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path

import structlog
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.exc import OperationalError

from requestflow.calendars import seed_calendar
from requestflow.cases import CaseService, digest_earlier_parties, project_earlier_conclusions
from requestflow.citizens import index_answers, index_earlier_answers
from requestflow.documents import Documents, Store, scanner_for
from requestflow.foundation import Database, EncryptedText, RequestflowError, Settings, text
from requestflow.foundation.errors import DatabaseOutdated
from requestflow.foundation.secret_files import encryption_key, key_file, secret_key
from requestflow.notices import (
    Chat,
    Mailer,
    mail_applicants,
    mailer_for,
    notify_of_reports,
    notify_office,
    reschedule,
)
from requestflow.reporting import ReportService

MIGRATIONS = Path(__file__).parents[1] / "migrations"


@dataclass(frozen=True)
class Application:
    """What web, worker and command line share."""

    settings: Settings
    database: Database
    door: CaseService
    reporting: ReportService
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def now(self) -> datetime:
        """The moment, in UTC."""
        return self.clock()

    def today(self) -> date:
        """The day in the body's own zone."""
        return self.now().astimezone(self.settings.timezone).date()

    @cached_property
    def mailer(self) -> Mailer:
        """Sends mail."""
        return mailer_for(self.settings.smtp_url)

    @cached_property
    def chat(self) -> Chat:
        """Writes to chat groups."""
        return Chat(self.settings.webhook_hosts)

    @cached_property
    def documents(self) -> Documents:
        """Takes in and hands out files."""
        return Documents(
            Store(self.settings.home / "files"),
            scanner_for(self.settings.scanner_url),
            self.settings.file_megabytes,
            self.settings.case_megabytes,
        )

    @cached_property
    def secret_key(self) -> str:
        """Signs sessions."""
        return secret_key(self.settings.secret_key, self.settings.home)

    def migrations(self) -> Config:
        """Alembic's configuration for this database."""
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["engine"] = self.database.engine
        return config

    def upgrade(self) -> tuple[str | None, str | None]:
        """Migrates the database to this version; the revisions before and after."""
        before = self.revision()
        command.upgrade(self.migrations(), "head")
        with self.database.write() as session:
            seed_calendar(session)
        # Told by what is there, so that one that was broken off is done the next time.
        with self.database.write() as session:
            digest_earlier_parties(session)
            index_earlier_answers(session)
            project_earlier_conclusions(session)
        return before, self.revision()

    def revision(self) -> str | None:
        """The database's revision; RequestflowError where it cannot be reached."""
        try:
            return self.database.revision()
        except OperationalError as error:
            reason = str(error.orig).strip().splitlines()[0]
            raise RequestflowError(
                text("The database cannot be reached: %(reason)s.", reason=reason),
                text("Check DATABASE_URL."),
            ) from error

    def check_revision(self) -> None:
        """Raises DatabaseOutdated, saying how to migrate, where code and database differ."""
        script = ScriptDirectory.from_config(self.migrations())
        head, result = script.get_current_head(), self.revision()
        if result == head:
            return
        known = {revision.revision for revision in script.walk_revisions()}
        if result is not None and result not in known:
            raise DatabaseOutdated(
                text("The database was made by a newer version of requestflow."),
                text("Install that version."),
            )
        raise DatabaseOutdated(
            text("The database is empty.")
            if result is None
            else text("The database was made by an older version of requestflow."),
            text("Run `requestflow db upgrade`."),
        )


def create_application(settings: Settings | None = None) -> Application:
    """The application of an installation; makes its home and keys where they are missing."""
    settings = settings or Settings.from_environment()
    # Without the values of variables, which the handsome form shows: some are secrets.
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], plain])
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        EncryptedText.use_key(encryption_key(settings.encryption_key, settings.home))
    except ValueError as error:
        raise RequestflowError(
            text("What is in %(file)s is not a Fernet key.", file=str(key_file(settings.home))),
            text("Put back the file as it was, or set REQUESTFLOW_ENCRYPTION_KEY."),
        ) from error
    except OSError as error:
        raise RequestflowError(
            text(
                "The folder %(home)s cannot be used: %(reason)s.",
                home=str(settings.home),
                reason=str(error),
            ),
            text("Set REQUESTFLOW_HOME to a folder that can be written."),
        ) from error
    zone = settings.timezone
    door = CaseService(
        zone, (reschedule(zone), mail_applicants(zone), notify_office(zone), index_answers)
    )
    reporting = ReportService(zone, (notify_of_reports(zone),))
    return Application(settings, Database(settings.database_url), door, reporting)
