"""Putting the parts together: one place that knows settings, database, services and listeners."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property, partial
from pathlib import Path

import flask_migrate
import structlog
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from requestflow.accounts import Actor
from requestflow.calendars import calendar_for, seed_calendar
from requestflow.cases import (
    CaseService,
    digest_earlier_parties,
    encrypt_earlier_cases,
    move_due_days,
    recount_for_law,
    require_fitting,
)
from requestflow.casework import Casework, Openings, Presence, Progress
from requestflow.citizens import keep_releases
from requestflow.documents import Documents, Store, encrypt_earlier_names, scanner_for
from requestflow.foundation import (
    Bounds,
    Cipher,
    DatabaseOutdated,
    OtherKey,
    RequestflowError,
    Settings,
    Text,
    db,
    encryption,
    encryption_keys,
    engine_options,
    is_empty_database,
    key_file,
    make_data_keys,
    make_encryption_key,
    open_data_keys,
    secret_key,
    text,
    unreachable,
    use_containment,
)
from requestflow.law import HOME, Zones, packs, use_folder
from requestflow.letters import use_fonts
from requestflow.models import MODULES as MODULES_WITH_TABLES
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
CONTAINED = ("requestflow.letters", "requestflow.documents", "requestflow.spreadsheets")
"""Whose work with papers from outside is contained; read before there is any."""
TABLES = MODULES_WITH_TABLES
"""Loaded here, so that the database knows every table whoever makes the application."""


@dataclass(frozen=True)
class Application:
    """What web, worker and command line share."""

    settings: Settings
    flask: Flask
    cases: CaseService
    reporting: ReportService
    clock: Callable[[], datetime]

    @contextmanager
    def context(self) -> Iterator[Session]:
        """An application context, in which `db` works, and its session."""
        with self.flask.app_context():
            yield db.session()

    @property
    def engine(self) -> Engine:
        """The database's engine."""
        with self.flask.app_context():
            return db.engine

    def now(self) -> datetime:
        """The moment, in UTC."""
        return self.clock()

    @cached_property
    def zones(self) -> Zones:
        """The time zones of the units."""
        return Zones(self.settings.timezone)

    def sessions_begun_after(self) -> datetime:
        """When sessions of staff must have begun that are still good."""
        return self.now() - timedelta(hours=self.settings.session_hours)

    def today(self, jurisdiction: str = HOME) -> date:
        """The day in the zone of the units of a jurisdiction."""
        return self.zones.day_of(self.now(), jurisdiction)

    @cached_property
    def mailer(self) -> Mailer:
        """Sends mail."""
        return mailer_for(self.settings.smtp_url, self.settings.production)

    @cached_property
    def chat(self) -> Chat:
        """Writes to chat groups."""
        return Chat(self.settings.webhook_hosts)

    @cached_property
    def casework(self) -> Casework:
        """Registers applications and takes steps."""
        return Casework(self.cases, self.documents)

    @cached_property
    def openings(self) -> Openings:
        """Notes who opened which case."""
        return Openings(self.settings.redis_url)

    @cached_property
    def presence(self) -> Presence:
        """Knows who has a case open."""
        return Presence(self.settings.redis_url)

    @cached_property
    def progress(self) -> Progress:
        """How far the worker has come with a file."""
        return Progress(self.settings.redis_url)

    @cached_property
    def documents(self) -> Documents:
        """Takes in and hands out files."""
        return Documents(
            Store(self.settings.home / "files"),
            scanner_for(self.settings.scanner_url),
            self.settings.file_megabytes,
            self.settings.case_megabytes,
        )

    @property
    def seals(self) -> Path:
        """Where a copy of each seal is kept, out of the database."""
        return self.settings.home / "seals"

    @cached_property
    def secret_key(self) -> str:
        """Signs sessions."""
        return secret_key(self.settings.secret_key, self.settings.home)

    def upgrade(
        self, revision: str = "head", tell: Callable[[Text], None] = lambda _: None
    ) -> tuple[str | None, str | None]:
        """Migrates the database to this version; the revisions before and after. `tell` hears how
        far that is; broken off and begun again, it goes on where it stood. Raises DatabaseOutdated
        for one that a newer version made."""
        before = self.revision()
        self._require_known(before)
        with self.context():
            flask_migrate.upgrade(revision=revision)
        if revision == "head":
            self._complete(tell)
        return before, self.revision()

    def _complete(self, tell: Callable[[Text], None]) -> None:
        """Fills in what earlier versions did not store. Told by what is there, so that one that
        was broken off is done the next time."""
        with self.context(), db.transaction() as session:
            make_data_keys(session, self.now())
        self.check_key()
        done = 0
        with self.context():
            for number, broken in encrypt_earlier_cases():
                done += number
                tell(text("%(number)s cases are encrypted and chained under keys.", number=done))
                for name in broken:
                    tell(text("%(number)s: the chain was not intact before.", number=name))
        with self.context():
            encrypt_earlier_names()
            number = self.documents.encrypt_earlier()
            if number:
                tell(text("%(number)s files are encrypted.", number=number))
        with self.context(), db.transaction() as session:
            seed_calendar(session)
        with self.context(), db.transaction() as session:
            digest_earlier_parties(session)
        with self.context(), db.transaction() as session:
            self._count_fixed_holidays(session)
        with self.context(), db.transaction() as session:
            recount_for_law(session, self.cases, Actor.system(), self.now())

    def _count_fixed_holidays(self, session: Session) -> None:
        """Moves due days in years that are not announced: earlier versions counted the holidays
        that the law itself fixes as working days."""
        announced = calendar_for(session).announced
        first = max(announced, default=self.today().year) + 1
        move_due_days(
            session,
            self.cases,
            Actor.system(),
            lambda path: calendar_for(session, path),
            self.now(),
            due_from=date(first, 1, 1),
        )

    def revision(self) -> str | None:
        """The database's revision; RequestflowError where it cannot be reached."""
        try:
            with self.context():
                return db.revision()
        except OperationalError as error:
            raise unreachable(error) from error

    def check_database(self) -> None:
        """Raises RequestflowError where the database is not of this version, or of another key."""
        self.check_revision()
        self.check_key()

    def check_key(self) -> None:
        """RequestflowError where the database was made with a key that is not set here."""
        with self.context() as session:
            try:
                open_data_keys(session)
            except OtherKey as error:
                raise RequestflowError(
                    text("The database was encrypted with another key than the one set here."),
                    text(
                        "Set REQUESTFLOW_ENCRYPTION_KEY to the key it was used with, or put that "
                        "key back into %(file)s.",
                        file=str(key_file(self.settings.home)),
                    ),
                ) from error

    def _require_known(self, revision: str | None) -> None:
        known = {item.revision for item in _migrations().walk_revisions()}
        if revision is not None and revision not in known:
            raise DatabaseOutdated(
                text("The database was created by a newer version of requestflow."),
                text("Install that version."),
            )

    def check_revision(self) -> None:
        """Raises DatabaseOutdated, saying how to migrate, where code and database differ."""
        head, result = _migrations().get_current_head(), self.revision()
        if result == head:
            return
        self._require_known(result)
        raise DatabaseOutdated(
            text("The database is empty.")
            if result is None
            else text("The database was created by an older version of requestflow."),
            text("Run `requestflow db upgrade`."),
        )


