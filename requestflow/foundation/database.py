"""The database: Flask-SQLAlchemy's `db`, the column types of the project, transactions."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    Integer,
    MetaData,
    TypeDecorator,
    create_engine,
    event,
    inspect,
    make_url,
)
from sqlalchemy import (
    text as sql,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DisconnectionError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import NullPool

from requestflow.foundation.errors import RequestflowError
from requestflow.foundation.settings import Settings
from requestflow.foundation.texts import text

CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What every table shares: how its constraints are named."""

    metadata = MetaData(naming_convention=CONVENTION)


class Database(SQLAlchemy):
    """Flask-SQLAlchemy with the two kinds of transaction of this project.

    Whatever is read goes through `db.session`, one a request, task or command; it begins a
    transaction for reading by itself. Whatever is written goes through `transaction()`.
    """

    @contextmanager
    def transaction(self) -> Iterator[FlaskSession]:
        """The context's session in a transaction for writing: committed as one, or not at all.

        SQLite takes its write lock at once: a reader that becomes a writer half-way would fail.
        What was read before is read again: it may have changed while the lock was waited for.
        Raises RuntimeError for a transaction within a transaction, and where something was
        changed outside of one.
        """
        session = self.session()
        if session.info.get(WRITING):
            raise RuntimeError("a transaction was begun within a transaction")
        if session.new or session.dirty or session.deleted:
            raise RuntimeError("something was changed outside of a transaction")
        session.close()
        session.info[WRITING] = True
        try:
            session.connection(execution_options={WRITING: True})
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info.pop(WRITING)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded default."""
        return self.engine.dialect.name == "sqlite"

    def overwrite_what_is_deleted(self, session: FlaskSession) -> None:
        """Lets SQLite overwrite what this transaction deletes, which else stays in free pages.
        PostgreSQL does so when it clears up (VACUUM)."""
        if self.is_sqlite:
            session.execute(sql("PRAGMA secure_delete=ON"))

    def empty_log(self) -> None:
        """Empties SQLite's log of changes, which holds pages as they were, as far as nobody reads
        by it."""
        if self.is_sqlite:
            connection = self.engine.raw_connection()
            try:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                connection.close()

    def revision(self) -> str | None:
        """The migration the database is at; None for an empty one."""
        with self.engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(sql("SELECT version_num FROM alembic_version")).scalar()

    def _make_engine(self, bind_key: str | None, options: dict[str, Any], app: Any) -> Engine:
        engine: Engine = super()._make_engine(bind_key, options, app)
        if engine.dialect.name == "sqlite":
            _prepare_sqlite(engine)
        else:
            event.listen(engine, "checkin", _note_use)
            event.listen(engine, "checkout", _ping_if_idle)
        return engine


WRITING = "requestflow_write"
db = Database(
    model_class=Base, session_options={"expire_on_commit": False}, disable_autonaming=True
)
"""The one place of engine, session and models."""

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model

BigId = BigInteger().with_variant(Integer, "sqlite")
"""A key of a table that grows with the cases; SQLite counts up an INTEGER alone by itself."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment with its zone; stored in UTC, refused without a zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turns an aware moment into UTC; ValueError for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone cannot be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Gives the moment back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def insert_once(session: Session, table: type[Base], values: dict[str, Any]) -> bool:
    """Inserts a row unless one with the same key is there; whether it was inserted."""
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    key = inspect(table).primary_key[0]
    statement = make(table).values(values).on_conflict_do_nothing().returning(key)
    return session.execute(statement).scalar() is not None


def engine_options(settings: Settings) -> dict[str, Any]:
    """How the engine of an installation is made (`SQLALCHEMY_ENGINE_OPTIONS`).

    PostgreSQL: who waits for a lock, a statement or a connection too long gets an error, so that
    one that hangs does not stop the others.
    """
    if settings.database_url.startswith("sqlite"):
        return {
            "connect_args": {"timeout": BUSY_SECONDS, "check_same_thread": False},
            "hide_parameters": True,
        }
    limits = {
        "lock_timeout": settings.database_lock_timeout_ms,
        "statement_timeout": settings.database_statement_timeout_ms,
        "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION_MS,
    }
    return {
        "pool_size": settings.database_pool_size,
        "max_overflow": settings.database_pool_size,
        "hide_parameters": True,
        "connect_args": {
            "connect_timeout": settings.database_connect_timeout_seconds,
            "options": " ".join(f"-c {name}={value}" for name, value in limits.items()),
        },
    }


def is_empty_database(url: str) -> bool:
    """Whether nothing was ever stored at an address; RequestflowError where that cannot be said."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and address.database:
        path = Path(address.database)
        if not path.exists() or path.stat().st_size == 0:
            return True
    engine = create_engine(address, hide_parameters=True, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            return not inspect(connection).get_table_names()
    except OperationalError as error:
        raise unreachable(error) from error


def unreachable(error: OperationalError) -> RequestflowError:
    """What people are told of a database that does not answer."""
    reason = str(error.orig).strip().splitlines()[0]
    return RequestflowError(
        text("Cannot connect to the database: %(reason)s.", reason=reason),
        text("Check DATABASE_URL."),
    )


BUSY_SECONDS = 30
IDLE_IN_TRANSACTION_MS = 600_000
"""PostgreSQL ends the transaction of a process that hangs in the middle of one."""
IDLE_SECONDS = 5
"""A connection that lay unused for longer is tried before it is used."""


def _prepare_sqlite(engine: Engine) -> None:
    database = engine.url.database

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the begin below is ours, not the driver's
        cursor = connection.cursor()
        if database:
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        write = connection.get_execution_options().get(WRITING)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _note_use(_connection: Any, record: Any) -> None:
    record.info["used"] = time.monotonic()


def _ping_if_idle(connection: Any, record: Any, _proxy: Any) -> None:
    """The database may have been started anew since; DisconnectionError has the pool take
    another connection. (`pool_pre_ping` would ask each time, three times a page.)"""
    used = record.info.get("used")
    if used is None or time.monotonic() - used < IDLE_SECONDS:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except Exception as error:
        raise DisconnectionError from error