@cache
def _migrations() -> ScriptDirectory:
    """The migrations of this version, read once."""
    return ScriptDirectory(str(MIGRATIONS))


def _use_keys(settings: Settings) -> None:
    """Takes the installation's keys; makes the first one where there is no database yet.
    RequestflowError where there is one, and no key."""
    keys = encryption_keys(settings.encryption_keys, settings.home)
    if not keys:
        if not is_empty_database(settings.database_url):
            raise RequestflowError(
                text("No encryption key is set, and the database has been used with one."),
                text(
                    "Set REQUESTFLOW_ENCRYPTION_KEY to that key, or put encryption.key back into "
                    "%(home)s. Without it, personal data cannot be read.",
                    home=str(settings.home),
                ),
            )
        keys = make_encryption_key(settings.home)
    given, home = settings.encryption_keys, settings.home
    encryption.use(Cipher(keys, None if given else lambda: encryption_keys((), home)))


def _use_law(folder: Path) -> None:
    """Reads the packs and forms of the installation, where it has any of its own; PackInvalid."""
    use_folder(folder if folder.is_dir() else None)
    for pack in packs():
        require_fitting(pack)


def create_application(
    settings: Settings | None = None,
    clock: Callable[[], datetime] | None = None,
    flask: Flask | None = None,
) -> Application:
    """The application of an installation; makes its home and keys where they are missing.

    The web gives its own `flask`, with pages; commands and worker work with one that has none.
    """
    settings = settings or Settings.from_environment()
    # Without the values of variables, which the handsome form shows: some are secrets.
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], plain])
    try:
        # What lies in it is nobody else's to read, whatever the modes of its files.
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        _use_keys(settings)
        fonts = partial(use_fonts, settings.home / "fonts")
        fonts()
        limits = Bounds(settings.paper_megabytes, settings.paper_seconds)
        use_containment(limits, CONTAINED, fonts)
        _use_law(settings.home / "law")
    except OSError as error:
        raise RequestflowError(
            text(
                "Cannot use the folder %(home)s: %(reason)s.",
                home=str(settings.home),
                reason=str(error),
            ),
            text("Set REQUESTFLOW_HOME to a writable folder."),
        ) from error
    flask = flask or Flask("requestflow")
    flask.config.update(
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings),
    )
    db.init_app(flask)
    flask_migrate.Migrate(flask, db, directory=str(MIGRATIONS))
    zones = Zones(settings.timezone)
    cases = CaseService(
        zones, (reschedule(zones), mail_applicants(zones), notify_office(zones), keep_releases)
    )
    reporting = ReportService(zones, (notify_of_reports(zones),))
    made = Application(settings, flask, cases, reporting, clock or (lambda: datetime.now(UTC)))
    flask.extensions["requestflow"] = made
    return made
